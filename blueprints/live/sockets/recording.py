"""Recording: asked for, agreed to, and begun by one browser."""

from datetime import timedelta

from app.live import recording, recording_segments, service
from app.live.recording_messages import CannotRecord, Consent, Record, Segment
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
    recording_segments.begin(socket.user, socket.room, client_id=begun.client_id, kind=begun.kind, ago=ago)


@live.on("cannot_record", CannotRecord)
def cannot_record(socket: Socket, _: CannotRecord) -> None:
    """The recorder's browser cannot (any more): another goes on, or everybody hears that none can."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    recording_segments.cannot(socket.user, socket.room)
