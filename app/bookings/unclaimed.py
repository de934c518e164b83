"""Sessions made for one booking (a talk, a slot): when nobody claims them any more, they go, and the mentor's time is free."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select

from app.bookings.models import Booking
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.lessons.models import Lesson, LessonState


def withdraw_unclaimed(lesson_id: int) -> None:
    """Take a session that was made for one booking off the calendar; does nothing while somebody has a claim on it."""
    with transaction():
        lesson = db.session.get(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson})
        if lesson is None or lesson.state is not LessonState.PUBLISHED:
            return
        if db.session.scalar(select(Lesson.id).where(Lesson.id == lesson_id, _made_for_one(), ~_claimed())) is None:
            return
        lesson.state = LessonState.WITHDRAWN
        calendar.set_free(lesson.mentor_id, lesson)


def unclaimed() -> Sequence[int]:
    """Ids of sessions to come that nobody claims any more (whoever should have said so was interrupted)."""
    query = select(Lesson.id).where(Lesson.state == LessonState.PUBLISHED, Lesson.starts_at > now(), _made_for_one(), ~_claimed())
    return db.session.scalars(query).all()


def _made_for_one() -> ColumnElement[bool]:
    return Lesson.offer_id.is_not(None) | Lesson.answer_seconds.is_not(None)


def _claimed() -> ColumnElement[bool]:
    undoable = (Booking.state == BookingState.DECLINED) & Booking.undo_until.is_not(None)
    counts = Booking.state.in_((*LIVE, BookingState.COMPLETED, BookingState.MISSED)) | undoable
    return exists().where(Booking.lesson_id == Lesson.id, counts)
