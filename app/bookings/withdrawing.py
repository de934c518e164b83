"""Withdraw a session: nobody can book it any more, everybody who has gets everything back, and the mentor's time is free."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import queries
from app.bookings.cancellation_terms import is_late_for_mentor
from app.bookings.cancelling import can_be_canceled, end_booking, ending_of
from app.bookings.events import BookingDeclined
from app.bookings.models import Booking
from app.bookings.service import who
from app.bookings.settlement_models import Verdict
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.events import LessonWithdrawn
from app.lessons.models import Lesson, LessonState
from app.lessons.queries import own


class MoreBooked(Conflict):
    """Between the preview and the confirmation somebody booked or left, or it became late."""

    code = "terms_changed"
    message = "This has changed while you were looking. Nothing was withdrawn: please look again."


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing a session means now: the bookings that end, all with everything back, and whether it counts."""

    lesson: Lesson
    bookings: tuple[Booking, ...]
    is_strike: bool

    @property
    def terms(self) -> str:
        """What a mentor agrees to, as a form carries it."""
        ids = "-".join(str(booking.id) for booking in self.bookings)
        return f"{ids}{'!' if self.is_strike else ''}"


def preview_withdraw(mentor: User, lesson_id: int) -> Withdrawal:
    """Who is affected; nothing is changed. Raises NotFound for others' sessions, Conflict for one that has begun or is gone."""
    lesson = own(mentor, lesson_id)
    _refuse(lesson)
    return _withdrawal_of(lesson)


def withdraw_lesson(mentor: User, lesson_id: int, agreed: str | None = None) -> Lesson:
    """Take a session back: its bookings are canceled with everything back, holds are let go, the catalog forgets it.

    `agreed` is the `terms` of the Withdrawal that was shown. Raises NotFound for others' sessions, Conflict for one that has begun,
    MoreBooked when what was shown is not true any more. A second time does no harm.
    """
    own(mentor, lesson_id)
    with transaction() as tx:
        lesson = _locked(lesson_id)
        if lesson.state is LessonState.WITHDRAWN:
            return lesson
        _refuse(lesson)
        if agreed is not None and agreed != _withdrawal_of(lesson).terms:
            raise MoreBooked
        take_back(tx, lesson, Verdict.CANCELED_BY_MENTOR, mentor.id)
    return lesson


def take_back(tx: Transaction, lesson: Lesson, verdict: Verdict, by_id: int | None) -> None:
    """Withdraw a locked session and end what was booked of it; joins the caller's transaction. `by_id` None: the system."""
    lesson.state = LessonState.WITHDRAWN
    calendar.set_free(lesson.mentor_id, lesson)
    for booking_id in db.session.scalars(select(Booking.id).where(Booking.lesson_id == lesson.id).order_by(Booking.id)).all():
        booking = queries.locked(booking_id)
        if booking.state is BookingState.DECLINED and booking.undo_until is not None:
            _no_undo(tx, booking)
        elif booking.state in LIVE and can_be_canceled(booking):
            end_booking(tx, booking, ending_of(booking, verdict, now()), by_id)
    record(by_id, AuditTag.LESSON_WITHDRAWN, lesson)
    tx.publish(LessonWithdrawn(lesson.id, lesson.mentor_id))


def _no_undo(tx: Transaction, booking: Booking) -> None:
    """A Reject that could still be undone is final now: there is nothing to come back to."""
    booking.undo_until = None
    calendar.set_free(booking.learner_id, booking.lesson)
    tx.publish(BookingDeclined(*who(booking)))


def _withdrawal_of(lesson: Lesson) -> Withdrawal:
    query = select(Booking).where(Booking.lesson_id == lesson.id, Booking.state.in_(LIVE)).order_by(Booking.id)
    found = tuple(one for one in db.session.scalars(query).unique() if one.state is not BookingState.HELD)
    late = is_late_for_mentor(lesson.starts_at, now())
    return Withdrawal(lesson, found, is_strike=late and any(booking.accepted_at is not None for booking in found))


def _refuse(lesson: Lesson) -> None:
    if lesson.state is LessonState.WITHDRAWN:
        raise Conflict("This session is withdrawn already.", code="withdrawn")
    if lesson.starts_at <= now():
        raise Conflict("This session has begun. Who is in the room decides about the money now.", code="begun")


def _locked(lesson_id: int) -> Lesson:
    """Locked against booking and editing, not against rows that point to it: else a cancel at the same moment would deadlock."""
    lesson = db.session.get(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson, "key_share": True})
    if lesson is None:
        raise NotFound("We could not find this session.")
    return lesson
