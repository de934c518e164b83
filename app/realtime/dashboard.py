"""The namespace of every signed-in page: it only listens, for nudges and for the word to move on."""

from app.realtime.socket_blueprint import SocketBlueprint

pages = SocketBlueprint("/")
