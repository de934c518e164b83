"""Use cases of payments: prepare, pay, capture, give back, and find out what became of them.

Write order, always: commit the row with its key; call the provider outside any transaction; record the answer. A crash anywhere is
healed by `reconcile`, which asks the provider what happened to the key.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import answers
from app.payments.methods import keep_if_wanted
from app.payments.models import NOT_REACHED, Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Instrument, Result, Status
from app.payments.providers.registry import BY_HAND, provider, provider_named

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""Definite declines with one payment before another method is suggested (R6)."""
ANSWER_PATIENCE = timedelta(seconds=20)
"""How long an unanswered attempt may still be on the wire before we ask what became of it."""
APPROVE_WITHIN = timedelta(minutes=10)
"""How long a payer may take to approve; UPI gives them five minutes, banks up to ten."""
HOLD_SPARE = timedelta(hours=24)
"""How much longer than the mentor's time to answer a card's hold must last."""
OFTENEST, SELDOMEST = timedelta(seconds=5), timedelta(hours=1)
"""How often a payment on its way is asked about: with every sweep at first, then less and less."""
UNFINISHED = (PaymentState.STARTED, PaymentState.CHECKING, PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION)
"""States in which the provider is asked what became of it."""


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


def of_payer(payer: User, payment_id: int) -> Payment:
    """Somebody's own payment; NotFound for anybody else's."""
    payment = db.session.get(Payment, payment_id)
    if payment is None or payment.payer_id != payer.id:
        raise NotFound("We could not find this payment.")
    return payment


def pay(
    payer: User, payment_id: int, instrument: Instrument, *, keep: bool = False, hold_until: datetime | None = None
) -> Payment:
    """Try to pay with an instrument; what came of it is in the payment's state and its last attempt.

    `hold_until` is when it will be decided whether the money is taken: a card is only held, unless the hold could lapse before.
    Raises NotFound unless the payment is theirs, Conflict when it is not waiting for a try.
    """
    attempt = _new_attempt(payer, payment_id, instrument, keep)
    payment = _locked(payment_id)
    result = _ask(payment, attempt, instrument, hold_until)
    payment = answers.apply(payment_id, attempt.id, result)
    keep_if_wanted(payment_id, attempt.id, result)
    return payment


def capture(payment_id: int) -> Payment:
    """Take what a card holds; money that is ours already stays ours. A provider that does not answer is asked again later."""
    with transaction():
        payment = _locked(payment_id)
        payment.capture_wanted_at = payment.capture_wanted_at or now()
    if payment.state is not PaymentState.AUTHORIZED:
        return payment
    name, provider_id = payment.provider, _provider_id(payment)
    db.session.commit()
    try:
        result = provider_named(name).capture(provider_id, key=f"capture-{payment_id}")
    except Exception:
        log.exception("provider %s did not answer about a capture", name)
        result = Result(Status.UNKNOWN)
    return answers.apply(payment_id, None, result)


def stop_waiting(payer: User, payment_id: int) -> Payment:
    """The payer would rather pay another way than approve: the provider is asked to drop it, and only its answer counts.

    Raises NotFound unless the payment is theirs, Conflict when it waits for no approval (any more) or the provider is silent.
    """
    payment = of_payer(payer, payment_id)
    if payment.state is PaymentState.REQUIRES_ACTION:
        _drop(payment)
        payment = db.session.get_one(Payment, payment_id)
    if payment.state is not PaymentState.STARTED:
        raise Conflict("Your bank is busy with this payment. Please look again.", code="already_paying")
    return payment


def reconcile(payment_id: int) -> None:
    """Ask the provider what became of an unanswered or unfinished payment, and apply it. Harmless at any time."""
    payment = db.session.get(Payment, payment_id)
    if payment is None or not payment.attempts:
        return
    on_its_way = answers.securing(payment) if payment.state is PaymentState.PROCESSING else None
    attempt = on_its_way or payment.attempts[-1]
    if payment.state is PaymentState.AUTHORIZED and payment.capture_wanted_at is not None:
        capture(payment_id)
        return
    if payment.state not in UNFINISHED or attempt.outcome in ("declined", "canceled"):
        return
    is_waiting = payment.state is PaymentState.REQUIRES_ACTION
    number, key, asked_at, provider = attempt.id, attempt.key, attempt.asked_at, provider_named(payment.provider)
    provider_id = payment.provider_payment_id if attempt.outcome != "asked" else None
    db.session.commit()
    result = provider.find_payment(key, provider_id=provider_id, asked_at=asked_at)
    if result is None:  # the call never arrived: nothing was taken
        is_sure = now() >= asked_at + provider.absence_is_sure_after
        result = Result(Status.FAILED, decline_code=NOT_REACHED) if is_sure else Result(Status.UNKNOWN)
    payment = answers.apply(payment_id, number, result)
    keep_if_wanted(payment_id, number, result)
    if payment.state is PaymentState.PROCESSING:
        _ask_later(payment_id, now() - asked_at)
    if is_waiting and payment.state is PaymentState.REQUIRES_ACTION and now() >= asked_at + APPROVE_WITHIN:
        _drop(payment)


