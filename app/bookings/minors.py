"""Whether somebody in a lesson's room is under 18, by their own word. Nobody is told who."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.queries import MEETING
from app.extensions import db
from app.lessons.models import Lesson

_MENTOR, _LEARNER = aliased(User), aliased(User)
_ANY_MINOR = (
    select(Booking.id)
    .join(Lesson, Lesson.id == Booking.lesson_id)
    .join(_MENTOR, _MENTOR.id == Lesson.mentor_id)
    .join(_LEARNER, _LEARNER.id == Booking.learner_id)
    .where(Booking.lesson_id == bindparam("lesson_id"), Booking.state.in_(MEETING), _MENTOR.is_minor | _LEARNER.is_minor)
    .limit(1)
)


def has_minor(lesson_id: int) -> bool:
    """Has anybody with a chair in a lesson's room, there or not, said that they are under 18?"""
    return db.session.scalar(_ANY_MINOR, {"lesson_id": lesson_id}) is not None
