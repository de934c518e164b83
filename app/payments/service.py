"""Use cases of payments: prepare, pay, capture, give back, and find out what became of them.

Write order, always: commit the row with its key; call the provider outside any transaction; record the answer. A crash anywhere is
healed by `reconcile`, which asks the provider what happened to the key.
"""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import answers
from app.payments.methods import keep_method
from app.payments.models import Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Instrument, Kind, Result, Status
from app.payments.providers.registry import provider, provider_named

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""Definite declines with one payment before another method is suggested (R6)."""
ANSWER_PATIENCE = timedelta(seconds=20)
"""How long an unanswered attempt may still be on the wire before we ask what became of it."""


def prepare(payer: User, purpose: str, reference: str, amount: Money) -> Payment:
    """Write down that somebody is to pay for something; joins the caller's transaction."""
    with transaction():
        payment = Payment(
            purpose=purpose,
            reference=reference,
            payer_id=payer.id,
            amount_minor=amount.amount_minor,
            currency=amount.currency,
            provider=provider().name,
            created_at=now(),
        )
        db.session.add(payment)
        db.session.flush()
        record(payer.id, AuditTag.PAYMENT_STARTED, payment)
    return payment


def pay(payer: User, payment_id: int, instrument: Instrument, *, keep: bool = False) -> Payment:
    """Try to pay with an instrument; what came of it is in the payment's state and its last attempt.

    Raises NotFound unless the payment is theirs, Conflict when it is not waiting for a try.
    """
    attempt = _new_attempt(payer, payment_id, instrument)
    payment = _locked(payment_id)
    result = _ask(payment, attempt, instrument)
    payment = answers.apply(payment_id, attempt.id, result)
    if keep and result.status is not Status.FAILED:
        keep_method(payer, instrument)
    return payment


def capture(payment_id: int) -> Payment:
    """Take what a card holds; money that is ours already stays ours. A provider that does not answer is asked again later."""
    with transaction():
        payment = _locked(payment_id)
        payment.capture_wanted_at = payment.capture_wanted_at or now()
    if payment.state is PaymentState.AUTHORIZED:
        result = provider_named(payment.provider).capture(_provider_id(payment), key=f"capture-{payment.id}")
        payment = answers.apply(payment_id, None, result)
    return payment


def reconcile(payment_id: int) -> None:
    """Ask the provider what became of an unanswered or unfinished payment, and apply it. Harmless at any time."""
    payment = db.session.get(Payment, payment_id)
    if payment is None or not payment.attempts:
        return
    attempt = payment.attempts[-1]
    if payment.state is PaymentState.AUTHORIZED and payment.capture_wanted_at is not None:
        capture(payment_id)
        return
    if payment.state not in (PaymentState.CHECKING, PaymentState.PROCESSING, PaymentState.STARTED):
        return
    if attempt.outcome in ("declined", "canceled"):
        return
    result = provider_named(payment.provider).find_payment(attempt.key)
    if result is None:  # the call never arrived: nothing was taken
        result = Result(Status.FAILED, decline_code="not_reached")
    answers.apply(payment_id, attempt.id, result)


def unfinished() -> list[int]:
    """Ids of payments somebody should ask about."""
    waiting = (PaymentState.CHECKING, PaymentState.PROCESSING)
    query = select(Payment.id).where(
        Payment.state.in_(waiting)
        | ((Payment.state == PaymentState.AUTHORIZED) & Payment.capture_wanted_at.is_not(None))
        | (
            (Payment.state == PaymentState.STARTED)
            & Payment.attempts.any((PaymentAttempt.outcome == "asked") & (PaymentAttempt.asked_at < now() - ANSWER_PATIENCE))
        )
    )
    return list(db.session.scalars(query))


def _new_attempt(payer: User, payment_id: int, instrument: Instrument) -> PaymentAttempt:
    with transaction():
        payment = _locked(payment_id)
        if payment.payer_id != payer.id:
            raise NotFound("We could not find this payment.")
        if payment.state is not PaymentState.STARTED or any(a.outcome == "asked" for a in payment.attempts):
            raise Conflict("This payment is already on its way.", code="already_paying")
        attempt = PaymentAttempt(
            payment_id=payment.id,
            number=len(payment.attempts) + 1,
            key=new_public_id(),
            kind=instrument.kind.value,
            instrument=instrument.token,
            asked_at=now(),
        )
        payment.attempts.append(attempt)
        payment.method_label = instrument.label
        db.session.flush()
    return attempt


def _ask(payment: Payment, attempt: PaymentAttempt, instrument: Instrument) -> Result:
    """Call the provider; whatever goes wrong on the way is UNKNOWN, never a no."""
    capabilities = {c.kind: c for c in provider_named(payment.provider).capabilities(payment.currency)}
    hold = capabilities[Kind(attempt.kind)].can_hold
    key, amount, name = attempt.key, payment.amount, payment.provider
    db.session.commit()  # nothing of ours may stay locked while we wait for somebody else
    try:
        return provider_named(name).create_payment(amount, instrument, hold=hold, key=key)
    except Exception:
        log.exception("provider %s did not answer", name)
        return Result(Status.UNKNOWN)


def _locked(payment_id: int) -> Payment:
    payment = db.session.get(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
    if payment is None:
        raise NotFound("We could not find this payment.")
    return payment


def _provider_id(payment: Payment) -> str:
    if payment.provider_payment_id is None:
        raise Conflict("This payment has not reached its provider.")
    return payment.provider_payment_id
