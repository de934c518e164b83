"""Payments when providers are slow, silent or late."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.bookings import jobs as booking_jobs
from app.bookings import service
from app.bookings.events import BookingUnpaid
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import Money
from app.notifications.queries import latest
from app.payments import answers, jobs, ledger
from app.payments import service as payments
from app.payments.methods import Choice, forget_method, saved_methods
from app.payments.models import PaymentState, SavedMethod
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider
from tests import factories

pytestmark = pytest.mark.database


def upi(name: str) -> Choice:
    return Choice(kind="upi", details={"upi_id": f"{name}@upi"})


def test_money_on_its_way_keeps_the_seat_and_arrives(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.BANK)
    assert booking.state is BookingState.REQUESTED
    assert booking.payment.state is PaymentState.PROCESSING
    service.accept_booking(mentor, booking.id)
    assert booking.state is BookingState.REQUESTED, "accepted, but not joinable before the money is there"
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.reconcile_payments()
    assert booking.state is BookingState.CONFIRMED
    assert ledger.balance(f"held:booking:{booking.id}", "USD") == Money(1800, "USD")


LATE_FAILURE = Choice(kind="bank", details={"account_number": "000123450000", "ifsc": "TEST0123456"})


def test_money_that_fails_on_its_way_gives_the_learner_ten_minutes_to_pay_again(heard, mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, LATE_FAILURE)
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.reconcile_payments()
        jobs.reconcile_payments()
        assert booking.state is BookingState.HELD
        assert len(heard.of(BookingUnpaid)) == 1
        assert [notice.title for notice in latest(learner)] == ["Your payment did not arrive"]
        assert service.pay_again(learner, booking.id, factories.UPI).state is BookingState.REQUESTED
    assert ledger.balance(f"held:booking:{booking.id}", "USD").amount_minor == 1800


def test_a_mentor_who_had_said_yes_need_not_say_it_again(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, LATE_FAILURE)
    service.accept_booking(mentor, booking.id)
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.reconcile_payments()
        assert booking.state is BookingState.HELD
        assert service.pay_again(learner, booking.id, factories.UPI).state is BookingState.CONFIRMED


def test_money_that_never_arrives_frees_the_seat(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, LATE_FAILURE)
    service.accept_booking(mentor, booking.id)
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.reconcile_payments()
    with clock.stopped(now() + timedelta(minutes=12)):
        booking_jobs.release_holds()
        jobs.carry_out_refunds()
    assert booking.state is BookingState.RELEASED
    assert ledger.balance(f"held:booking:{booking.id}", "USD").is_zero
    assert factories.request(factories.learner("Next"), lesson).state is BookingState.REQUESTED


def test_accepted_money_still_on_its_way_at_the_deadline_is_given_up(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.BANK)
    service.accept_booking(mentor, booking.id)
    with clock.stopped(lesson.starts_at - timedelta(minutes=29)):
        booking_jobs.give_up_on_late_money()
        jobs.reconcile_payments()
        jobs.carry_out_refunds()
    assert booking.state is BookingState.EXPIRED
    assert booking.payment.state in (PaymentState.REFUNDED, PaymentState.CANCELED)
    assert ledger.balance(f"held:booking:{booking.id}", "USD").is_zero


def test_a_lost_failure_is_found_by_the_sweep(app, learner, lesson, monkeypatch) -> None:
    booking = factories.request(learner, lesson, LATE_FAILURE)
    monkeypatch.setattr(app.extensions["events"], "dispatch", lambda event: None)
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.reconcile_payments()
        assert booking.state is BookingState.REQUESTED
        monkeypatch.undo()
        booking_jobs.hear_money()
    assert booking.state is BookingState.HELD


def test_silence_after_the_charge_is_not_a_no(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, upi("timeout-after"))
    assert booking.payment.state is PaymentState.CHECKING
    assert booking.payment.declines == 0
    jobs.reconcile_payments()
    assert booking.payment.state is PaymentState.CAPTURED
    assert booking.state is BookingState.REQUESTED


def test_silence_before_the_charge_takes_nothing_and_can_be_tried_again(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, upi("timeout-before"))
    jobs.reconcile_payments()
    assert booking.payment.state is PaymentState.STARTED
    assert service.pay_again(learner, booking.id, factories.UPI).state is BookingState.REQUESTED


def test_while_we_ask_nobody_can_pay_a_second_time(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, upi("timeout-after"))
    with pytest.raises(Conflict):
        service.pay_again(learner, booking.id, factories.UPI)


def test_an_answer_heard_five_times_counts_once(learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    payment = booking.payment
    for _ in range(5):
        answers.apply(payment.id, payment.attempts[0].id, Result(Status.SUCCEEDED, payment.provider_payment_id))
    assert ledger.balance(f"held:booking:{booking.id}", "USD").amount_minor == 1800


def test_an_old_no_cannot_undo_a_later_yes(learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    answers.apply(booking.payment.id, booking.payment.attempts[0].id, Result(Status.FAILED))
    assert booking.payment.state is PaymentState.CAPTURED


def test_a_lost_reaction_is_found_by_the_sweep(app, learner, lesson, monkeypatch) -> None:
    monkeypatch.setattr(app.extensions["events"], "dispatch", lambda event: None)
    booking = service.book(learner, lesson.id, factories.UPI)
    assert booking.state is BookingState.HELD
    monkeypatch.undo()
    booking_jobs.hear_money()
    assert booking.state is BookingState.REQUESTED


def test_money_for_a_seat_that_is_gone_goes_back(app, learner, lesson, monkeypatch) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_UPI)
    monkeypatch.setattr(app.extensions["events"], "dispatch", lambda event: None)
    service.pay_again(learner, booking.id, factories.UPI)
    booking.state = BookingState.RELEASED
    monkeypatch.undo()
    db.session.commit()
    booking_jobs.hear_money()
    jobs.carry_out_refunds()
    assert booking.payment.state is PaymentState.REFUNDED
    assert not ledger.imbalance()


def test_the_provider_gives_one_answer_per_key(app) -> None:
    instrument = provider().instrument("upi", {"upi_id": "success@upi"})
    first = provider().create_payment(Money(500, "USD"), instrument, hold=False, key="one-key")
    second = provider().create_payment(Money(500, "USD"), instrument, hold=False, key="one-key")
    assert first == second
    assert provider().find_payment("never-sent") is None


def test_the_provider_never_gives_back_more_than_it_took(app) -> None:
    instrument = provider().instrument("upi", {"upi_id": "success@upi"})
    taken = provider().create_payment(Money(500, "USD"), instrument, hold=False, key="k")
    assert provider().refund(taken.provider_id, Money(400, "USD"), key="r1").status is Status.SUCCEEDED
    assert provider().refund(taken.provider_id, Money(400, "USD"), key="r1").status is Status.SUCCEEDED
    assert provider().refund(taken.provider_id, Money(200, "USD"), key="r2").status is Status.FAILED


def test_the_ledger_refuses_what_does_not_balance(app) -> None:
    with pytest.raises(ledger.Unbalanced):
        ledger.post("test", "1", {"a": Money(5, "USD"), "b": Money(-4, "USD")})


def test_what_is_kept_is_unreadable_in_the_database(app, learner, lesson) -> None:

    service.book(learner, lesson.id, Choice(kind="upi", details={"upi_id": "success@upi"}, keep=True))
    row = db.session.execute(text("SELECT token, label FROM saved_methods")).one()
    assert "success" not in row.token
    assert "success" not in row.label
    attempt = db.session.execute(text("SELECT instrument FROM payment_attempts")).scalar_one()
    assert "success" not in attempt


def test_a_saved_method_can_be_forgotten_only_by_its_owner(app, learner, lesson) -> None:
    service.book(learner, lesson.id, Choice(kind="upi", details={"upi_id": "success@upi"}, keep=True))
    method = db.session.query(SavedMethod).one()
    with pytest.raises(NotFound):
        forget_method(factories.learner("Other"), method.id)
    forget_method(learner, method.id)
    assert not saved_methods(learner)


def test_nobody_pays_for_another(app, learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_UPI)
    instrument = provider().instrument("upi", {"upi_id": "success@upi"})
    with pytest.raises(NotFound):
        payments.pay(factories.learner("Other"), booking.payment_id, instrument)
