"""How far a session may run over (R11): a quarter of an hour, but never into what one of its people has agreed to next."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.bookings import policies
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.lessons.models import BusyTime, Lesson

BREATH = timedelta(minutes=5)
"""What everybody keeps free before their next session."""


def hard_stop(lesson: Lesson) -> datetime:
    """When the room of a session closes whatever happens, UTC; never before the planned end."""
    latest = lesson.ends_at + policies.OVERRUN
    its_people = select(BusyTime.person_id).where(BusyTime.lesson_id == lesson.id)
    agreed = select(Booking.id).where(Booking.lesson_id == BusyTime.lesson_id, Booking.state == BookingState.CONFIRMED)
    query = select(func.min(BusyTime.starts_at)).where(
        BusyTime.person_id.in_(its_people),
        BusyTime.lesson_id != lesson.id,
        BusyTime.starts_at >= lesson.ends_at,
        BusyTime.starts_at < latest + BREATH,
        agreed.exists(),
    )
    following = db.session.scalar(query)
    return latest if following is None else max(lesson.ends_at, min(latest, following - BREATH))
