"""Sweeps of disputes: what their deadlines bring about. Each looks again at every row it finds."""

from collections.abc import Callable

from sqlalchemy import Select, select

from app.bookings import policies
from app.bookings.dispute_endings import grant_unanswered, locked_dispute, tell_late
from app.bookings.dispute_models import Dispute, DisputeKind, DisputeState
from app.bookings.disputes import hand_to_admins, other_side
from app.bookings.events import DisputeSilent
from app.extensions import db
from app.kernel.clock import now
from app.kernel.schedule import Periodic, for_each
from app.kernel.transaction import transaction


def end_silence() -> None:
    """A week without an answer grants what a learner asked for; an appeal of a mentor goes on to an admin."""
    _each(select(Dispute.id).where(Dispute.state == DisputeState.OPEN, Dispute.answer_by <= now()), end_silence_of)


def end_silence_of(dispute_id: int) -> None:
    """End the wait for one answer, unless it came.

    Who was given all their money back has no reason to answer a mentor's appeal, so their silence proves nothing: an admin decides.
    """
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id)
        if dispute.state is not DisputeState.OPEN or dispute.answer_by > now():
            return
        if dispute.kind is DisputeKind.REFUND:
            grant_unanswered(tx, booking, dispute)
        else:
            hand_to_admins(tx, dispute)


def remind_silent() -> None:
    """Two days before the week of silence ends, whoever has to answer is reminded."""
    moment = now()
    near = (Dispute.answer_by > moment) & (Dispute.answer_by <= moment + policies.REMIND_DISPUTE)
    _each(select(Dispute.id).where(Dispute.state == DisputeState.OPEN, Dispute.reminded_at.is_(None), near), remind_silent_one)


def remind_silent_one(dispute_id: int) -> None:
    """Remind of one, once, unless it was answered meanwhile or the week is over."""
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id)
        near = dispute.answer_by - policies.REMIND_DISPUTE <= now() < dispute.answer_by
        if dispute.state is DisputeState.OPEN and dispute.reminded_at is None and near:
            dispute.reminded_at = now()
            tx.publish(DisputeSilent(dispute.id, booking.id, dispute.opened_by_id, other_side(booking, dispute.opened_by_id)))


def tell_late_decisions() -> None:
    """Remind admins of what should have been decided by now."""
    late = select(Dispute.id).where(
        Dispute.state == DisputeState.ANSWERED, Dispute.decide_by <= now(), Dispute.late_told_at.is_(None)
    )
    _each(late, tell_late)


def _each(query: Select[int], function: Callable[[int], None]) -> None:
    for_each(db.session.scalars(query).all(), function)


PERIODIC = (
    Periodic("bookings.end_silence", 60, end_silence),
    Periodic("bookings.remind_silent", 300, remind_silent),
    Periodic("bookings.tell_late_decisions", 300, tell_late_decisions),
)
