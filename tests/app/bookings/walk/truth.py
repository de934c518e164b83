"""What must be true when everything has come to rest: the books agree to the last unit, and nothing is left hanging."""

from sqlalchemy import func, select

from app.bookings.dispute_models import LIVE_DISPUTE, Dispute
from app.bookings.line_models import IN_LINE, WaitingEntry
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.gifts.models import Gift, GiftState
from app.lessons.models import BusyTime, Lesson, LessonState
from app.payments import ledger
from app.payments.models import Payment, PaymentState, Refund, RefundState
from app.payments.payout_models import UNDER_WAY, Payout
from app.payments.provider_models import StrayCharge
from app.payments.providers.base import Status
from app.payments.providers.rehearsal_books import payments as charged
from app.payments.providers.rehearsal_books import payouts as sent
from app.proof import service as proof
from tests.app.bookings.walk.papers import papers_are_in_order


def nothing_is_wrong(seed_of_mentor: dict[int, int]) -> None:
    """AssertionError names the seeds and what is wrong."""
    db.session.rollback()
    wrong = {check.title: [str(one) for one in check.first] for check in proof.check_all() if check.wrong}
    assert not wrong, wrong
    ours = -ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor
    assert ours == _cash_at_the_provider(), "ledger cash is not provider cash"
    left = {name: seeds for name, query in _left_hanging().items() if (seeds := _seeds(query, seed_of_mentor))}
    assert not left, left
    under_way = (PaymentState.CHECKING, PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION)
    everybody_else = select(Payment.id, Payment.state).where(Payment.state.in_(under_way))
    assert db.session.execute(everybody_else).all() == []
    assert db.session.scalars(select(StrayCharge.id).where(StrayCharge.state == RefundState.WANTED)).all() == []
    assert db.session.execute(select(Payout.id, Payout.state).where(Payout.state.in_(UNDER_WAY))).all() == []
    mentors_time = select(BusyTime.id).join(Lesson, Lesson.id == BusyTime.lesson_id).where(BusyTime.person_id != Lesson.mentor_id)
    assert db.session.scalars(mentors_time).all() == [], "somebody is still busy"
    given_up = select(BusyTime.id).join(Lesson, Lesson.id == BusyTime.lesson_id).where(Lesson.state == LessonState.WITHDRAWN)
    assert db.session.scalars(given_up).all() == [], "a mentor is still busy with what is withdrawn"
    papers_are_in_order()


def _left_hanging() -> dict:
    """Mentors of rows that have not come to rest."""
    booking = select(Booking.mentor_id)
    gift = select(Booking.mentor_id).join(Gift, Gift.booking_id == Booking.id)
    unreleased = (Gift.state == GiftState.FINAL) & Gift.released_at.is_(None)
    return {
        "a seat is still claimed": booking.where(Booking.state.in_(LIVE)),
        "never released": booking.where(
            (Booking.state == BookingState.COMPLETED) & Booking.released_at.is_(None) & Booking.release_at.is_not(None)
        ),
        "a refund is not done": booking.join(Refund, Refund.payment_id == Booking.payment_id).where(
            Refund.state == RefundState.WANTED
        ),
        "a gift is under way": gift.where(Gift.state.in_((GiftState.STARTED, GiftState.ARRIVING)) | unreleased),
        "a proposal is open": booking.join(Proposal, Proposal.booking_id == Booking.id).where(Proposal.state == ProposalState.OPEN),
        "somebody waits in line": select(Lesson.mentor_id)
        .join(WaitingEntry, WaitingEntry.lesson_id == Lesson.id)
        .where(WaitingEntry.state.in_(IN_LINE)),
        "a dispute is open": booking.join(Dispute, Dispute.booking_id == Booking.id).where(Dispute.state.in_(LIVE_DISPUTE)),
    }


def _seeds(query, seed_of_mentor: dict[int, int]) -> list[str]:
    return sorted({f"seed {seed_of_mentor.get(mentor_id, '?')}" for mentor_id in db.session.scalars(query)})


def _cash_at_the_provider() -> int:
    taken = select(func.sum(charged.c.amount_minor - charged.c.refunded_minor)).where(charged.c.status == Status.SUCCEEDED.value)
    paid = select(func.sum(sent.c.amount_minor)).where(sent.c.becomes == Status.SUCCEEDED.value)
    return int(db.session.scalar(taken) or 0) - int(db.session.scalar(paid) or 0)
