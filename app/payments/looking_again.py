"""Tries that nobody waits for any more are asked about once more: a call given up for lost may have arrived after all.

The payment went on without them, so `reconcile` has no reason to ask, and a provider's message can be lost. Money that such a try
took is a stray charge (or the payment's, if that still has none).
"""

from datetime import timedelta

from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.payments import answers
from app.payments.models import NOT_REACHED, Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider_named
from app.payments.service import ANSWER_PATIENCE, UNFINISHED

ARRIVES_WITHIN = timedelta(days=14)
"""How long we look for a call that never seemed to arrive."""
STRAY = "stray"
"""The outcome of a try whose money is on its way back, or back."""


def forgotten() -> list[int]:
    """Ids of tries to ask about: without an answer though their payment has gone on, or given up for lost not long ago."""
    open_still = PaymentAttempt.outcome.in_(("asked", "waiting")) & (PaymentAttempt.asked_at < now() - ANSWER_PATIENCE)
    is_lost = (PaymentAttempt.outcome == "declined") & (PaymentAttempt.decline_code == NOT_REACHED)
    query = select(PaymentAttempt.id).join(Payment, Payment.id == PaymentAttempt.payment_id)
    lately = PaymentAttempt.asked_at > now() - ARRIVES_WITHIN
    went_on = Payment.state.not_in(UNFINISHED) | (Payment.state == PaymentState.PROCESSING)  # with another try than this one
    return list(db.session.scalars(query.where((open_still & went_on) | (is_lost & lately))))


def look_again(attempt_id: int) -> None:
    """Ask what became of one try, and hear the answer. Harmless at any time and any number of times."""
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    payment = db.session.get_one(Payment, attempt.payment_id)
    key, asked_at, provider = attempt.key, attempt.asked_at, provider_named(payment.provider)
    db.session.commit()
    result = provider.find_payment(key, asked_at=asked_at)
    with transaction():
        if result is not None:
            answers.apply(payment.id, attempt_id, result)
        attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
        if attempt.outcome != "accepted":
            is_sure = now() >= asked_at + provider.absence_is_sure_after
            attempt.outcome, attempt.decline_code = _closing(attempt, result, is_sure=is_sure)


def _closing(attempt: PaymentAttempt, result: Result | None, *, is_sure: bool) -> tuple[str, str]:
    """Outcome and code of a try that its payment did not need: final once the provider has a final word."""
    if result is None:
        return ("declined", NOT_REACHED) if is_sure else (attempt.outcome, attempt.decline_code)
    if result.status in (Status.FAILED, Status.CANCELED):
        return "declined", result.decline_code
    if result.status in (Status.SUCCEEDED, Status.AUTHORIZED):
        return STRAY, ""
    return attempt.outcome, attempt.decline_code
