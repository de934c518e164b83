"""What a payer's bank takes back is the platform's loss, once and of exactly its sum, however we hear of it."""

from datetime import timedelta

import pytest

from app.bookings import jobs as booking_jobs
from app.bookings import service
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs, ledger
from app.payments.events import PaymentDisputed
from app.payments.models import PaymentState, RefundState
from app.payments.provider_models import StrayCharge
from app.payments.providers.registry import provider
from app.payments.refunds import want_refund
from tests import factories, post
from tests.app.payments.books import MINUTE, held, the_books_agree, unheard

pytestmark = pytest.mark.database


def test_what_the_payers_bank_takes_back_is_the_platforms_loss_until_somebody_decides(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        post.hand_over_all()
        assert booking.payment.charged_back == booking.price
        assert ledger.balance(ledger.LOSSES, "USD").amount_minor == -1800
        assert len(heard.of(PaymentDisputed)) == 1
        the_books_agree()
    with clock.stopped(now() + timedelta(days=2)):
        booking_jobs.expire_requests()
        jobs.carry_out_refunds()
    assert [refund.state for refund in booking.payment.refunds] == [RefundState.FAILED], "nobody gives the money back twice"
    assert held(booking) == 0
    assert ledger.balance(ledger.LOSSES, "USD").amount_minor == 0, "what was to go back anyway is no loss"
    the_books_agree()


def test_only_what_had_not_gone_back_before_is_lost(learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    want_refund(booking.payment.id, 500, "kindness")
    jobs.carry_out_refunds()
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
    assert booking.payment.charged_back.amount_minor == 1300
    the_books_agree()


def test_a_chargeback_nobody_told_us_of_is_found_by_asking(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    for minutes in (1, 2):
        with clock.stopped(now() + minutes * MINUTE):
            jobs.look_for_chargebacks()
    assert booking.payment.charged_back == booking.price
    assert len(heard.of(PaymentDisputed)) == 1
    the_books_agree()


def test_a_chargeback_told_before_the_charge_itself_is_both(learner, lesson, monkeypatch) -> None:
    monkeypatch.setattr(provider(), "create_payment", unheard(provider().create_payment))
    booking = service.book(learner, lesson.id, factories.upi("dispute"))
    assert booking.payment.state is PaymentState.CHECKING
    with clock.stopped(now() + MINUTE):
        told = {row.type: row for row in post.waiting()}
        post.hand_over(told["dispute.opened"])
        assert booking.payment.state is PaymentState.CAPTURED
        assert booking.payment.charged_back == booking.price
        the_books_agree()


def test_a_stray_charge_that_its_bank_takes_back_is_no_loss(learner, lesson, monkeypatch) -> None:
    """The charge nobody knew of was disputed before we could send it back."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.UPI)
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "dispute@upi"}), hold=False, key=lost.key)
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        assert [one.state for one in db.session.scalars(db.select(StrayCharge))] == [RefundState.FAILED]
        jobs.give_back_strays()
    assert ledger.balance(ledger.LOSSES, "USD").amount_minor == 0
    assert booking.payment.charged_back_at is None
    the_books_agree()
