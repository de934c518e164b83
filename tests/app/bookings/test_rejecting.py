"""Reject moves at once, and for ten seconds nothing is lost."""

from datetime import timedelta

import pytest

from app.bookings import jobs, policies, rejecting, service
from app.bookings.events import BookingDeclined, BookingRejected, RejectUndone
from app.bookings.service import SlotTaken
from app.bookings.states import BookingState
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.lessons.calendar import CalendarClash
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def asked(learner, lesson):
    """A request that has been paid."""
    return factories.request(learner, lesson)


def later(seconds: float):
    return clock.stopped(now() + timedelta(seconds=seconds))


def test_within_ten_seconds_everything_can_be_as_it_was(heard, mentor, asked, lesson) -> None:
    rejecting.reject_booking(mentor, asked.id)
    assert asked.state is BookingState.DECLINED
    with pytest.raises(SlotTaken):
        factories.request(factories.learner("Ana Sol"), lesson)
    with later(9):
        payment_jobs.carry_out_refunds()
        jobs.finish_rejects()
        rejecting.undo_reject(mentor, asked.id)
        rejecting.undo_reject(mentor, asked.id)
    assert (asked.state, asked.payment.state, asked.payment.refunds) == (BookingState.REQUESTED, PaymentState.CAPTURED, [])
    assert (len(heard.of(BookingRejected)), len(heard.of(RejectUndone)), len(heard.of(BookingDeclined))) == (1, 1, 0)
    with later(60):
        jobs.finish_rejects()
        payment_jobs.carry_out_refunds()
    assert service.accept_booking(mentor, asked.id).state is BookingState.CONFIRMED
    assert not ledger.imbalance()


def test_after_ten_seconds_it_is_final_and_the_learner_hears_of_it_once(heard, mentor, asked, lesson) -> None:
    rejecting.reject_booking(mentor, asked.id)
    assert not heard.of(BookingDeclined)
    with later(10):
        jobs.finish_rejects()
        jobs.finish_rejects()
        payment_jobs.carry_out_refunds()
        with pytest.raises(Conflict, match="ten seconds are over"):
            rejecting.undo_reject(mentor, asked.id)
    assert len(heard.of(BookingDeclined)) == 1
    assert asked.payment.state is PaymentState.REFUNDED
    assert factories.request(factories.learner("Ana Sol"), lesson).state is BookingState.REQUESTED


def test_a_lost_job_keeps_no_money_and_no_seat(mentor, asked) -> None:
    rejecting.reject_booking(mentor, asked.id)
    with later(policies.UNDO_REJECT.total_seconds() + 300):
        payment_jobs.carry_out_refunds()
        with pytest.raises(Conflict):
            rejecting.undo_reject(mentor, asked.id)
    assert asked.payment.state is PaymentState.REFUNDED
    with later(policies.UNDO_REJECT.total_seconds()):
        assert factories.request(factories.learner("Ana Sol"), asked.lesson).state is BookingState.REQUESTED


def test_who_books_anew_within_the_ten_seconds_stays_busy_then(mentor, learner) -> None:
    lesson = factories.lesson(mentor, capacity=2)
    first = factories.request(learner, lesson)
    rejecting.reject_booking(mentor, first.id)
    factories.request(learner, lesson)
    with pytest.raises(Conflict, match="this seat by now"):
        rejecting.undo_reject(mentor, first.id)
    with later(10):
        jobs.finish_rejects()
    elsewhere = factories.lesson(factories.mentor("Tom Ash"))
    with pytest.raises(CalendarClash):
        factories.request(learner, elsewhere)


def test_only_the_mentor_of_the_session_can_undo(mentor, asked) -> None:
    rejecting.reject_booking(mentor, asked.id)
    for stranger in (factories.mentor("Tom Ash"), asked.learner):
        with pytest.raises(NotFound):
            rejecting.undo_reject(stranger, asked.id)


def test_a_request_that_was_accepted_has_nothing_to_undo(mentor, asked) -> None:
    service.accept_booking(mentor, asked.id)
    with pytest.raises(Conflict):
        rejecting.undo_reject(mentor, asked.id)
