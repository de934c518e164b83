"""What became of it: taught or missed, released or refunded."""

import dataclasses
from datetime import timedelta

import pytest

from app.bookings import attendance, jobs, rejecting, settlement, waiting
from app.bookings import queries as booking_queries
from app.bookings.attendance_models import Closing
from app.bookings.earnings import snapshot
from app.bookings.events import BookingCompleted, BookingMissed, SessionNear, WaitedLonger
from app.bookings.room_log import room_log
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.kernel import clock
from app.kernel.errors import Conflict, NotFound
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
    assert booking.taught_seconds == 3600
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
    rejecting.reject_booking(mentor, booking.id)
    with clock.stopped(lesson.starts_at - timedelta(minutes=9)):
        jobs.remind()
        jobs.remind_about(booking.id)
    assert not heard.of(SessionNear)


def judged(booking):
    """The same booking after the sweep of absences and the refunds it wants."""
    jobs.decide_absences()
    payment_jobs.carry_out_refunds()
    return booking_queries.by_id(booking.id)


def held(booking) -> int:
    return ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").amount_minor


def after(lesson, minutes: float):
    return clock.stopped(lesson.starts_at + timedelta(minutes=minutes))


def test_a_mentor_who_does_not_come_is_judged_after_ten_minutes_and_not_before(heard, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, learner.id, timedelta(0), timedelta(minutes=30))
    with after(lesson, 9.9):
        assert judged(booking).state is BookingState.CONFIRMED
    with after(lesson, 10):
        assert judged(booking).state is BookingState.MISSED
        judged(booking)
    assert (booking.settlement.verdict, booking.settlement.is_strike) == (Verdict.MENTOR_ABSENT, True)
    assert booking.payment.state is PaymentState.REFUNDED
    assert held(booking) == 0
    assert len(heard.of(BookingMissed)) == 1


def test_the_learner_who_does_not_come_gets_back_what_was_agreed_when_booking(app, monkeypatch, mentor, learner, lesson) -> None:
    half = dataclasses.replace(app.extensions["settings"], learner_no_show_refund_pct=50, platform_fee_bps=1000)
    monkeypatch.setitem(app.extensions, "settings", half)
    booking = factories.confirmed(learner, lesson)
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(half, learner_no_show_refund_pct=0))
    factories.stay(lesson, mentor.id, timedelta(0), timedelta(minutes=30))
    with after(lesson, 10):
        assert judged(booking).state is BookingState.MISSED
    assert (booking.settlement.verdict, booking.settlement.refund_minor) == (Verdict.LEARNER_ABSENT, 900)
    assert held(booking) == 900
    with after(lesson, 10 + 72 * 60 - 1):
        jobs.release_due_earnings()
    assert available(mentor) == 0
    with after(lesson, 10 + 72 * 60):
        jobs.release_due_earnings()
        jobs.release_due_earnings()
    assert (available(mentor), held(booking)) == (810, 0)
    assert not ledger.imbalance()


def test_what_the_mentor_was_away_for_goes_back_and_the_rest_is_earned(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, mentor.id, timedelta(0), timedelta(minutes=45))
    factories.stay(lesson, learner.id, timedelta(0), timedelta(minutes=60), Closing.ENDED)
    with after(lesson, 60):
        settlement.settle(booking.id)
        settlement.settle(booking.id)
        payment_jobs.carry_out_refunds()
    assert (booking.state, booking.settlement.verdict) == (BookingState.COMPLETED, Verdict.CUT_SHORT)
    assert (booking.settlement.lost_seconds, booking.settlement.refund_minor) == (900, 450)
    assert booking.payment.state is PaymentState.CAPTURED
    assert snapshot(mentor).held.amount_minor == 1350
    with clock.stopped(booking.release_at):
        jobs.release_due_earnings()
    assert (available(mentor), held(booking)) == (1350, 0)
    assert not ledger.imbalance()


