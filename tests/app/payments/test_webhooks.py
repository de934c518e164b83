"""Providers tell us by themselves: once, twice, late, in any order, or never; the end is the same."""

import json
import random
from datetime import timedelta

import pytest

from app.bookings import jobs as booking_jobs
from app.bookings import service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import answers, jobs, ledger, webhooks
from app.payments.events import PaymentCaptured, PaymentSecured, PayoutPaid
from app.payments.models import PaymentState, Refund, RefundState
from app.payments.payout_models import PayoutState
from app.payments.payouts import Withdrawal, payouts_of, withdraw
from app.payments.provider_models import ProviderEvent
from app.payments.providers.base import Result, Status, WebhookRefused
from app.payments.providers.registry import provider
from app.payments.providers.rehearsal import RehearsalProvider
from app.payments.providers.rehearsal_events import HEADER, sign
from tests import factories, post
from tests.app.payments.books import MINUTE, held, the_books_agree

pytestmark = pytest.mark.database


def test_money_that_arrives_is_told_and_nobody_had_to_ask(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.BANK)
    post.hand_over_all()
    assert booking.payment.state is PaymentState.PROCESSING
    with clock.stopped(now() + MINUTE):
        assert post.hand_over_all() == 1
    assert booking.payment.state is PaymentState.CAPTURED
    assert len(heard.of(PaymentSecured)) == len(heard.of(PaymentCaptured)) == 1
    the_books_agree()


def test_the_message_may_be_quicker_than_the_answer(learner, lesson, monkeypatch) -> None:
    """The call times out on our side, and the message about it is here before anybody asks."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-after"))
    assert booking.payment.state is PaymentState.CHECKING
    post.hand_over_all()
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.CAPTURED)
    jobs.reconcile_payments()
    assert held(booking) == 1800


def test_an_hour_late_is_early_enough(learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.BANK)
    with clock.stopped(now() + MINUTE):
        jobs.reconcile_payments()
    with clock.stopped(now() + timedelta(hours=1)):
        post.hand_over_all()
    assert held(booking) == 1800
    the_books_agree()


def test_an_old_message_about_an_old_try_does_not_disturb_the_new_one(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_CARD)
    [old] = post.waiting()
    service.pay_again(learner, booking.id, factories.BANK)
    post.hand_over(old)
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.PROCESSING)


def test_an_old_message_while_the_new_try_is_being_checked_changes_nothing(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_CARD)
    [old] = post.waiting()
    service.pay_again(learner, booking.id, factories.upi("timeout-after"))
    post.hand_over(old)
    assert booking.payment.state is PaymentState.CHECKING


def test_a_message_about_something_we_never_asked_for_is_kept_and_changes_nothing(app, learner, lesson) -> None:
    instrument = provider().instrument("upi", {"upi_id": "success@upi"})
    provider().create_payment(Money(500, "USD"), instrument, hold=False, key="somebody else's")
    assert post.hand_over_all() == 1
    assert not ledger.is_posted("capture", "1")
    assert db.session.scalar(db.select(db.func.count()).select_from(ProviderEvent)) == 1


def test_a_message_about_an_object_nobody_knows_is_no_news(app) -> None:
    body = json.dumps({"id": "revt_1", "type": "payment.succeeded", "data": {"object": {"id": "reh_nobody"}}}).encode()
    assert webhooks.receive("rehearsal", body, {HEADER: sign(body, int(now().timestamp()))}) is False


def test_a_message_that_cannot_be_acted_on_now_comes_again(learner, lesson, monkeypatch) -> None:
    """The object is read again from the provider; while that fails nothing is written down, not even the message's id."""
    booking = factories.request(learner, lesson, factories.BANK)
    with clock.stopped(now() + MINUTE):
        messages = post.waiting()
        with monkeypatch.context() as down:
            down.setattr(RehearsalProvider, "read_event", raises)
            for one in messages:
                with pytest.raises(ConnectionError):
                    post.hand_over(one)
        assert db.session.scalar(db.select(db.func.count()).select_from(ProviderEvent)) == 0
        post.hand_over_all()
    assert booking.payment.state is PaymentState.CAPTURED


def test_a_refund_and_a_withdrawal_may_be_told_first(heard, app, mentor, learner, lesson, monkeypatch) -> None:
    booking = factories.rejected(learner, lesson)
    [refund] = db.session.scalars(db.select(Refund))
    with clock.stopped(now() + MINUTE):
        provider().refund(booking.payment.provider_payment_id, booking.price, key=refund.key)  # the answer to this was lost
        post.hand_over_all()
        assert (refund.state, booking.payment.state) == (RefundState.DONE, PaymentState.REFUNDED)
        jobs.carry_out_refunds()
    the_books_agree()


def test_a_withdrawal_is_told(heard, mentor, learner) -> None:
    factories.verified(mentor)
    booking = factories.completed(learner, factories.lesson(mentor))
    with clock.stopped(booking.lesson.ends_at + timedelta(days=4)):
        booking_jobs.release_due_earnings()
        bank = {"account_number": "000123456789", "ifsc": "TEST0123456"}
        withdraw(mentor, Withdrawal("18", kind="bank", details=bank, password=factories.PASSWORD))
        jobs.carry_out_payouts()
    with clock.stopped(booking.lesson.ends_at + timedelta(days=4, minutes=1)):
        post.hand_over_all()
        assert payouts_of(mentor)[0].state is PayoutState.PAID
        jobs.carry_out_payouts()
    assert len(heard.of(PayoutPaid)) == 1


