"""The namespace of every signed-in page: it listens for nudges and for the word to move on, and tells how long an answer takes."""

from app.live.messages import Echo, Renew, Renewed
from app.realtime.socket import Socket
from app.realtime.socket_blueprint import SocketBlueprint

pages = SocketBlueprint("/")


@pages.on("echo", Echo)
def echo(_socket: Socket, _question: Echo) -> None:
    """The answer is that there is one."""


@pages.on("renew", Renew)
def renew(socket: Socket, _: Renew) -> Renewed:
    """A pass for the other endpoints, in case this one goes away."""
    return Renewed(socket.new_page_pass())
