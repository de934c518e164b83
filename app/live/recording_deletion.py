"""Deleting a recording before its time: anybody who is in it may, and then it is gone for everybody.

It was made by the consent of all; whoever takes theirs back takes the film away from all. What follows for its bytes is in
recording_store.py.
"""

from sqlalchemy import select

from app.accounts.models import User
from app.audit import service as audit
from app.audit.tags import AuditTag
from app.bookings import attendance
from app.bookings.spans import common
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound
from app.kernel.transaction import transaction
from app.live import queries, recording
from app.live.events import RecordingDeleted
from app.live.models import Room
from app.live.queries import Phase
from app.live.recording_models import Recording
from app.live.recording_store import erase_soon

NONE = "There is no recording of this session."


def deletable(user: User, public_id: str) -> Recording:
    """The recording of a session, for somebody who may delete it now.

    Raises NotFound for a stranger and where there is none (any more), Conflict before the end, NotAllowed for those not in it.
    """
    visit = queries.visit(user, public_id)
    found = recording.of_room(visit.room.id)
    if found is None or found.gone_at is not None or not recording.has_run(found):
        raise NotFound(NONE)
    if visit.phase is not Phase.OVER:
        raise Conflict("The session is still going on. Stop the recording there; once it is over, you can delete it.")
    if not may_delete(user, visit.room, found):
        raise NotAllowed("Only somebody who is in this recording can delete it.")
    return found


def may_delete(user: User, room: Room, found: Recording) -> bool:
    """Is this the mentor, or somebody who agreed to it and was there while it ran?

    It runs for another moment when somebody new comes in: to have been there is not enough. A yes that was taken back later counts.
    """
    if user.id == room.lesson.mentor_id:
        return True
    if not audit.has_done(user.id, AuditTag.RECORDING_AGREED, found):
        return False
    theirs = [row.span(now()) for row in attendance.intervals(room.lesson_id) if row.user_id == user.id]
    return bool(common(theirs, recording.stretches(found)))


def delete(user: User, public_id: str) -> None:
    """It is gone for everybody at once. Raises as `deletable`; of two who press at the same time, the second finds it done."""
    with transaction() as tx:
        room = queries.visit(user, public_id).room
        locked = select(Recording).where(Recording.room_id == room.id).with_for_update()
        there = db.session.scalar(locked.execution_options(populate_existing=True))
        if there is not None and there.gone_at is not None and may_delete(user, room, there):
            return
        found = deletable(user, public_id)
        found.gone_at, found.deleted_by = now(), user.id
        audit.record(user.id, AuditTag.RECORDING_DELETED, found)
        erase_soon(found)
        tx.publish(RecordingDeleted(room.id, room.lesson_id, user.id))