@pytest.mark.parametrize("wrong", [Money(1800, "EUR"), Money(1, "USD"), Money(180000, "USD")])
def test_a_yes_about_another_sum_or_currency_is_not_believed(learner, lesson, wrong) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-after"))
    attempt = booking.payment.attempts[0]
    for status in (Status.PROCESSING, Status.AUTHORIZED, Status.SUCCEEDED):
        answers.apply(booking.payment.id, attempt.id, Result(status, "reh_x", amount=wrong))
    assert (booking.state, booking.payment.state) == (BookingState.HELD, PaymentState.CHECKING)
    assert held(booking) == 0


def test_a_payment_keeps_its_currency_when_the_instance_changes_its_own(app, learner, lesson, monkeypatch) -> None:
    booking = factories.request(learner, lesson, factories.BANK)
    changed = app.extensions["settings"].__class__.from_environment({**ENVIRONMENT, "CURRENCY": "INR"})
    monkeypatch.setitem(app.extensions, "settings", changed)
    with clock.stopped(now() + MINUTE):
        jobs.reconcile_payments()
        assert held(booking) == 1800
        with clock.stopped(now() + timedelta(days=2)):
            booking_jobs.expire_requests()
            jobs.carry_out_refunds()
    assert booking.payment.state is PaymentState.REFUNDED
    assert ledger.balance(ledger.provider_account("rehearsal"), "INR").is_zero
    the_books_agree()


ENVIRONMENT = {"PEERLEARN_ENV": "test", "SECRET_KEY": "x" * 40, "BASE_URL": "http://localhost"}


def raises(*_args, **_named):
    raise ConnectionError("nobody there")


CALLS = ("create_payment", "find_payment", "capture", "cancel", "refund", "find_refund", "read_event", "create_payout", "find_payout")


def test_a_provider_that_is_away_for_an_hour_leaves_no_mark(mentor, learner, monkeypatch) -> None:
    """One has paid, one has a card held, one is on their way, one tries to pay meanwhile, one is to get money back."""
    began, before = now(), {}
    for name, choice in (("Ana", factories.UPI), ("Bo", factories.CARD), ("Cy", factories.BANK), ("Di", factories.UPI)):
        before[name] = factories.request(factories.learner(name), factories.lesson(mentor, starts_in=timedelta(days=len(before) + 2)), choice)
    with monkeypatch.context() as away:
        for name in CALLS:
            away.setattr(RehearsalProvider, name, raises)
        tried = service.book(learner, factories.lesson(mentor, starts_in=timedelta(days=9)).id, factories.UPI)
        assert tried.payment.state is PaymentState.CHECKING
        service.accept_booking(mentor, before["Bo"].id)
        factories.rejecting.reject_booking(mentor, before["Di"].id)
        for minutes in range(1, 61, 6):
            with clock.stopped(began + timedelta(minutes=minutes)):
                every_sweep()
        assert before["Bo"].state is BookingState.REQUESTED, "accepted, and not confirmed before the money is there"
        assert tried.state is BookingState.HELD
    with clock.stopped(began + timedelta(minutes=61)):
        every_sweep()
        every_sweep()
    assert before["Ana"].payment.state is PaymentState.CAPTURED
    assert (before["Bo"].state, before["Bo"].payment.state) == (BookingState.CONFIRMED, PaymentState.CAPTURED)
    assert before["Cy"].payment.state is PaymentState.CAPTURED
    assert before["Di"].payment.state is PaymentState.REFUNDED
    assert tried.state is BookingState.RELEASED, "the call never arrived, and the ten minutes are over"
    the_books_agree()


def every_sweep() -> None:
    for sweep in (*jobs.PERIODIC, *booking_jobs.PERIODIC):
        sweep.function()


WAYS = [
    factories.UPI,
    factories.CARD,
    factories.BANK,
    factories.PENDING_UPI,
    factories.DECLINED_CARD,
    factories.upi("expire"),
    factories.upi("timeout-after"),
    factories.upi("approve"),
]


def a_story(mentor, seed: int) -> list[tuple]:
    """Eight ways to pay, some accepted, some rejected; the post shuffled, doubled and held back by a seeded die, or silent (seed 0)."""
    dice = random.Random(seed)
    bookings = []
    began = now()
    for day, way in enumerate(WAYS):
        bookings.append(service.book(factories.learner(), factories.lesson(mentor, starts_in=timedelta(days=day + 2)).id, way))
    for number, minutes in enumerate((0, 1, 2, 8)):
        with clock.stopped(began + timedelta(minutes=minutes)):
            if number == 1:
                service.accept_booking(mentor, bookings[1].id)
                factories.rejecting.reject_booking(mentor, bookings[0].id)
            mail = post.waiting() if seed else []
            dice.shuffle(mail)
            for one in mail:
                if dice.random() < 0.7:
                    for _ in range(dice.choice([1, 1, 2, 3])):
                        post.hand_over(one)
                if dice.random() < 0.2:
                    jobs.carry_out_refunds()
    with clock.stopped(began + timedelta(minutes=25)):
        for _ in range(3):
            every_sweep()
        mail = post.waiting()
        dice.shuffle(mail)
        for one in mail:
            post.hand_over(one)
    with clock.stopped(began + timedelta(minutes=40)):
        every_sweep()
        every_sweep()
    the_books_agree()
    return [(b.state, b.payment.state, held(b), [(r.state, r.amount_minor) for r in b.payment.refunds]) for b in bookings]


def test_shuffled_doubled_and_late_messages_end_where_silence_ends(app, mentor) -> None:
    begin = now()
    with clock.stopped(begin):
        silent = a_story(factories.mentor(), 0)
    for seed in range(1, 7):
        with clock.stopped(begin):
            assert a_story(factories.mentor(), seed) == silent, f"seed {seed}"


def test_nothing_unsigned_reaches_the_use_case(app) -> None:
    with pytest.raises(WebhookRefused):
        webhooks.receive("rehearsal", b"{}", {})
