"""Own notes of a session: saved as they are typed, before, during and after it, and read by nobody else."""

from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.kernel.wire import Text
from app.live import queries
from app.live.models import Room
from app.live.note_models import SessionNote
from app.live.service import INVISIBLE

LONGEST_NOTES = 20_000
"""Characters; about ten pages."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The whole text, as it is now."""

    text: Annotated[str, Text(0, LONGEST_NOTES)]


def save_notes(user: User, public_id: str, notes: Notes) -> None:
    """Keep somebody's notes of a session; the latest text stands. Raises NotFound for a stranger."""
    room = queries.visit(user, public_id).room
    words = INVISIBLE.sub("", notes.text.replace("\r\n", "\n"))
    try:
        _write(room, user, words)
    except IntegrityError:  # two tabs wrote the first word at once
        _write(room, user, words)


def notes_of(user: User, room: Room) -> str:
    """Somebody's own notes of a session; empty before the first word."""
    query = select(SessionNote.text).where(SessionNote.room_id == room.id, SessionNote.user_id == user.id)
    return db.session.scalar(query) or ""


def _write(room: Room, user: User, words: str) -> None:
    with transaction():
        query = select(SessionNote).where(SessionNote.room_id == room.id, SessionNote.user_id == user.id)
        known = db.session.scalar(query.with_for_update())
        if known is None:
            db.session.add(SessionNote(room_id=room.id, user_id=user.id, text=words, updated_at=now()))
            db.session.flush()
        else:
            known.text, known.updated_at = words, now()
