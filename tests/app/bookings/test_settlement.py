"""What became of it: taught or missed, released or refunded."""

import dataclasses
from datetime import timedelta

import pytest

from app.bookings import attendance, jobs, service, settlement
from app.bookings.events import BookingCompleted, BookingMissed, SessionNear
from app.bookings.states import BookingState
from app.kernel import clock
from app.live import service as live
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database


def available(mentor) -> int:
    return ledger.balance(ledger.available_to(mentor.id), "USD").amount_minor


def test_when_both_were_there_the_mentor_has_earned_it_a_day_later(heard, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    assert booking.state is BookingState.COMPLETED
    assert booking.taught_seconds == 60
    assert len(heard.of(BookingCompleted)) == 1
    with clock.stopped(booking.release_at - timedelta(seconds=1)):
        jobs.release_due_earnings()
    assert available(mentor) == 0
    with clock.stopped(booking.release_at):
        jobs.release_due_earnings()
        jobs.release_due_earnings()
    assert available(mentor) == 1800
    assert not ledger.imbalance()


def test_the_fee_agreed_when_booking_is_taken_once_and_rounded_down(app, monkeypatch, mentor, learner) -> None:
    settings = dataclasses.replace(app.extensions["settings"], platform_fee_bps=1250)
    monkeypatch.setitem(app.extensions, "settings", settings)
    booking = factories.completed(learner, factories.lesson(mentor, price=1999))
    with clock.stopped(booking.release_at):
        jobs.release_due_earnings()
    assert available(mentor) == 1999 - 249
    assert ledger.balance(ledger.FEES, "USD").amount_minor == 249


@pytest.mark.parametrize("who", ["nobody", "mentor", "learner", "one after the other"])
def test_when_they_never_met_all_the_money_goes_back(heard, mentor, learner, lesson, who) -> None:
    booking = factories.confirmed(learner, lesson)
    people = {"nobody": [], "mentor": [mentor], "learner": [learner], "one after the other": [mentor, learner]}[who]
    for number, person in enumerate(people):
        with clock.stopped(lesson.starts_at + timedelta(minutes=10 * number)):
            attendance.enter(lesson.id, person.id, tab="tab-12345678", connection=f"c{number}")
        with clock.stopped(lesson.starts_at + timedelta(minutes=10 * number, seconds=8)):
            attendance.close_all(lesson.id)
    with clock.stopped(lesson.ends_at + timedelta(minutes=15)):
        jobs.settle_past()
        payment_jobs.carry_out_refunds()
    assert booking.state is BookingState.MISSED
    assert booking.payment.state is PaymentState.REFUNDED
    assert len(heard.of(BookingMissed)) == 1
    assert available(mentor) == 0


def test_the_end_of_the_room_settles_at_once(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.meet(booking)
    with clock.stopped(lesson.starts_at + timedelta(minutes=40)):
        live.close(live.room_for(lesson.id).id)
    assert booking.state is BookingState.COMPLETED


def test_settling_twice_changes_nothing(mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    taught, release_at = booking.taught_seconds, booking.release_at
    with clock.stopped(lesson.ends_at + timedelta(days=3)):
        settlement.settle(booking.id)
        jobs.settle_past()
    assert (booking.taught_seconds, booking.release_at) == (taught, release_at)


def test_both_are_reminded_once_ten_minutes_before(heard, mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    with clock.stopped(lesson.starts_at - timedelta(minutes=11)):
        jobs.remind()
    assert not heard.of(SessionNear)
    with clock.stopped(lesson.starts_at - timedelta(minutes=9, seconds=50)):
        jobs.remind()
        jobs.remind()
    assert len(heard.of(SessionNear)) == 1


def test_a_declined_booking_is_not_reminded(heard, mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    service.reject_booking(mentor, booking.id)
    with clock.stopped(lesson.starts_at - timedelta(minutes=9)):
        jobs.remind()
        jobs.remind_about(booking.id)
    assert not heard.of(SessionNear)
