"""A browser tells of a segment that it captures: at once, or later when it could not, so that nothing it captured is lost."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.transaction import transaction
from app.live import queries, recording
from app.live import recording_terms as terms
from app.live.events import RecordingChanged
from app.live.recording_messages import KIND
from app.live.recording_models import Recording, RecordingSegment
from app.live.recording_pieces import TAKEN_FOR, Gone
from app.live.recording_store import is_taking
from app.live.service import open_room

MOST_SEGMENTS = 300
"""Of one person in one session: pieces that begin anew; more is somebody's program, not a bad line. Nobody takes another's."""


class NotRecorder(Conflict):
    """Another browser records, or none does."""

    code = "not_recorder"
    message = "This browser does not record the session just now."


def begin(user: User, public_id: str, *, client_id: str, kind: str, ago: timedelta) -> None:
    """The recorder's browser captures, since `ago`. The same id again changes nothing; NotRecorder for everybody else."""
    with transaction() as tx:
        room = recording.locked(open_room(user, public_id).room.id)
        found = recording.of_room(room.id)
        if found is None or found.recorder_id != user.id or not recording.is_running(found):
            raise NotRecorder
        if _add(found, user, client_id, kind, now() - ago):
            tx.publish(RecordingChanged(room.id))


def begin_late(user: User, public_id: str, *, client_id: str, kind: str, ago: timedelta) -> None:
    """What a browser captured while it was named, `ago`, and could not tell of at once; also after the session.

    Raises NotFound for whoever was not named then, Gone, Invalid (no kind of film, no time that can be), Conflict.
    """
    if not re.fullmatch(KIND, kind) or not timedelta() <= ago <= TAKEN_FOR:
        raise Invalid("This is no beginning of a recording.")
    with transaction():
        room = recording.locked(queries.visit(user, public_id).room.id)
        found = recording.of_room(room.id)
        began_at = terms.named_at(found, user.id, now() - ago) if found is not None else None
        if found is None or began_at is None or not found.pieces_kept:
            raise NotFound("This recording takes no more pieces.")
        if not is_taking(found):
            raise Gone
        _add(found, user, client_id, kind, began_at)


def cannot(user: User, public_id: str) -> None:
    """The page this person sits on cannot record (any more): another browser goes on, or it ends for everybody.

    NotRecorder for somebody whose browser was never named. It is not named again until the page is opened anew.
    """
    with transaction():
        room = recording.locked(open_room(user, public_id).room.id)
        found = recording.of_room(room.id)
        if found is None or not terms.note_unable(found, user.id, room.lesson_id):
            raise NotRecorder
        recording.settle(room.id)


def _add(found: Recording, user: User, client_id: str, kind: str, began_at: datetime) -> bool:
    """False when we know of it already."""
    rows = db.session.scalars(select(RecordingSegment).where(RecordingSegment.recording_id == found.id)).all()
    if any(row.client_id == client_id for row in rows):
        return False
    if sum(row.recorder_id == user.id for row in rows) >= MOST_SEGMENTS:
        raise Conflict("This recording has begun anew too often. Please stop it.")
    segment = RecordingSegment(recording_id=found.id, client_id=client_id, recorder_id=user.id, kind=kind, began_at=began_at)
    segment.chunks, segment.size = 0, 0
    db.session.add(segment)
    return True
