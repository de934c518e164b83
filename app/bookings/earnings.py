"""What a mentor has earned, in two figures: held (not theirs yet) and available (theirs)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, union_all

from app.accounts.models import User
from app.bookings.dispute_models import Dispute
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import BookingState
from app.config import settings
from app.extensions import db
from app.kernel.money import Money, share
from app.payments import ledger
from app.payments.models import Payment, PaymentState


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Money on its way to a mentor, and money they may withdraw; both after fees, in the instance's currency."""

    held: Money
    available: Money


def snapshot(mentor: User) -> Snapshot:
    """The two figures of today; the ledger decides what is available."""
    currency = settings().currency
    return Snapshot(held=_held_for(mentor, currency), available=ledger.balance(ledger.available_to(mentor.id), currency))


_STATE_OF_PAYMENT = select(Payment.state).where(Payment.id == Booking.payment_id).scalar_subquery()
"""Asked of each booking found: joined, a database may begin with all payments that were ever captured."""


def _prices(which: ColumnElement[bool]) -> Select[int, int]:
    return (
        select(
            Booking.price_minor - func.coalesce(Settlement.refund_minor, 0) - func.coalesce(Dispute.decided_minor, 0),
            Booking.fee_bps,
        )
        .outerjoin(Settlement, Settlement.booking_id == Booking.id)
        .outerjoin(Booking.dispute)
        .where(
            Booking.mentor_id == bindparam("mentor_id"),
            which,
            Booking.currency == bindparam("currency"),
            _STATE_OF_PAYMENT == PaymentState.CAPTURED,
        )
    )


_HELD_PRICES = union_all(
    _prices(Booking.state == literal_column(f"'{BookingState.CONFIRMED}'")),
    _prices(Booking.release_at.is_not(None) & Booking.released_at.is_(None)),
)
"""Two partial indexes, each as long as what is on its way now: what a mentor taught years ago is not read.

The state stands in the statement, for a database that plans before it knows a parameter would not take the index."""


def _held_for(mentor: User, currency: str) -> Money:
    """The mentor's part of what learners have paid for accepted sessions and what is not released yet."""
    rows = db.session.execute(_HELD_PRICES, {"mentor_id": mentor.id, "currency": currency})
    prices = [(Money(kept_minor, currency), fee_bps) for kept_minor, fee_bps in rows]
    return sum((price - share(price, fee_bps) for price, fee_bps in prices), Money(0, currency))
