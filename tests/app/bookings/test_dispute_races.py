"""Disputes at the same moment as everything else about their money: real threads on a real database, one outcome, the books agree."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.bookings import dispute_jobs, disputes, jobs
from app.bookings import queries as bookings
from app.bookings.dispute_endings import decide_dispute
from app.bookings.dispute_models import Dispute, DisputeEnding, DisputeState
from app.bookings.disputes import Claim
from app.bookings.settlement import release_earnings
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import Refund
from app.payments.payout_methods import add_payout_method
from app.payments.payouts import Withdrawal, withdraw
from app.proof import service as proof
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

CLAIM = Claim("not_as_described", "We did no braids at all.", "9")
SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 20))]


@pytest.fixture
def taught(mentor, learner, lesson):
    """A session that took place, its money held until tomorrow."""
    return factories.completed(learner, lesson)


def opened(booking) -> Dispute:
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        return disputes.open_dispute(booking.learner, booking.id, CLAIM)


def settled_books(booking, days: int = 30):
    """Everything that is due happens; the booking afterwards, the books in order."""
    db.session.rollback()
    with clock.stopped(booking.settled_at + timedelta(days=days)):
        dispute_jobs.end_silence()
        payment_jobs.carry_out_refunds()
        jobs.release_due_earnings()
    wrong = {check.title: [str(one) for one in check.first] for check in proof.check_all() if check.wrong}
    assert wrong == {}
    return bookings.by_id(booking.id)


def person(user_id: int) -> User:
    return db.session.get_one(User, user_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_opened_at_the_very_moment_of_the_release_it_is_one_or_the_other(app, taught, seed) -> None:
    """A dispute that is open holds the money; money that is released cannot be disputed any more. Never both."""
    learner_id, booking_id, moment = taught.learner_id, taught.id, taught.release_at
    db.session.commit()

    def dispute():
        with clock.stopped_here(moment - timedelta(microseconds=1)):
            return disputes.open_dispute(person(learner_id), booking_id, CLAIM).id

    def release():
        with clock.stopped_here(moment):
            return release_earnings(booking_id)

    calls = [dispute, release, release]
    random.Random(seed).shuffle(calls)
    results = dict(zip([call.__name__ for call in calls], at_once(app, *calls), strict=True))
    booking = bookings.by_id(booking_id)
    is_open = not isinstance(results["dispute"], Conflict)
    assert is_open == (booking.released_at is None), results
    booking = settled_books(taught)
    kept = 900 if is_open else 1800
    assert ledger.balance(ledger.available_to(booking.lesson.mentor_id), "USD").amount_minor == kept


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_an_admin_and_the_end_of_the_week_at_once_end_it_once(app, mentor, learner, taught, seed) -> None:
    admin = factories.person("Ada Admin")
    with factories.transaction():
        admin.is_admin = True
    dispute = opened(taught)
    claim = dispute.statements[0].id
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        answer = disputes.speak(mentor, taught.id, dispute.id, "We did braids.", "4").id
    ids, number, booking_id, moment = (mentor.id, learner.id, admin.id), dispute.id, taught.id, dispute.answer_by
    db.session.commit()

    def at_the_end(call):
        def run():
            with clock.stopped_here(moment):
                return call()

        return run

    calls = [
        lambda: disputes.accept_offer(person(ids[0]), booking_id, number, claim).id,
        lambda: disputes.accept_offer(person(ids[1]), booking_id, number, answer).id,
        lambda: decide_dispute(person(ids[2]), number, 200, "As measured.").id,
        lambda: disputes.withdraw_dispute(person(ids[1]), booking_id, number).id,
        lambda: dispute_jobs.end_silence_of(number),
        lambda: release_earnings(booking_id),
    ]
    random.Random(seed).shuffle(calls)
    results = at_once(app, *map(at_the_end, calls))
    assert sum(isinstance(result, int) for result in results) == 1, results
    assert all(result is None or isinstance(result, int | Conflict) for result in results), results
    booking = settled_books(taught)
    over = db.session.get_one(Dispute, number)
    back = {DisputeEnding.AGREED: (900, 400), DisputeEnding.DECIDED: (200,), None: (0,)}[over.ending]
    assert over.refund.amount_minor in back
    assert (over.state is DisputeState.WITHDRAWN) == (over.ending is None)
    assert sum(refund.amount_minor for refund in booking.payment.refunds) == over.refund.amount_minor
    available = ledger.balance(ledger.available_to(ids[0]), "USD").amount_minor
    assert available == 1800 - over.refund.amount_minor


def test_opened_five_times_at_once_it_is_one(app, taught) -> None:
    learner_id, booking_id, moment = taught.learner_id, taught.id, taught.settled_at
    db.session.commit()

    def dispute():
        with clock.stopped_here(moment + timedelta(hours=1)):
            return disputes.open_dispute(person(learner_id), booking_id, CLAIM).id

    results = at_once(app, *[dispute] * 5)
    assert sorted(type(result).__name__ for result in results) == [*["Conflict"] * 4, "int"], results
    assert db.session.scalar(select(func.count()).select_from(Dispute)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_released_withdrawn_and_disputed_at_the_same_moment_no_cent_goes_twice(app, mentor, taught, seed) -> None:
    """Three withdrawals of everything race the release and a dispute: what is disputed is never in a withdrawal."""
    factories.verified(mentor)
    with clock.stopped(taught.settled_at - timedelta(days=3)):
        method = add_payout_method(mentor, "upi", {"upi_id": "success@upi"}, factories.PASSWORD).id
    ids, booking_id, moment = (mentor.id, taught.learner_id), taught.id, taught.release_at
    db.session.commit()

    def dispute():
        with clock.stopped_here(moment - timedelta(microseconds=1)):
            return disputes.open_dispute(person(ids[1]), booking_id, CLAIM).id

    def release():
        with clock.stopped_here(moment):
            return release_earnings(booking_id)

    def take():
        with clock.stopped_here(moment):
            return withdraw(person(ids[0]), Withdrawal("18", method_id=method)).id

    calls = [dispute, release, take, take, take]
    random.Random(seed).shuffle(calls)
    at_once(app, *calls)
    booking = bookings.by_id(booking_id)
    left = ledger.balance(ledger.available_to(ids[0]), "USD").amount_minor
    away = ledger.balance(ledger.in_payout_of(ids[0]), "USD").amount_minor
    assert left + away == (0 if booking.released_at is None else 1800)
    settled_books(taught)


def test_the_refund_of_a_dispute_carried_out_twice_at_once_goes_back_once(app, mentor, taught) -> None:
    dispute = opened(taught)
    with clock.stopped(taught.settled_at + timedelta(hours=2)):
        disputes.accept_offer(mentor, taught.id, dispute.id, dispute.statements[0].id)
    moment = taught.settled_at + timedelta(hours=3)
    db.session.commit()

    def carry_out():
        with clock.stopped_here(moment):
            payment_jobs.carry_out_refunds()

    at_once(app, *[carry_out] * 4)
    assert [one.amount_minor for one in db.session.scalars(select(Refund))] == [900]
    assert settled_books(taught).payment.refunds[0].done_at == moment
