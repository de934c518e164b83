"""The namespace all the room's events share."""

from app.realtime.socket_blueprint import SocketBlueprint

live = SocketBlueprint("/live")
