"""Shared notes: one text that everybody in the room may write, at once.

The server only compares and swaps: a text is taken when it was made of the latest version. Whoever came too late gets that version;
their browser puts what they typed into it (static/js/live/shared_notes.js) and tries again: nothing is locked, and nothing lost.
"""

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.live.events import SharedNotesWritten
from app.live.models import Room
from app.live.service import INVISIBLE, open_room
from app.live.shared_notes_messages import SharedText, WriteNotes, Written
from app.live.shared_notes_models import SharedNotes


def write(user: User, public_id: str, wanted: WriteNotes) -> Written:
    """Take a text made of the latest version; another is answered with that version. Raises as open_room does."""
    words = INVISIBLE.sub("", wanted.text.replace("\r\n", "\n"))
    with transaction() as tx:
        room = open_room(user, public_id).room
        db.session.execute(select(Room.id).where(Room.id == room.id).with_for_update())
        notes = _of(room)
        if (notes.version if notes else 0) != wanted.version:
            return Written(False, notes.version if notes else 0, notes.text if notes else "")
        if (notes.text if notes else "") == words:
            return Written(True, wanted.version, words)  # nothing new: nobody hears of it
        if notes is None:
            notes = SharedNotes(room_id=room.id, text="", version=0, updated_at=now())
            db.session.add(notes)
        notes.text, notes.version, notes.updated_at = words, notes.version + 1, now()
        db.session.flush()
        tx.publish(SharedNotesWritten(room.id))
        return Written(True, notes.version, notes.text)


def text_of(room: Room) -> SharedText:
    """What they say; empty before the first word."""
    notes = _of(room)
    return SharedText(notes.version, notes.text) if notes is not None else SharedText(0, "")


def _of(room: Room) -> SharedNotes | None:
    query = select(SharedNotes).where(SharedNotes.room_id == room.id)
    return db.session.scalar(query.execution_options(populate_existing=True))
