"""Cancel against accept, expiry and the other side's cancel, at the same moment: one outcome, and the books agree with it."""

import pytest

from app.accounts.models import User
from app.bookings import jobs, queries, service
from app.bookings.cancelling import cancel_booking
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.bookings.withdrawing import withdraw_lesson
from app.extensions import db
from app.lessons.models import BusyTime
from app.payments import jobs as payment_jobs
from app.payments import ledger
from tests import factories
from tests.at_once import at_once

pytestmark = [pytest.mark.database, pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")]

SEEDS = [*range(20), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 200))]
WAYS = (factories.UPI, factories.CARD)


def someone(user_id: int) -> User:
    return db.session.get_one(User, user_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_cancel_accept_expire_and_withdraw_at_the_same_moment_have_one_outcome(app, mentor, learner, lesson, seed) -> None:
    booking = factories.request(learner, lesson, WAYS[seed % 2])
    booking_id, lesson_id, mentor_id, learner_id = booking.id, lesson.id, mentor.id, learner.id
    db.session.commit()
    calls = [
        lambda: service.accept_booking(someone(mentor_id), booking_id).id,
        lambda: cancel_booking(someone(learner_id), booking_id).id,
        lambda: jobs.expire_request(booking_id),
        lambda: withdraw_lesson(someone(mentor_id), lesson_id).id if seed % 3 == 0 else None,
    ]
    at_once(app, *(calls[(seed + offset) % 4] for offset in range(4)))
    for _ in range(3):
        payment_jobs.reconcile_payments()
        jobs.hear_money()
        payment_jobs.carry_out_refunds()
    found = queries.by_id(booking_id)
    assert found.state is BookingState.CANCELED
    assert found.settlement is not None
    assert ledger.balance(ledger.held_for("booking", str(booking_id)), "USD").amount_minor == found.kept.amount_minor == 0
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == 0
    assert not db.session.scalars(db.select(BusyTime).where(BusyTime.person_id == learner_id)).all()
    assert db.session.scalar(db.select(db.func.count()).select_from(Booking)) == 1
    assert not ledger.imbalance()
