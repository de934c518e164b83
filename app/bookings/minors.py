"""Whether somebody in a lesson's room is under 18, by their own word. Nobody is told who."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.queries import MEETING
from app.extensions import db
from app.lessons.models import Lesson


def has_minor(lesson_id: int) -> bool:
    """Has anybody with a chair in a lesson's room, there or not, said that they are under 18?"""
    mentor, learner = aliased(User), aliased(User)
    query = select(Booking.id).join(Lesson, Lesson.id == Booking.lesson_id)
    query = query.join(mentor, mentor.id == Lesson.mentor_id).join(learner, learner.id == Booking.learner_id)
    of_room = query.where(Booking.lesson_id == lesson_id, Booking.state.in_(MEETING), mentor.is_minor | learner.is_minor)
    return db.session.scalar(of_room.limit(1)) is not None
