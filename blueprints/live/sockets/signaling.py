"""What two browsers must tell each other to connect; it goes to one person in the same room and to nobody else."""

from app.kernel.errors import Invalid
from app.live import service
from app.live.messages import Signal, Signalled
from app.realtime.rooms import tell_seat
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("signal", Signal)
def relay(socket: Socket, signal: Signal) -> None:
    """Carry an offer, an answer or a path to the other side."""
    if (signal.description is None) == (signal.candidate is None):
        raise Invalid("A signal carries a description or a candidate.")
    service.require_seat(socket.user_id, socket.room, socket.id)
    message = Signalled(socket.user_id, signal.epoch, signal.description, signal.candidate)
    tell_seat(socket.room, signal.to, "signal", message)
