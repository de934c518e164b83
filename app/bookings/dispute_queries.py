"""Reading disputes: who may open one, until when, and what stands between the two."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.bookings import policies
from app.bookings.dispute_models import LIVE_DISPUTE, Dispute, DisputeKind, DisputeState, DisputeStatement
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.payments.models import PaymentState

OVER = (BookingState.COMPLETED, BookingState.MISSED, BookingState.CANCELED)
"""What a booking must be before anybody can say that its outcome is wrong."""


def kind_for(person: User, booking: Booking) -> DisputeKind:
    """What one of the two people can claim: learners money, mentors that a strike is lifted."""
    return DisputeKind.STRIKE if person.id == booking.lesson.mentor_id else DisputeKind.REFUND


def open_until(person: User, booking: Booking) -> datetime | None:
    """Until when they may open one, as far as the booking itself tells; None when there is nothing to claim (any more).

    A learner has until the money is released; for a free session, and for a mentor, it is as if it had been held for three days.
    """
    if booking.state not in OVER:
        return None
    until = _appeal_until(booking) if kind_for(person, booking) is DisputeKind.STRIKE else _claim_until(booking)
    return until if until is not None and until > now() else None


def may_open(person: User, booking: Booking) -> datetime | None:
    """The same, and nothing of theirs is live or settled already; asks the database."""
    until = open_until(person, booking)
    if until is None or counting_of(booking.id, kind_for(person, booking)) is not None:
        return None
    return until


def _claim_until(booking: Booking) -> datetime | None:
    if booking.is_free:
        return _report_until(booking)
    is_there = booking.payment is not None and booking.payment.state is PaymentState.CAPTURED
    return booking.release_at if is_there and not booking.kept.is_zero and booking.released_at is None else None


def _report_until(booking: Booking) -> datetime | None:
    """A free session that was to take place can be reported though nothing comes back; one that was canceled did what it said."""
    if booking.settlement is None or booking.state is BookingState.CANCELED:
        return None
    return booking.settlement.decided_at + policies.RELEASE_AFTER_ABSENCE


def _appeal_until(booking: Booking) -> datetime | None:
    if booking.settlement is None or not booking.settlement.is_strike:
        return None
    return booking.settlement.decided_at + policies.RELEASE_AFTER_ABSENCE


def counting_of(booking_id: int, kind: DisputeKind) -> Dispute | None:
    """The live or settled dispute of one kind, read afresh."""
    query = select(Dispute).where(Dispute.booking_id == booking_id, Dispute.kind == kind, Dispute.state != DisputeState.WITHDRAWN)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def disputed(booking_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether a booking's money is being disputed, as a condition for queries."""
    live = exists().where(Dispute.booking_id == booking_id, Dispute.kind == DisputeKind.REFUND)
    return live.where(Dispute.state.in_(LIVE_DISPUTE))


def is_lesson_disputed(lesson_id: int) -> bool:
    """Is a dispute of either kind about any booking of a lesson still undecided?"""
    theirs = select(Dispute.id).join(Booking, Booking.id == Dispute.booking_id).where(Booking.lesson_id == lesson_id)
    return db.session.scalar(theirs.where(Dispute.state.in_(LIVE_DISPUTE)).limit(1)) is not None


def disputes_of(booking_id: int) -> Sequence[Dispute]:
    """All of a booking's disputes, the newest first."""
    return db.session.scalars(select(Dispute).where(Dispute.booking_id == booking_id).order_by(Dispute.id.desc())).all()


def opened_by(person: User, booking_id: int) -> int:
    """How often somebody has opened one of a booking."""
    query = select(func.count()).where(Dispute.booking_id == booking_id, Dispute.opened_by_id == person.id)
    return db.session.scalar(query) or 0


def dispute_by_id(dispute_id: int) -> Dispute:
    """A dispute, for code that acts for nobody in particular; NotFound when there is none."""
    dispute = db.session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound("We could not find this dispute.")
    return dispute


def undecided(limit: int = 100) -> Sequence[Dispute]:
    """Live disputes, those an admin must decide first, by their deadline."""
    query = select(Dispute).where(Dispute.state.in_(LIVE_DISPUTE))
    order = (Dispute.decide_by.is_(None), Dispute.decide_by, Dispute.answer_by, Dispute.id)
    return db.session.scalars(query.order_by(*order).limit(limit)).all()


def standing_offer(dispute: Dispute, by: int) -> DisputeStatement | None:
    """What one side would agree to now: the last thing they named."""
    return next((one for one in reversed(dispute.statements) if one.author_id == by and one.offer_minor is not None), None)
