"""The namespace of every signed-in page: it listens for nudges and for the word to move on, and tells how long an answer takes."""

from app.live.messages import Echo
from app.realtime.socket import Socket
from app.realtime.socket_blueprint import SocketBlueprint

pages = SocketBlueprint("/")


@pages.on("echo", Echo)
def echo(_socket: Socket, _question: Echo) -> None:
    """The answer is that there is one."""
