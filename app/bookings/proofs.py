"""What every booking's money must be, given its state."""

from sqlalchemy import String, and_, case, cast, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import LIVE, BookingState
from app.payments.ledger import FEES
from app.payments.models import LedgerEntry, LedgerTransaction, Payment
from app.payments.proof_sums import account_of, moved_through, refunded
from app.payments.proving import Question, count_of, fault

TAKEN_PLACE = (BookingState.CONFIRMED, BookingState.COMPLETED, BookingState.MISSED)
"""States nobody reaches without the money being here."""


def questions() -> list[Question]:
    """Held while live; given back or released when over; no booking without its money, no money without its booking."""
    return [_held(), _paid(), _known(), *_released(), _settled(), _seats()]


def _held() -> Question:
    """Live: all that was captured. Over: only what is still to go back or to be released, and in the end nothing."""
    moved, refunds = moved_through("booking", "release"), refunded()
    captured, held = func.coalesce(moved.c.captured, 0), func.coalesce(moved.c.held, 0)
    done, wanted = func.coalesce(refunds.c.done, 0), func.coalesce(refunds.c.wanted, 0)
    to_release = case((and_(Booking.release_at.is_not(None), Booking.released_at.is_(None)), captured - done - wanted), else_=0)
    expected = case((captured == 0, 0), (Booking.state.in_(LIVE), captured - done), else_=wanted + to_release)
    unheard = and_(Booking.state == BookingState.RELEASED, Payment.captured_at > Booking.closed_at, refunds.c.payment_id.is_(None))
    offenders = (
        select(*fault("booking", Booking.id, expected, held, Booking.currency))
        .outerjoin(Payment, Payment.id == Booking.payment_id)
        .outerjoin(moved, moved.c.account == account_of("booking", Booking.id))
        .outerjoin(refunds, refunds.c.payment_id == Booking.payment_id)
        .where(expected != held, func.coalesce(unheard, False).is_(False))
    )
    return Question("bookings.held", "Every booking holds the money its state says", count_of(Booking), offenders)


def _paid() -> Question:
    moved = moved_through("booking", "release")
    captured = func.coalesce(moved.c.captured, 0)
    offenders = (
        select(*fault("booking", Booking.id, Booking.price_minor, captured, Booking.currency))
        .outerjoin(moved, moved.c.account == account_of("booking", Booking.id))
        .where(Booking.state.in_(TAKEN_PLACE), Booking.price_minor != captured)
    )
    looked_at = count_of(select(Booking.id).where(Booking.state.in_(TAKEN_PLACE)).subquery())
    return Question("bookings.paid", "No confirmed booking without its money", looked_at, offenders)


def _known() -> Question:
    """Every payment for a booking is that booking's own."""
    own = and_(Booking.payment_id == Payment.id, cast(Booking.id, String) == Payment.reference)
    offenders = (
        select(*fault("payment", Payment.id, literal("booking ") + Payment.reference, "none"))
        .outerjoin(Booking, own)
        .where(Payment.purpose == "booking", Booking.id.is_(None))
    )
    looked_at = count_of(select(Payment.id).where(Payment.purpose == "booking").subquery())
    return Question("bookings.known", "No payment without its booking", looked_at, offenders)


def _released() -> list[Question]:
    moved = moved_through("booking", "release")
    released = func.coalesce(moved.c.out, 0)
    is_marked, is_out = Booking.released_at.is_not(None), released > 0
    marked = (
        select(*fault("booking", Booking.id, _yes_or_no(is_marked), _yes_or_no(is_out)))
        .outerjoin(moved, moved.c.account == account_of("booking", Booking.id))
        .where(is_marked != is_out)
    )
    entry, then = LedgerEntry, LedgerTransaction
    fees = (
        select(then.reference, func.sum(entry.amount_minor).label("fee"))
        .join(then.entries)
        .where(then.kind == "release", entry.account == FEES)
        .group_by(then.reference)
        .subquery()
    )
    expected, found = released * Booking.fee_bps // 10_000, func.coalesce(fees.c.fee, 0)
    shared = (
        select(*fault("fee of booking", Booking.id, expected, found, Booking.currency))
        .outerjoin(moved, moved.c.account == account_of("booking", Booking.id))
        .outerjoin(fees, fees.c.reference == cast(Booking.id, String))
        .where(Booking.released_at.is_not(None), expected != found)
    )
    out = count_of(select(Booking.id).where(Booking.released_at.is_not(None)).subquery())
    return [
        Question("bookings.released", "Released is what the ledger released", count_of(Booking), marked),
        Question("bookings.fees", "The platform's part is the one agreed when booking", out, shared),
    ]


def _settled() -> Question:
    """What presence decided goes back; a dispute may give back more, never less."""
    refunds = refunded()
    found = func.coalesce(refunds.c.done + refunds.c.wanted, 0)
    offenders = (
        select(*fault("booking", Booking.id, Settlement.refund_minor, found, Settlement.currency))
        .join(Settlement, Settlement.booking_id == Booking.id)
        .join(Payment, Payment.id == Booking.payment_id)
        .outerjoin(refunds, refunds.c.payment_id == Booking.payment_id)
        .where(found < Settlement.refund_minor, Payment.captured_at.is_not(None))
    )
    return Question("bookings.settled", "What was decided in the room goes back", count_of(Settlement), offenders)


def _seats() -> Question:
    claims = func.count()
    offenders = (
        select(*fault("seat in session", Booking.lesson_id, literal(1), claims))
        .where(Booking.state.in_(LIVE))
        .group_by(Booking.lesson_id, Booking.seat_no)
        .having(claims > 1)
    )
    return Question("bookings.seats", "No seat is taken twice", count_of(Booking), offenders)


def _yes_or_no(condition: ColumnElement[bool]) -> ColumnElement[str]:
    return case((condition, "released"), else_="not released")
