"""The notes that all write together."""

from app.live import queries, service, shared_notes
from app.live.shared_notes_messages import LookNotes, SharedText, WriteNotes, Written
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("write_notes", WriteNotes)
def write_notes(socket: Socket, wanted: WriteNotes) -> Written:
    """Take it, and everybody reads it; or say what they say by now."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    return shared_notes.write(socket.user, socket.room, wanted)


@live.on("look_notes", LookNotes)
def look_notes(socket: Socket, _: LookNotes) -> SharedText:
    """For whoever has just come, or come back."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    return shared_notes.text_of(queries.at(socket.room))
