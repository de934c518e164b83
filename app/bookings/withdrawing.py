"""Withdraw a session, or those of a series.

Nobody can book it any more, everybody who has gets everything back, and the mentor's time is free.
"""

from collections.abc import Sequence
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
from app.kernel.errors import Conflict
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.events import LessonWithdrawn
from app.lessons.models import Lesson, LessonState
from app.lessons.queries import own
from app.lessons.series import Scope, ahead, locked_ahead, members


class MoreBooked(Conflict):
    """Between the preview and the confirmation somebody booked or left, or it became late."""

    code = "terms_changed"
    message = "This has changed while you were looking. Nothing was withdrawn: please look again."


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing means now: the sessions (soonest first), the bookings that end with everything back, how many count."""

    lesson: Lesson
    lessons: tuple[Lesson, ...]
    bookings: tuple[Booking, ...]
    strikes: int

    @property
    def is_strike(self) -> bool:
        """Whether any of it counts against the mentor."""
        return self.strikes > 0

    @property
    def terms(self) -> str:
        """What a mentor agrees to, as a form carries it."""
        lessons, bookings = ("-".join(str(one.id) for one in found) for found in (self.lessons, self.bookings))
        return f"{lessons}:{bookings}{'!' * self.strikes}"


def preview_withdraw(mentor: User, lesson_id: int, scope: Scope = Scope.THIS) -> Withdrawal:
    """Who is affected; nothing is changed. Raises NotFound for others' sessions, Conflict for one that has begun or is gone."""
    lesson = own(mentor, lesson_id)
    _refuse(lesson)
    return _withdrawal_of(lesson, ahead(lesson, scope))


def withdraw_lesson(mentor: User, lesson_id: int, agreed: str | None = None, scope: Scope = Scope.THIS) -> Lesson:
    """Take a session back: its bookings are canceled with everything back, holds are let go, the catalog forgets it.

    With a scope: those of its series that lie ahead too, all of them or none, each by its own rules. `agreed` is the `terms` of the
    Withdrawal that was shown. Raises NotFound for others' sessions, Conflict for one that has begun, MoreBooked when what was shown
    is not true any more. A second time does no harm.
    """
    own(mentor, lesson_id)
    with transaction() as tx:
        lesson = own(mentor, lesson_id)
        lock_bookings_of(members(lesson, scope))
        found = locked_ahead(lesson, scope)
        if lesson.state is LessonState.WITHDRAWN and not found:
            return lesson
        _refuse(lesson)
        if agreed is not None and agreed != _withdrawal_of(lesson, found).terms:
            raise MoreBooked
        for one in sorted(found, key=lambda one: one.id):
            take_back(tx, one, Verdict.CANCELED_BY_MENTOR, mentor.id)
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


def _withdrawal_of(lesson: Lesson, found: Sequence[Lesson]) -> Withdrawal:
    ids = [one.id for one in found]
    query = select(Booking).where(Booking.lesson_id.in_(ids), Booking.state.in_(LIVE)).order_by(Booking.id)
    bookings = [one for one in db.session.scalars(query).unique() if one.state is not BookingState.HELD]
    bookings.sort(key=lambda one: one.lesson.starts_at)  # stable: the first who booked stays the first
    late = {one.lesson_id for one in bookings if one.accepted_at is not None and is_late_for_mentor(one.lesson.starts_at, now())}
    return Withdrawal(lesson, tuple(found), tuple(bookings), strikes=len(late))


def _refuse(lesson: Lesson) -> None:
    if lesson.state is LessonState.WITHDRAWN:
        raise Conflict("This session is withdrawn already.", code="withdrawn")
    if lesson.starts_at <= now():
        raise Conflict("This session has begun. Who is in the room decides about the money now.", code="begun")


def lock_bookings_of(lessons: Sequence[Lesson]) -> None:
    """Lock bookings before their sessions, as whoever moves one does: else the two would wait for each other.

    All of them, ended ones too: `take_back` looks at each, and two that take a series back at once must meet at the first.
    """
    query = select(Booking.id).where(Booking.lesson_id.in_([one.id for one in lessons]))
    for booking_id in db.session.scalars(query.order_by(Booking.id)).all():
        queries.locked(booking_id)