def _ask_later(payment_id: int, age: timedelta) -> None:
    """A tenth of its age, at most an hour: what takes days need not be asked about every few seconds. Written down only after an
    answer, so that silence is no reason to wait."""
    pause = min(age / 10, SELDOMEST)
    if pause > OFTENEST:
        with transaction():
            _locked(payment_id).ask_again_at = now() + pause


def _drop(payment: Payment) -> None:
    """Nobody approved it: have it dropped. If it was approved in the same moment, the answer says so and counts."""
    number, attempt, provider = payment.id, payment.attempts[-1], provider_named(payment.provider)
    attempt_id, provider_id = attempt.id, _provider_id(payment)
    db.session.commit()
    result = provider.cancel(provider_id, key=f"drop-{attempt_id}")
    if result.status is Status.CANCELED:
        result = replace(result, decline_code="not_approved")
    answers.apply(number, attempt_id, result)


def unfinished() -> list[int]:
    """Ids of payments somebody should ask about; those on their way for days, less and less often."""
    is_time = Payment.ask_again_at.is_(None) | (Payment.ask_again_at <= now())
    query = select(Payment.id).where(
        Payment.state.in_((PaymentState.CHECKING, PaymentState.REQUIRES_ACTION))
        | ((Payment.state == PaymentState.PROCESSING) & Payment.provider.not_in(BY_HAND) & is_time)
        | ((Payment.state == PaymentState.AUTHORIZED) & Payment.capture_wanted_at.is_not(None))
        | (
            (Payment.state == PaymentState.STARTED)
            & Payment.attempts.any((PaymentAttempt.outcome == "asked") & (PaymentAttempt.asked_at < now() - ANSWER_PATIENCE))
        )
    )
    return list(db.session.scalars(query))


def _new_attempt(payer: User, payment_id: int, instrument: Instrument, keep: bool) -> PaymentAttempt:
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
            keep=keep,
            asked_at=now(),
        )
        payment.attempts.append(attempt)
        payment.method_label = instrument.label
        db.session.flush()
    return attempt


def _ask(payment: Payment, attempt: PaymentAttempt, instrument: Instrument, hold_until: datetime | None) -> Result:
    """Call the provider; whatever goes wrong on the way is UNKNOWN, never a no."""
    provider, key, amount = provider_named(payment.provider), attempt.key, payment.amount
    hold = _may_hold(payment, instrument, hold_until)
    payer, keep, back = str(payment.payer_id), attempt.keep, f"{settings().base_url}/dashboard/learner/payments/{payment.id}/return"
    db.session.commit()  # nothing of ours may stay locked while we wait for somebody else
    try:
        return provider.create_payment(amount, instrument, hold=hold, key=key, payer=payer, keep=keep, return_url=back)
    except Exception:
        log.exception("provider %s did not answer", provider.name)
        return Result(Status.UNKNOWN)


def _may_hold(payment: Payment, instrument: Instrument, hold_until: datetime | None) -> bool:
    """Whether the money is only held for now: the kind can, and the hold lasts a day longer than it takes to decide."""
    capabilities = {one.kind: one for one in provider_named(payment.provider).capabilities(payment.currency)}
    capability = capabilities[instrument.kind]
    lapses_at = now() + capability.hold_lasts
    return capability.can_hold and (hold_until is None or hold_until + HOLD_SPARE <= lapses_at)


def _locked(payment_id: int) -> Payment:
    payment = db.session.get(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
    if payment is None:
        raise NotFound("We could not find this payment.")
    return payment


def _provider_id(payment: Payment) -> str:
    if payment.provider_payment_id is None:
        raise Conflict("This payment has not reached its provider.")
    return payment.provider_payment_id
