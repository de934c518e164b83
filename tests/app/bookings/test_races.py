"""Many people, one seat: real threads on a real database."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings import jobs, policies, queries, rejecting, service
from app.bookings.cancelling import cancel_booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.proof import service as proof
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database


def test_of_fifty_learners_one_gets_the_seat_and_the_others_pay_nothing(app, mentor, lesson) -> None:
    lesson_id, ids = lesson.id, [factories.learner().id for _ in range(50)]
    db.session.commit()

    def book(user_id: int):
        return lambda: service.book(db.session.get_one(User, user_id), lesson_id, factories.UPI).id

    results = at_once(app, *(book(user_id) for user_id in ids))
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds["int"] == 1, kinds
    assert kinds["SlotTaken"] == 49, kinds
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == -1800
    assert queries.taken_seats([lesson_id]) == {lesson_id: 1}


def test_pressing_confirm_five_times_at_once_charges_once(app, learner, lesson) -> None:
    lesson_id, learner_id = lesson.id, learner.id
    db.session.commit()
    results = at_once(app, *[lambda: service.book(db.session.get_one(User, learner_id), lesson_id, factories.UPI).id] * 5)
    assert all(isinstance(result, int | Conflict) for result in results), results
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == -1800


SEEDS = [pytest.param(range(first, first + 20), marks=pytest.mark.long if first else (), id=f"from {first}") for first in range(0, 200, 20)]


@pytest.mark.parametrize("seeds", SEEDS)
def test_accept_cancel_reject_and_expiry_at_the_same_moment_have_one_outcome(app, mentor, seeds) -> None:
    """Twenty at a time in one database; the dice decide who stands first at the gate, and whether it is time to expire."""
    mentor_id = mentor.id
    for seed in seeds:
        dice = random.Random(seed)
        learner = factories.learner()
        booking_id = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=2, hours=2 * seed))).id
        learner_id = learner.id
        if dice.random() < 0.5:
            with factories.transaction():
                queries.by_id(booking_id).decide_by = clock.now()
        db.session.commit()
        at_once(app, *_rivals(dice, mentor_id, learner_id, booking_id))
        _one_outcome(booking_id)
    assert {check.title: check.first for check in proof.check_all() if check.wrong} == {}


def _rivals(dice: random.Random, mentor_id: int, learner_id: int, booking_id: int) -> list[Callable[[], object]]:
    def person(user_id: int) -> User:
        return db.session.get_one(User, user_id)

    calls = [
        lambda: service.accept_booking(person(mentor_id), booking_id).id,
        lambda: rejecting.reject_booking(person(mentor_id), booking_id).id,
        lambda: jobs.expire_request(booking_id),
        lambda: cancel_booking(person(learner_id), booking_id).id,
    ]
    return dice.sample(calls, len(calls))


def _one_outcome(booking_id: int) -> None:
    with clock.stopped(clock.now() + policies.UNDO_REJECT):
        payment_jobs.carry_out_refunds()
    db.session.expire_all()
    booking = queries.by_id(booking_id)
    held = ledger.balance(ledger.held_for("booking", str(booking_id)), "USD").amount_minor
    assert booking.state in (BookingState.CONFIRMED, BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELED)
    assert held == (1800 if booking.state is BookingState.CONFIRMED else 0), booking.state
    assert not ledger.imbalance()
