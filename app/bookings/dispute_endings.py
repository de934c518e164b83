"""How a dispute ends: what goes back goes back as a refund of its own, the rest is released by the usual rule."""

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import queries
from app.bookings.dispute_models import Dispute, DisputeEnding, DisputeKind, DisputeState
from app.bookings.events import DisputeLate, DisputeSettled
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kernel.transaction import Transaction, transaction
from app.payments import refunds

REASON = "dispute"
"""The reason of its refund; with the payment it is unique, so an outcome is paid back once."""


def refresh_money(booking: Booking) -> None:
    """Read a booking's dispute and settlement again. After waiting for the row lock the joined rows may be older than the lock."""
    db.session.refresh(booking, ["dispute", "settlement"])


def settle_dispute(
    tx: Transaction, booking: Booking, dispute: Dispute, ending: DisputeEnding, refund_minor: int, *, lifts_strike: bool = False
) -> None:
    """Write the outcome down and want the refund; joins the caller's transaction, which holds the booking's lock.

    Never more than is held goes back, whatever was agreed. When nothing is left, there is nothing to release.
    """
    back = min(refund_minor, booking.kept.amount_minor) if dispute.kind is DisputeKind.REFUND else 0
    dispute.state, dispute.ending, dispute.closed_at = DisputeState.SETTLED, ending, now()
    dispute.decided_minor, dispute.is_strike_lifted = back, lifts_strike and dispute.kind is DisputeKind.STRIKE
    db.session.flush()
    refresh_money(booking)
    if back and booking.payment_id is not None:
        refunds.want_refund(booking.payment_id, back, REASON)
    if booking.kept.is_zero:
        booking.release_at = None
    tx.publish(DisputeSettled(dispute.id, booking.id, booking.learner_id, booking.lesson.mentor_id))


def decide_dispute(admin: User, dispute_id: int, refund_minor: int, words: str, *, lifts_strike: bool = False) -> Dispute:
    """An admin's decision, with the words both people read. Minor units; 0 means that nothing more goes back.

    Raises NotAllowed for anybody else, NotFound, Invalid ("refund" or "words"), Conflict while the other side still has time to
    answer, and when it is over.
    """
    if not admin.is_admin or admin.disabled_at is not None:
        raise NotAllowed("Only admins decide disputes.")
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id)
        if dispute.state is DisputeState.OPEN:
            raise Conflict("The other side has not answered and still has time to.", code="not_answered")
        if dispute.state is not DisputeState.ANSWERED:
            raise Conflict("This dispute is over.", code="dispute_over")
        if admin.id in (booking.learner_id, booking.lesson.mentor_id):
            raise NotAllowed("Nobody decides about themselves.")
        if not 0 <= refund_minor <= (booking.kept.amount_minor if dispute.kind is DisputeKind.REFUND else 0):
            raise Invalid(fields={"refund": f"Between nothing and {booking.kept} can go back."})
        if not words.strip():
            raise Invalid(fields={"words": "Say why: both of them read it."})
        dispute.decided_by_id, dispute.decision = admin.id, words.strip()
        settle_dispute(tx, booking, dispute, DisputeEnding.DECIDED, refund_minor, lifts_strike=lifts_strike)
        record(admin.id, AuditTag.DISPUTE_DECIDED, booking, dispute=dispute.id, refund_minor=refund_minor)
        return dispute


def grant_unanswered(tx: Transaction, booking: Booking, dispute: Dispute) -> None:
    """A week without an answer: the learner's claim is granted, up to what is held; joins the caller's transaction."""
    settle_dispute(tx, booking, dispute, DisputeEnding.NO_ANSWER, dispute.wanted_minor)
    record(None, AuditTag.DISPUTE_GRANTED, booking, dispute=dispute.id, refund_minor=dispute.decided_minor)


def tell_late(dispute_id: int) -> None:
    """Say once that a decision is later than promised."""
    with transaction() as tx:
        _booking, dispute = locked_dispute(dispute_id)
        due = dispute.state is DisputeState.ANSWERED and dispute.decide_by is not None and dispute.decide_by <= now()
        if due and dispute.late_told_at is None:
            dispute.late_told_at = now()
            tx.publish(DisputeLate(dispute.id, dispute.booking_id))


def locked_dispute(dispute_id: int, booking_id: int | None = None) -> tuple[Booking, Dispute]:
    """Booking and dispute, read afresh, the booking's row locked until the commit; NotFound unless they belong together."""
    found = db.session.get(Dispute, dispute_id)
    if found is None or booking_id not in (None, found.booking_id):
        raise NotFound("We could not find this dispute.")
    booking = queries.locked(found.booking_id)
    dispute = db.session.get_one(Dispute, dispute_id, populate_existing=True)
    refresh_money(booking)
    return booking, dispute
