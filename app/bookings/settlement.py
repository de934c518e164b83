"""What a taught (or missed) lesson means for its bookings: decided once, from the presence rows."""

from sqlalchemy import select

from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import attendance, policies, queries
from app.bookings.events import BookingCompleted, BookingMissed, EarningsReleased
from app.bookings.models import Booking
from app.bookings.service import close
from app.bookings.states import BookingState, require_move
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money, share
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.payments import ledger
from app.payments.models import PaymentState


def settle_lesson(lesson_id: int) -> None:
    """Settle every confirmed booking of a lesson whose room has ended. Does nothing the second time."""
    query = select(Booking.id).where(Booking.lesson_id == lesson_id, Booking.state == BookingState.CONFIRMED)
    for booking_id in db.session.scalars(query).all():
        settle(booking_id)


def settle(booking_id: int) -> None:
    """Both were in the room together: completed, the money is released a day later. Otherwise: missed, and all of it goes back."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.state is not BookingState.CONFIRMED:
            return
        who = (booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id)
        booking.taught_seconds = attendance.both_present_seconds(booking.lesson_id, booking.lesson.mentor_id, booking.learner_id)
        booking.settled_at = now()
        if booking.taught_seconds > 0:
            _complete(booking)
            tx.publish(BookingCompleted(*who))
        else:
            close(booking, BookingState.MISSED, refund_because="missed")
            record(None, AuditTag.BOOKING_MISSED, booking)
            tx.publish(BookingMissed(*who))


def release_earnings(booking_id: int) -> None:
    """Move held money to what the mentor may withdraw, less the fee agreed when booking; once."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        due = booking.release_at is not None and booking.release_at <= now() and booking.released_at is None
        if booking.state is not BookingState.COMPLETED or not due or not _is_captured(booking):
            return
        gross, fee = booking.price, fee_of(booking)
        held = ledger.held_for("booking", str(booking.id))
        mentor = ledger.available_to(booking.lesson.mentor_id)
        ledger.post("release", str(booking.id), {held: Money(0, gross.currency) - gross, mentor: gross - fee, ledger.FEES: fee})
        booking.released_at = now()
        tx.publish(EarningsReleased(booking.id, booking.lesson.mentor_id))


def fee_of(booking: Booking) -> Money:
    """The platform's part, rounded down; the mentor gets the rest by one subtraction."""
    return share(booking.price, booking.fee_bps)


def _complete(booking: Booking) -> None:
    require_move(booking.state, BookingState.COMPLETED)
    booking.state, booking.closed_at = BookingState.COMPLETED, now()
    booking.release_at = now() + policies.RELEASE_AFTER
    calendar.set_free(booking.learner_id, booking.lesson)
    record(None, AuditTag.BOOKING_COMPLETED, booking, taught_seconds=booking.taught_seconds)


def _is_captured(booking: Booking) -> bool:
    return booking.payment is not None and booking.payment.state is PaymentState.CAPTURED
