"""Who is out of a room because its mentor asked them to leave, and since when. The only writer of these rows; live calls it.

What it means for the money (verdicts.py): nobody who was put out counts as absent, and the time they were out goes back to them as
time lost, by the second, because the mentor decided not to teach them then: until they come again, and ten minutes after the
mentor's yes at most. It is no strike: a mentor who needs somebody to go must not think of money first. What was taught before it,
and after it, stays paid.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.bookings import attendance
from app.bookings.attendance_models import Closing, Span
from app.bookings.models import Booking
from app.bookings.removal_models import RoomRemoval
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction

RETURN = timedelta(minutes=10)
"""Whoever is let back has so long to hear of it and to come, as one is waited for at the start; after that they stay away by their
own will."""


def put_out(lesson_id: int, user_id: int, by_id: int) -> RoomRemoval | None:
    """Out of the room from now on, and their presence ends with it; None when they were out already."""
    with transaction():
        attendance.one_at_a_time(lesson_id)
        if standing_of(lesson_id, user_id) is not None:
            return None
        attendance.leave(lesson_id, user_id, closing=Closing.REMOVED)
        removal = RoomRemoval(lesson_id=lesson_id, user_id=user_id, removed_by=by_id, removed_at=now())
        db.session.add(removal)
        db.session.flush()
        return removal


def let_back(lesson_id: int, user_id: int) -> RoomRemoval | None:
    """They may come in again; None when nobody had put them out."""
    with transaction():
        attendance.one_at_a_time(lesson_id)
        removal = standing_of(lesson_id, user_id)
        if removal is not None:
            removal.lifted_at = now()
        return removal


def let_all_back(lesson_id: int) -> None:
    """The session was moved: whoever was put out of it then has not been put out of what comes."""
    with transaction():
        for removal in standing(lesson_id):
            removal.lifted_at = now()


def standing_of(lesson_id: int, user_id: int) -> RoomRemoval | None:
    """What keeps somebody out now."""
    return next((removal for removal in standing(lesson_id) if removal.user_id == user_id), None)


def standing(lesson_id: int) -> Sequence[RoomRemoval]:
    """All that keeps people out of a room now, the oldest first."""
    query = select(RoomRemoval).where(RoomRemoval.lesson_id == lesson_id, RoomRemoval.lifted_at.is_(None))
    return db.session.scalars(query.order_by(RoomRemoval.id)).all()


def removals_of(booking: Booking) -> Sequence[RoomRemoval]:
    """Every time the learner of a booking was put out, oldest first; not of the time it was moved from."""
    query = select(RoomRemoval).where(RoomRemoval.lesson_id == booking.lesson_id, RoomRemoval.user_id == booking.learner_id)
    rows = db.session.scalars(query.order_by(RoomRemoval.id)).all()
    return [row for row in rows if booking.moved_at is None or row.removed_at >= booking.moved_at]


def spans_out(booking: Booking, came_at: Iterable[datetime], until: datetime) -> list[Span]:
    """When the learner of a booking was out: to the moment they came again after the mentor's yes, RETURN at most; an open end
    reaches to `until`. `came_at` are all moments at which they came in, or tried to.
    """
    moments = sorted(came_at)
    return [Span(row.removed_at, min(until, _back_at(row, moments)) if row.lifted_at else until) for row in removals_of(booking)]


def _back_at(row: RoomRemoval, came_at: Sequence[datetime]) -> datetime:
    lifted_at = row.lifted_at or row.removed_at
    return min((moment for moment in came_at if lifted_at <= moment <= lifted_at + RETURN), default=lifted_at + RETURN)
