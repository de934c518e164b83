"""Recording: asked for, agreed to, and begun by one browser."""

from datetime import timedelta

from app.live import recording, service
from app.live.recording_messages import Consent, Record, Segment
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("record", Record)
def record(socket: Socket, wish: Record) -> None:
    """The mentor asks everybody for a recording, or anybody stops it."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    recording.record(socket.user, socket.room, on=wish.on)


@live.on("consent", Consent)
def consent(socket: Socket, answer: Consent) -> None:
    """Yes or no to being recorded."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    recording.answer(socket.user, socket.room, agrees=answer.agrees)


@live.on("segment", Segment)
def segment(socket: Socket, begun: Segment) -> None:
    """The recorder's browser captures from now on, or since a moment ago."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    ago = timedelta(milliseconds=begun.ago)
    recording.begin_segment(socket.user, socket.room, client_id=begun.client_id, kind=begun.kind, ago=ago)
