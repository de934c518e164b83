"""Many people, one seat: real threads on a real database."""

from collections import Counter

import pytest

from app.accounts.models import User
from app.bookings import jobs, policies, queries, rejecting, service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict
from app.payments import jobs as payment_jobs
from app.payments import ledger
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


@pytest.mark.parametrize("seed", range(8))
def test_accept_reject_and_expiry_at_the_same_moment_have_one_outcome(app, mentor, learner, lesson, seed) -> None:
    booking_id, mentor_id = factories.request(learner, lesson).id, mentor.id
    db.session.commit()
    calls = [
        lambda: service.accept_booking(db.session.get_one(User, mentor_id), booking_id).id,
        lambda: rejecting.reject_booking(db.session.get_one(User, mentor_id), booking_id).id,
        lambda: jobs.expire_request(booking_id),
    ]
    at_once(app, *(calls[(seed + offset) % 3] for offset in range(3)))
    with clock.stopped(clock.now() + policies.UNDO_REJECT):
        payment_jobs.carry_out_refunds()
    booking = queries.by_id(booking_id)
    held = ledger.balance(ledger.held_for("booking", str(booking_id)), "USD").amount_minor
    assert (booking.state, held) in ((BookingState.CONFIRMED, 1800), (BookingState.DECLINED, 0))
    assert not ledger.imbalance()
