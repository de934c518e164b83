"""Disputes: what is held stays held, both speak, they agree or somebody decides, and the money follows."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.bookings import dispute_jobs, disputes, jobs
from app.bookings import dispute_queries as reading
from app.bookings import queries as bookings
from app.bookings.dispute_endings import decide_dispute
from app.bookings.dispute_models import Dispute, DisputeEnding, DisputeState
from app.bookings.disputes import Claim
from app.bookings.earnings import snapshot
from app.bookings.events import DisputeOpened, DisputeSettled, DisputeUndecided
from app.bookings.strikes import strikes_of
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.kernel.transaction import transaction
from app.notifications.models import Notice
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database

CLAIM = Claim("not_as_described", "We did no braids at all.", "9")


@pytest.fixture
def taught(mentor, learner, lesson):
    """A session that took place, its money held until tomorrow."""
    return factories.completed(learner, lesson)


@pytest.fixture
def admin(app) -> User:
    """Somebody who runs the place."""
    found = factories.person("Ada Admin")
    with transaction():
        found.is_admin = True
    return found


def opened(booking, claim: Claim = CLAIM) -> Dispute:
    """The learner disputes it an hour after it was settled."""
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        return disputes.open_dispute(booking.learner, booking.id, claim)


def available(mentor) -> int:
    return ledger.balance(ledger.available_to(mentor.id), "USD").amount_minor


def held(booking) -> int:
    return ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").amount_minor


def swept(booking, at):
    """The booking after every sweep has run at a moment."""
    with clock.stopped(at):
        dispute_jobs.end_silence()
        dispute_jobs.tell_late_decisions()
        payment_jobs.carry_out_refunds()
        jobs.release_due_earnings()
        jobs.release_due_earnings()
    assert not ledger.imbalance()
    return bookings.by_id(booking.id)


def test_while_a_dispute_is_open_nothing_is_released(heard, mentor, taught) -> None:
    dispute = opened(taught)
    swept(taught, taught.release_at + timedelta(days=2))
    assert available(mentor) == 0
    assert held(taught) == 1800
    assert snapshot(mentor).held.amount_minor == 1800
    assert [fact.other_id for fact in heard.of(DisputeOpened)] == [mentor.id]
    assert dispute.answer_by == dispute.created_at + timedelta(days=7)


def test_a_partial_sum_agreed_with_one_click_goes_back_and_the_rest_is_released(heard, mentor, learner, taught) -> None:
    dispute = opened(taught)
    moment = taught.settled_at + timedelta(hours=2)
    with clock.stopped(moment):
        offer = disputes.speak(mentor, taught.id, dispute.id, "We did one braid, and you wanted knots.", "4.50")
        disputes.accept_offer(learner, taught.id, dispute.id, offer.id)
    booking = swept(taught, taught.release_at)
    assert (booking.dispute.state, booking.dispute.ending) == (DisputeState.SETTLED, DisputeEnding.AGREED)
    assert booking.kept.amount_minor == 1350
    assert available(mentor) == 1350
    assert held(booking) == 0
    assert [(refund.reason, refund.amount_minor) for refund in booking.payment.refunds] == [("dispute", 450)]
    assert booking.settlement.refund_minor == 0, "the settlement stays as it was measured"
    assert len(heard.of(DisputeSettled)) == 1


def test_the_whole_sum_agreed_gives_everything_back_and_releases_nothing(mentor, learner, taught) -> None:
    dispute = opened(taught, dataclasses.replace(CLAIM, amount="18"))
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        disputes.accept_offer(mentor, taught.id, dispute.id, dispute.statements[0].id)
    booking = swept(taught, now() + timedelta(days=30))
    assert booking.payment.state is PaymentState.REFUNDED
    assert booking.release_at is None
    assert (available(mentor), held(booking), snapshot(mentor).held.amount_minor) == (0, 0, 0)


def test_a_week_of_silence_grants_the_claim_once(heard, mentor, taught) -> None:
    dispute = opened(taught)
    swept(taught, dispute.answer_by - timedelta(seconds=1))
    assert bookings.by_id(taught.id).dispute.state is DisputeState.OPEN
    swept(taught, dispute.answer_by)
    booking = swept(taught, dispute.answer_by)
    assert booking.dispute.ending is DisputeEnding.NO_ANSWER
    assert available(mentor) == 900
    assert len(heard.of(DisputeSettled)) == 1


def test_two_days_before_the_silence_ends_whoever_must_answer_is_reminded_once(heard, mentor, learner, taught) -> None:
    dispute = opened(taught)
    for before in (timedelta(hours=48, seconds=1), timedelta(hours=48), timedelta(hours=1)):
        with clock.stopped(dispute.answer_by - before):
            dispute_jobs.remind_silent()
    [notice] = db.session.scalars(select(Notice).where(Notice.kind == "dispute.remind")).all()
    assert notice.user_id == mentor.id
    assert notice.body.startswith(f"“{taught.lesson.title}”: $9 is wanted back. Without an answer by ")
    assert notice.body.endswith("it goes back.")
    assert dispute.reminded_at == dispute.answer_by - timedelta(hours=48)


def test_nobody_is_reminded_of_what_was_answered_withdrawn_or_is_over(heard, mentor, learner, taught) -> None:
    answered, other = opened(taught), factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=3)))
    withdrawn = opened(other)
    with clock.stopped(other.settled_at + timedelta(hours=2)):
        disputes.speak(mentor, taught.id, answered.id, "We did.")
        disputes.withdraw_dispute(learner, other.id, withdrawn.id)
    late = opened(factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=4))))
    for moment in (withdrawn.answer_by - timedelta(hours=1), late.answer_by):
        with clock.stopped(moment):
            dispute_jobs.remind_silent()
    assert [dispute.id for dispute in (answered, withdrawn) if dispute.reminded_at] == []
    assert late.reminded_at != late.answer_by


def test_the_fee_is_taken_of_what_is_left_after_the_dispute(app, monkeypatch, mentor, learner) -> None:
    settings = dataclasses.replace(app.extensions["settings"], platform_fee_bps=1000)
    monkeypatch.setitem(app.extensions, "settings", settings)
    booking = factories.completed(learner, factories.lesson(mentor))
    dispute = opened(booking)
    swept(booking, dispute.answer_by)
    assert (available(mentor), ledger.balance(ledger.FEES, "USD").amount_minor) == (810, 90)


def test_when_they_disagree_an_admin_decides_and_everybody_is_told(heard, mentor, learner, admin, taught) -> None:
    dispute = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        with pytest.raises(Conflict):
            decide_dispute(admin, dispute.id, 900, "Too early.")
        disputes.speak(mentor, taught.id, dispute.id, "That was what we had planned.")
        assert len(heard.of(DisputeUndecided)) == 1
        assert dispute.decide_by == now() + timedelta(days=3)
        decide_dispute(admin, dispute.id, 600, "A third of the topics was left out.")
        with pytest.raises(Conflict):
            decide_dispute(admin, dispute.id, 900, "Once more.")
    swept(taught, taught.release_at)
    assert (available(mentor), dispute.decided_minor, dispute.decided_by_id) == (1200, 600, admin.id)
    kinds = {(user_id, kind) for user_id, kind in db.session.execute(select(Notice.user_id, Notice.kind))}
    assert {(admin.id, "dispute.undecided"), (mentor.id, "dispute.settled"), (learner.id, "dispute.settled")} <= kinds
    assert (mentor.id, "dispute.opened") in kinds


def test_a_decision_that_is_late_alerts_the_admins_once_more(mentor, admin, taught) -> None:
    dispute = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        disputes.speak(mentor, taught.id, dispute.id, "No.")
    for _ in range(2):
        swept(taught, dispute.decide_by)
    late = select(Notice).where(Notice.kind == "dispute.late", Notice.user_id == admin.id)
    assert len(db.session.scalars(late).all()) == 1
    assert available(mentor) == 0, "the money waits with everybody else"


def test_only_an_admin_who_is_neither_of_the_two_decides_and_within_what_is_held(mentor, learner, admin, taught) -> None:
    dispute = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        disputes.speak(mentor, taught.id, dispute.id, "No.")
        with pytest.raises(NotAllowed):
            decide_dispute(learner, dispute.id, 1800, "I win.")
        with pytest.raises(Invalid):
            decide_dispute(admin, dispute.id, 1801, "More than there is.")
        with pytest.raises(Invalid):
            decide_dispute(admin, dispute.id, 900, "  ")
        with transaction():
            db.session.get_one(User, mentor.id).is_admin = True
        with pytest.raises(NotAllowed):
            decide_dispute(mentor, dispute.id, 0, "I win.")


def test_a_withdrawn_dispute_leaves_everything_as_it_was_and_can_be_opened_anew_in_time(mentor, learner, taught) -> None:
    first = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        disputes.withdraw_dispute(learner, taught.id, first.id)
        disputes.withdraw_dispute(learner, taught.id, first.id)
        second = disputes.open_dispute(learner, taught.id, CLAIM)
        disputes.withdraw_dispute(learner, taught.id, second.id)
        disputes.withdraw_dispute(learner, taught.id, disputes.open_dispute(learner, taught.id, CLAIM).id)
        with pytest.raises(TooMany):
            disputes.open_dispute(learner, taught.id, CLAIM)
    swept(taught, taught.release_at)
    assert available(mentor) == 1800
    with clock.stopped(taught.release_at), pytest.raises(Conflict):
        disputes.open_dispute(learner, taught.id, CLAIM)


def test_it_can_be_opened_until_the_printed_moment_and_not_after(mentor, learner, taught) -> None:
    with clock.stopped(taught.release_at - timedelta(seconds=1)):
        assert reading.may_open(learner, taught) == taught.release_at
        disputes.open_dispute(learner, taught.id, CLAIM)
        assert reading.may_open(learner, taught) is None, "one at a time"
        with pytest.raises(Conflict):
            disputes.open_dispute(learner, taught.id, CLAIM)


def test_what_is_released_or_not_over_or_all_refunded_cannot_be_disputed(mentor, learner, taught) -> None:
    ahead = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=3)))
    missed = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=5)))
    with clock.stopped(missed.lesson.starts_at + timedelta(minutes=11)):
        jobs.decide_absences()
        for booking in (ahead, missed):
            with pytest.raises(Conflict):
                disputes.open_dispute(learner, booking.id, CLAIM)
    with clock.stopped(taught.release_at):
        jobs.release_due_earnings()
    with clock.stopped(taught.settled_at), pytest.raises(Conflict):
        disputes.open_dispute(learner, taught.id, CLAIM)


@pytest.mark.parametrize(
    ("claim", "fields"),
    [
        (Claim("", "", ""), {"reason", "words", "amount"}),
        (Claim("other", "It was bad.", "18.01"), {"amount"}),
        (Claim("other", "It was bad.", "0"), {"amount"}),
        (Claim("other", "It was bad.", "-1"), {"amount"}),
        (Claim("other", "x" * 2001, "1"), {"words"}),
    ],
)
def test_every_fault_of_a_claim_is_named_at_once_and_nothing_is_opened(taught, claim, fields) -> None:
    with pytest.raises(Invalid) as fault:
        opened(taught, claim)
    assert set(fault.value.fields) == fields
    assert not reading.disputes_of(taught.id)


def test_an_offer_that_changed_in_the_meantime_cannot_be_accepted(mentor, learner, taught) -> None:
    dispute = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        generous = disputes.speak(mentor, taught.id, dispute.id, "Half.", "9")
        disputes.speak(mentor, taught.id, dispute.id, "I meant a third.", "6")
        with pytest.raises(Conflict):
            disputes.accept_offer(learner, taught.id, dispute.id, generous.id)
        with pytest.raises(Conflict):
            disputes.accept_offer(mentor, taught.id, dispute.id, generous.id)
    assert dispute.is_live


def test_strangers_find_neither_booking_nor_dispute(mentor, learner, taught) -> None:
    dispute = opened(taught)
    stranger = factories.person("Sam Other", teaches=True)
    other = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=2)))
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        for act in (
            lambda: disputes.open_dispute(stranger, taught.id, CLAIM),
            lambda: disputes.speak(stranger, taught.id, dispute.id, "Me too."),
            lambda: disputes.accept_offer(stranger, taught.id, dispute.id, dispute.statements[0].id),
            lambda: disputes.withdraw_dispute(stranger, taught.id, dispute.id),
            lambda: disputes.withdraw_dispute(mentor, taught.id, dispute.id),
            lambda: disputes.speak(mentor, other.id, dispute.id, "Under another booking."),
        ):
            with pytest.raises(NotFound):
                act()


def test_the_database_itself_refuses_a_second_one(learner, taught) -> None:
    dispute = opened(taught)
    copied = ("booking_id", "kind", "opened_by_id", "reason", "wanted_minor", "currency", "answer_by", "created_at")
    twin = {name: getattr(dispute, name) for name in copied}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(Dispute).values(state=DisputeState.OPEN, is_strike_lifted=False, decision="", **twin))


def absent_mentor(mentor, learner):
    """A booking to which only the learner came: all refunded, a strike."""
    booking = factories.confirmed(learner, factories.lesson(mentor))
    factories.stay(booking.lesson, learner.id, timedelta(), timedelta(minutes=12))
    with clock.stopped(booking.lesson.starts_at + timedelta(minutes=11)):
        jobs.decide_absences()
    return bookings.by_id(booking.id)


APPEAL = Claim("i_was_there", "I was there, my camera was off.")


def test_a_mentor_appeals_against_a_strike_and_no_money_moves(mentor, learner, admin) -> None:
    booking = absent_mentor(mentor, learner)
    assert strikes_of(mentor) == 1
    with clock.stopped(booking.settlement.decided_at + timedelta(hours=71)):
        dispute = disputes.open_dispute(mentor, booking.id, APPEAL)
    booking = swept(booking, dispute.answer_by)
    assert dispute.state is DisputeState.ANSWERED, "silence proves nothing to somebody who was paid back"
    assert booking.payment.state is PaymentState.REFUNDED
    with clock.stopped(dispute.answer_by):
        decide_dispute(admin, dispute.id, 0, "The door was broken.", lifts_strike=True)
    assert strikes_of(mentor) == 0
    assert available(mentor) == 0


def test_an_appeal_comes_too_late_after_three_days(mentor, learner) -> None:
    booking = absent_mentor(mentor, learner)
    with clock.stopped(booking.settlement.decided_at + timedelta(hours=72)), pytest.raises(Conflict):
        disputes.open_dispute(mentor, booking.id, APPEAL)


def test_whose_strike_it_was_the_learner_may_agree_to_lift_it(mentor, learner) -> None:
    booking = absent_mentor(mentor, learner)
    with clock.stopped(booking.settlement.decided_at + timedelta(hours=1)):
        dispute = disputes.open_dispute(mentor, booking.id, APPEAL)
        disputes.accept_offer(learner, booking.id, dispute.id, dispute.statements[0].id)
    assert (dispute.is_strike_lifted, dispute.decided_minor) == (True, 0)
