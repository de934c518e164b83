"""What two browsers must tell each other to connect; it goes to one person in the same room and to nobody else."""

from app.kernel.errors import Invalid
from app.live import service
from app.live.messages import Signal, Signalled
from app.realtime.rooms import tell_seat
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live

PROVEN_FOR = 1.0
"""Seconds. Four who meet send eighty signals in a moment, and asking for the seat was most of the cost of each. Whoever is put out,
signed out or sits in another tab by now loses the connection itself, at once; nobody gets further by one signal more.
"""


@live.on("signal", Signal)
def relay(socket: Socket, signal: Signal) -> None:
    """Carry an offer, an answer or a path to the other side."""
    if (signal.description is None) == (signal.candidate is None):
        raise Invalid("A signal carries a description or a candidate.")
    room = socket.room
    socket.prove(lambda: service.require_seat(socket.user_id, room, socket.id), holds_for=PROVEN_FOR)
    message = Signalled(socket.user_id, signal.epoch, signal.description, signal.candidate)
    tell_seat(room, signal.to, "signal", message)
