"""Carrying a booking over to another time: with its session when it is the only one there, into a copy when others stay."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from app.accounts.models import User
from app.bookings import policies, queries
from app.bookings.events import BookingMoved, SeatFreed
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import Transaction
from app.lessons import calendar, rescheduling
from app.lessons.calendar import CalendarClash
from app.lessons.models import Lesson, LessonState


def require_both_free(viewer: User, booking: Booking, starts_at: datetime) -> None:
    """Raises CalendarClash, in words for the one who looks, when one of the two has something else then."""
    lesson = booking.lesson
    ends_at = starts_at + lesson.duration
    for person in (lesson.mentor, booking.learner):
        clash = calendar.clash_for(person.id, starts_at, ends_at, besides=[lesson.id])
        if clash is not None and person.id == viewer.id:
            raise CalendarClash(f"You have “{clash.title}” at that time. Nothing was moved.")
        if clash is not None:
            raise CalendarClash(f"{person.name.split()[0]} has something else at that time. Nothing was moved.")


def relocate(tx: Transaction, booking: Booking, starts_at: datetime) -> None:
    """Move a locked booking; joins the caller's transaction, which must roll back on CalendarClash."""
    lesson = db.session.get_one(Lesson, booking.lesson_id, populate_existing=True, with_for_update={"of": Lesson})
    try:
        if booking.state is BookingState.MISSED:  # what took place at the old time stays there
            _into_a_copy(booking, lesson, starts_at)
        elif is_shared(booking):
            _into_a_copy(booking, lesson, starts_at)
            tx.publish(SeatFreed(lesson.id, booking.learner_id))
        else:
            rescheduling.move(lesson, starts_at)
    except CalendarClash:  # the guard saw what was not there when we looked
        raise CalendarClash("One of you has something else at that time by now. Nothing was moved.") from None
    booking.moved_at, booking.wait_until = now(), None
    booking.reminded_at = policies.reminded_by_agreeing(starts_at, now())
    tx.publish(BookingMoved(booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id))


def is_shared(booking: Booking) -> bool:
    """Whether somebody else has a seat in its session, too."""
    others = exists().where(Booking.lesson_id == booking.lesson_id, Booking.id != booking.id, queries.claims_seat())
    return bool(db.session.scalar(select(others)))


def give_up_empty_copy(lesson_id: int) -> None:
    """The booking of a session made for one has ended before it began: its mentor is free then. Joins the caller's transaction."""
    lesson = db.session.get_one(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson})
    is_made_for_one = not lesson.is_listed and lesson.link_token is None and lesson.capacity == 1
    is_ahead = lesson.state is LessonState.PUBLISHED and lesson.starts_at > now()
    claimed = exists().where(Booking.lesson_id == lesson.id, queries.claims_seat())
    if is_made_for_one and is_ahead and not db.session.scalar(select(claimed)):
        rescheduling.give_up(lesson)


def emptied() -> Sequence[int]:
    """Sessions made for one person at another time that nobody claims any more and whose mentor is still kept busy."""
    claimed = exists().where(Booking.lesson_id == Lesson.id, queries.claims_seat() | (Booking.state == BookingState.COMPLETED))
    made_for_one = Lesson.is_listed.is_(False) & Lesson.link_token.is_(None) & (Lesson.capacity == 1)
    ahead = (Lesson.state == LessonState.PUBLISHED) & (Lesson.starts_at > now())
    return db.session.scalars(select(Lesson.id).where(made_for_one, ahead, ~claimed).order_by(Lesson.id)).all()


def _into_a_copy(booking: Booking, lesson: Lesson, starts_at: datetime) -> None:
    copy = rescheduling.copy_for_one(lesson, starts_at)
    calendar.set_free(booking.learner_id, lesson)
    booking.lesson, booking.seat_no = copy, 1
    db.session.flush()
    calendar.keep_free(booking.learner_id, copy)