@pytest.mark.parametrize("who", ["learner", "mentor"])
def test_opening_the_room_in_a_second_tab_pays_nothing_back_and_saves_nobody(mentor, learner, lesson, who) -> None:
    booking = factories.confirmed(learner, lesson)
    goes, stays = (learner, mentor) if who == "learner" else (mentor, learner)
    factories.stay(lesson, stays.id, timedelta(0), timedelta(minutes=60), Closing.ENDED)
    with after(lesson, 0):
        attendance.note_attempt(lesson.id, goes.id)
        attendance.enter(lesson.id, goes.id, tab="tab-number-1", connection="socket-1")
    for eight_seconds in range(1, 76):
        with after(lesson, eight_seconds * 8 / 60):
            assert attendance.beat(lesson.id, goes.id, "socket-1")
    with after(lesson, 10):
        attendance.note_attempt(lesson.id, goes.id)
        with pytest.raises(attendance.AlreadyHere):
            attendance.enter(lesson.id, goes.id, tab="tab-number-2", connection="socket-2")
    with after(lesson, 10.1):
        attendance.leave(lesson.id, goes.id, "socket-1")
    with after(lesson, 60):
        assert [log.failed_tries for log in room_log(booking).people] == [(), ()]
        settlement.settle(booking.id)
    assert (booking.settlement.technical_seconds, booking.settlement.both_seconds) == (0, 606)
    assert booking.settlement.refund_minor == {"learner": 0, "mentor": 1497}[who]
    assert booking.settlement.is_strike is (who == "mentor")


def test_nobody_is_judged_while_a_lost_line_is_mended(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, learner.id, timedelta(minutes=-2), timedelta(seconds=-5), Closing.VANISHED)
    factories.stay(lesson, mentor.id, timedelta(minutes=9), timedelta(minutes=9, seconds=50), Closing.VANISHED)
    with after(lesson, 10):
        assert judged(booking).state is BookingState.CONFIRMED
    with after(lesson, 11.1):
        assert judged(booking).state is BookingState.MISSED


def test_waiting_longer_moves_the_decision_for_both_and_never_past_the_end(heard, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, learner.id, timedelta(0), timedelta(minutes=59))
    with after(lesson, -1), pytest.raises(Conflict):
        waiting.wait_longer(learner, lesson.id)
    with after(lesson, 4):
        assert waiting.decision_in(lesson.id) == 360
        assert waiting.wait_longer(learner, lesson.id) == lesson.starts_at + timedelta(minutes=20)
        assert waiting.decision_in(lesson.id) == 960
    with after(lesson, 15):
        assert judged(booking).state is BookingState.CONFIRMED
        for _ in range(9):
            waiting.wait_longer(mentor, lesson.id)
        assert booking.wait_until == lesson.ends_at
    assert len(heard.of(WaitedLonger)) == 10
    with pytest.raises(NotFound):
        waiting.wait_longer(factories.learner("Ana Sol"), lesson.id)


def test_when_the_missing_one_comes_there_is_nobody_to_wait_for(mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    for person in (mentor, learner):
        factories.stay(lesson, person.id, timedelta(0), timedelta(minutes=30))
    with after(lesson, 5):
        assert waiting.decision_in(lesson.id) is None
        with pytest.raises(Conflict):
            waiting.wait_longer(learner, lesson.id)


def test_each_learner_of_a_group_is_judged_alone(mentor) -> None:
    lesson = factories.lesson(mentor, capacity=2)
    here, gone = (factories.confirmed(factories.learner(name), lesson) for name in ("Ana Sol", "Bo Lind"))
    for person in (mentor.id, here.learner_id):
        factories.stay(lesson, person, timedelta(0), timedelta(minutes=60), Closing.ENDED)
    with after(lesson, 10):
        assert (judged(here).state, judged(gone).state) == (BookingState.CONFIRMED, BookingState.MISSED)
    with after(lesson, 60):
        settlement.settle_lesson(lesson.id)
    assert (here.settlement.verdict, here.settlement.refund_minor) == (Verdict.TAUGHT, 0)
