"""What a mentor has earned, in two figures: held (not theirs yet) and available (theirs)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.bookings.states import BookingState
from app.config import settings
from app.extensions import db
from app.kernel.money import Money
from app.lessons.models import Lesson
from app.payments import ledger
from app.payments.models import Payment, PaymentState

TOWARDS_THEM = (BookingState.CONFIRMED, BookingState.COMPLETED)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Money on its way to a mentor, and money they may withdraw; both after fees, in the instance's currency."""

    held: Money
    available: Money


def snapshot(mentor: User) -> Snapshot:
    """The two figures of today; the ledger decides what is available."""
    currency = settings().currency
    return Snapshot(held=_held_for(mentor, currency), available=ledger.balance(ledger.available_to(mentor.id), currency))


def _held_for(mentor: User, currency: str) -> Money:
    """The mentor's part of what learners have paid for accepted sessions and what is not released yet."""
    query = (
        select(Booking)
        .options(lazyload("*"))
        .join(Lesson, Lesson.id == Booking.lesson_id)
        .join(Payment, Payment.id == Booking.payment_id)
        .where(
            Lesson.mentor_id == mentor.id,
            Booking.state.in_(TOWARDS_THEM),
            Booking.released_at.is_(None),
            Booking.currency == currency,
            Payment.state == PaymentState.CAPTURED,
        )
    )
    nothing = Money(0, currency)
    return sum((booking.price - fee_of(booking) for booking in db.session.scalars(query)), nothing)
