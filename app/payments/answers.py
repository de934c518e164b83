"""What a provider's answer changes here. The one place that moves a payment's state; any order, any number of times, same end."""

import logging

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.transaction import Transaction, transaction
from app.payments import ledger, receipts_wanted, strays
from app.payments.events import PaymentCaptured, PaymentFailed, PaymentSecured, PaymentWaits
from app.payments.models import SECURED, Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Result, Status
from app.payments.receipt_models import ReceiptKind

log = logging.getLogger(__name__)

OVER = (PaymentState.CANCELED, PaymentState.REFUNDED)


def apply(payment_id: int, attempt_id: int | None, result: Result) -> Payment:
    """Record an answer about a payment (and the attempt it answers); tells the world only what is new."""
    with transaction() as tx:
        payment = db.session.get(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if payment is None:
            raise NotFound("We could not find this payment.")
        attempt = next((a for a in payment.attempts if a.id == attempt_id), None)
        if not _is_the_sum(payment, result):
            log.error("payment %s is for %s, its provider speaks of %s: not believed", payment.id, payment.amount, result.amount)
        elif strays.is_stray(payment, result):
            strays.note(payment, result)
        elif payment.state not in OVER and _is_about_another(payment, result):
            _close(attempt, result)
        elif payment.state not in OVER:
            _APPLY[result.status](tx, payment, attempt, result)
    return payment


def securing(payment: Payment) -> PaymentAttempt | None:
    """The try whose yes a payment stands on; the last one when there is no yes, None when nothing was tried."""
    tries = [attempt for attempt in payment.attempts if attempt.outcome == "accepted"] or payment.attempts
    return tries[-1] if tries else None


def _is_the_sum(payment: Payment, result: Result) -> bool:
    """A yes must be about the sum and the currency that were asked for."""
    is_yes = result.status in (Status.SUCCEEDED, Status.AUTHORIZED, Status.PROCESSING)
    return not is_yes or result.amount is None or result.amount == payment.amount


def _is_about_another(payment: Payment, result: Result) -> bool:
    """Whether this is an old answer about another charge than the one that secures the payment."""
    return payment.state in SECURED and payment.provider_payment_id is not None and result.provider_id not in (
        None,
        payment.provider_payment_id,
    )


def _close(attempt: PaymentAttempt | None, result: Result) -> None:
    """A definite no about a try that the payment did not need: nobody waits for it any more."""
    if attempt is not None and attempt.outcome in ("asked", "waiting") and result.status in (Status.FAILED, Status.CANCELED):
        _answer(attempt, "declined")
        attempt.decline_code, attempt.action_url = result.decline_code, None


def _unknown(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is PaymentState.STARTED and _is_last(payment, attempt):
        payment.state = PaymentState.CHECKING


def _failed(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is PaymentState.CAPTURED:
        return  # an old no cannot undo a later yes
    if attempt is None:
        attempt = securing(payment)
    # A yes that turns into a no leaves the payment without its money, whatever was tried after it.
    counts = _is_last(payment, attempt) or (payment.state in SECURED and attempt is securing(payment))
    if counts:
        is_open = any(one.outcome == "asked" for one in payment.attempts if one is not attempt)
        payment.state = PaymentState.CHECKING if is_open else PaymentState.STARTED
    if attempt is not None and attempt.outcome != "declined":
        _answer(attempt, "declined")
        attempt.decline_code, attempt.action_url = result.decline_code, None
        if counts:
            tx.publish(PaymentFailed(payment.id, payment.purpose, payment.reference))


def _requires_action(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state in SECURED or attempt is None or attempt.outcome == "declined" or not _is_last(payment, attempt):
        return
    is_news = payment.state is not PaymentState.REQUIRES_ACTION
    payment.state = PaymentState.REQUIRES_ACTION
    payment.provider_payment_id = result.provider_id or payment.provider_payment_id
    attempt.outcome, attempt.action_url = "waiting", result.action_url or attempt.action_url
    if is_news:
        tx.publish(PaymentWaits(payment.id, payment.purpose, payment.reference))


def _processing(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state not in SECURED:
        _secure(tx, payment, attempt, result, PaymentState.PROCESSING)


def _authorized(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is not PaymentState.CAPTURED:
        _secure(tx, payment, attempt, result, PaymentState.AUTHORIZED)


def _succeeded(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    _secure(tx, payment, attempt, result, PaymentState.CAPTURED)
    if ledger.is_posted("capture", str(payment.id)):
        return
    held, there = ledger.held_for(payment.purpose, payment.reference), ledger.provider_account(payment.provider)
    nothing = payment.amount - payment.amount
    ledger.post("capture", str(payment.id), {held: payment.amount, there: nothing - payment.amount})
    payment.captured_at = now()
    receipts_wanted.want(ReceiptKind.RECEIPT, payment.id)
    record(None, AuditTag.PAYMENT_CAPTURED, payment)
    tx.publish(PaymentCaptured(payment.id, payment.purpose, payment.reference))


def _canceled(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    """Nothing was taken. If that is because it is to go back, the refund's own answer says so; otherwise it may be paid again."""
    if not payment.refunds:
        _failed(tx, payment, attempt, result)


def _secure(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result, state: PaymentState) -> None:
    was_secured = payment.state in SECURED
    payment.state = state
    payment.provider_payment_id = result.provider_id or payment.provider_payment_id
    if attempt is not None:
        _answer(attempt, "accepted")
        attempt.decline_code, attempt.action_url = "", None
    if not was_secured:
        tx.publish(PaymentSecured(payment.id, payment.purpose, payment.reference))


def _answer(attempt: PaymentAttempt, outcome: str) -> None:
    attempt.outcome, attempt.answered_at = outcome, now()


def _is_last(payment: Payment, attempt: PaymentAttempt | None) -> bool:
    """Whether nothing was tried after this; an answer about an old try says nothing about the newer one."""
    return attempt is None or not payment.attempts or attempt.id == payment.attempts[-1].id


_APPLY = {
    Status.UNKNOWN: _unknown,
    Status.FAILED: _failed,
    Status.REQUIRES_ACTION: _requires_action,
    Status.PROCESSING: _processing,
    Status.AUTHORIZED: _authorized,
    Status.SUCCEEDED: _succeeded,
    Status.CANCELED: _canceled,
}
