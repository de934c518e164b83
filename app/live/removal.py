"""The mentor asks somebody to leave: out at once, and back only by the mentor's yes (R9: here approval is binding).

Whoever was put out keeps the receipt of what they had, may report the mentor, and loses no money silently: the rule is written down
in bookings/removals.py. Asking to come back does not pester: at most once a minute, and not for five minutes after a "Not now".
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import removals
from app.bookings.removal_models import RoomRemoval
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotAllowed, NotFound, TooMany
from app.kernel.transaction import transaction
from app.live import queries
from app.live.events import AskedBack, PersonRemoved, RemovalAnswered
from app.live.models import Room
from app.live.removal_messages import Out
from app.live.service import open_door, require_mentor

ASK_AGAIN_AFTER = timedelta(minutes=1)
NOT_NOW_LASTS = timedelta(minutes=5)


def remove(mentor: User, public_id: str, person_id: int) -> None:
    """Ask somebody to leave this session; their presence ends now. Pressing twice changes nothing.

    Raises NotFound for a stranger and about somebody without a chair, NotAllowed for a learner and about oneself, TooEarly,
    SessionOver.
    """
    with transaction() as tx:
        room = _room_with(mentor, public_id, person_id)
        if person_id == mentor.id:
            raise NotAllowed("You cannot remove yourself. End ends the session for everybody.")
        removal = removals.put_out(room.lesson_id, person_id, mentor.id)
        if removal is not None:
            record(mentor.id, AuditTag.PERSON_REMOVED, removal, person=person_id, room=room.public_id)
            tx.publish(PersonRemoved(room.id, room.lesson_id, person_id))


def let_back(mentor: User, public_id: str, person_id: int) -> None:
    """The mentor's yes, or second thoughts: they may come in again. Changes nothing for whoever is not out; raises as `remove`."""
    with transaction() as tx:
        room = _room_with(mentor, public_id, person_id)
        removal = removals.let_back(room.lesson_id, person_id)
        if removal is not None:
            record(mentor.id, AuditTag.PERSON_LET_BACK, removal, person=person_id, room=room.public_id)
            tx.publish(RemovalAnswered(room.id, room.lesson_id, person_id))


def not_now(mentor: User, public_id: str, person_id: int) -> None:
    """The mentor is not asked again for five minutes. Changes nothing for whoever is not out; raises as `remove`."""
    with transaction() as tx:
        room = _room_with(mentor, public_id, person_id)
        removal = removals.standing_of(room.lesson_id, person_id)
        if removal is not None:
            removal.declined_at = now()
            tx.publish(RemovalAnswered(room.id, room.lesson_id, person_id))


def ask_back(user: User, public_id: str) -> None:
    """Whoever is out would like to come back; nothing happens to whoever may come in anyway.

    Raises NotFound for a stranger, TooEarly, SessionOver, TooMany while the mentor has only just been asked or has said no.
    """
    with transaction() as tx:
        room = open_door(user, public_id).room
        removal = removals.standing_of(room.lesson_id, user.id)
        if removal is None:
            return
        if now() < may_ask_at(removal):
            raise TooMany("Your mentor knows. You can ask again in a few minutes.")
        removal.asked_at = now()
        tx.publish(AskedBack(room.id, room.lesson_id, user.id))


def who_is_out(viewer_id: int, room: Room) -> list[Out]:
    """For the mentor all who were asked to leave, whether they would like to come back; nobody for anybody else."""
    if viewer_id != room.lesson.mentor_id:
        return []
    query = select(RoomRemoval, User.name).join(User, User.id == RoomRemoval.user_id).where(RoomRemoval.lesson_id == room.lesson_id)
    standing = db.session.execute(query.where(RoomRemoval.lifted_at.is_(None)).order_by(RoomRemoval.id))
    return [Out(removal.user_id, name, removal.is_asking) for removal, name in standing]


def may_ask_at(removal: RoomRemoval) -> datetime:
    """From when on the mentor may be asked (again)."""
    moments = [removal.removed_at]
    if removal.asked_at is not None:
        moments.append(removal.asked_at + ASK_AGAIN_AFTER)
    if removal.declined_at is not None:
        moments.append(removal.declined_at + NOT_NOW_LASTS)
    return max(moments)


def _room_with(mentor: User, public_id: str, person_id: int) -> Room:
    room = require_mentor(mentor, public_id, "Only the mentor asks somebody to leave, or lets them back.")
    if person_id not in queries.people_expected(room):
        raise NotFound("We could not find this person in this session.")
    return room
