"""A payment that takes days is asked about less and less often; what its provider tells by itself is heard at once."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.payments import answers, jobs
from app.payments.models import Payment, PaymentState
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def slow(learner, lesson, monkeypatch) -> tuple[Payment, list[timedelta]]:
    """A bank debit that is on its way for days, and the ages at which its provider was asked about it."""
    payment = factories.request(learner, lesson, factories.BANK).payment
    began, asked = payment.attempts[-1].asked_at, []

    def still_on_its_way(key, **_named):
        asked.append(now() - began)
        return Result(Status.PROCESSING, payment.provider_payment_id, amount=payment.amount)

    monkeypatch.setattr(provider(), "find_payment", still_on_its_way)
    assert payment.state is PaymentState.PROCESSING
    return payment, asked


def sweep(payment: Payment, age: timedelta) -> None:
    with clock.stopped(payment.attempts[-1].asked_at + age):
        db.session.remove()  # whatever was remembered outside the database is gone, as after a restart
        jobs.reconcile_payments()


def test_the_longer_it_takes_the_less_often_it_is_asked_about(slow) -> None:
    payment, asked = slow
    number = payment.id
    for seconds in range(5, 51, 5):
        sweep(db.session.get_one(Payment, number), timedelta(seconds=seconds))
    assert len(asked) == 10, "at first with every sweep"
    asked.clear()
    for minutes in range(60, 120):
        sweep(db.session.get_one(Payment, number), timedelta(minutes=minutes))
    assert [round(age.total_seconds() / 60) for age in asked] == [60, 66, 73, 81, 90, 99, 109]
    asked.clear()
    for hours in range(48, 72):
        for minutes in (0, 30):
            sweep(db.session.get_one(Payment, number), timedelta(hours=hours, minutes=minutes))
    assert len(asked) == 24, "once an hour, for as long as it takes"


def test_its_providers_own_message_is_heard_at_once(slow) -> None:
    payment, _asked = slow
    sweep(payment, timedelta(days=2))
    payment = db.session.get_one(Payment, payment.id)
    assert payment.ask_again_at == payment.attempts[-1].asked_at + timedelta(days=2, hours=1)
    result = Result(Status.SUCCEEDED, payment.provider_payment_id, amount=payment.amount)
    answers.apply(payment.id, payment.attempts[-1].id, result)
    assert payment.state is PaymentState.CAPTURED


def test_silence_is_no_reason_to_wait(slow, monkeypatch) -> None:
    payment, asked = slow

    def silent(key, **_named):
        asked.append(timedelta())
        raise TimeoutError

    monkeypatch.setattr(provider(), "find_payment", silent)
    for seconds in (0, 5, 10):
        sweep(db.session.get_one(Payment, payment.id), timedelta(days=2, seconds=seconds))
    assert len(asked) == 3
