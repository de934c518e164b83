"""What a provider's answer changes here. The one place that moves a payment's state; any order, any number of times, same end."""

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.transaction import Transaction, transaction
from app.payments import ledger
from app.payments.events import PaymentCaptured, PaymentFailed, PaymentReturned, PaymentSecured
from app.payments.models import SECURED, Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Result, Status

OVER = (PaymentState.CANCELED, PaymentState.REFUNDED)


def apply(payment_id: int, attempt_id: int | None, result: Result) -> Payment:
    """Record an answer about a payment (and the attempt it answers); tells the world only what is new."""
    with transaction() as tx:
        payment = db.session.get(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if payment is None:
            raise NotFound("We could not find this payment.")
        attempt = next((a for a in payment.attempts if a.id == attempt_id), None)
        if payment.state not in OVER:
            _APPLY[result.status](tx, payment, attempt, result)
    return payment


def _unknown(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is PaymentState.STARTED:
        payment.state = PaymentState.CHECKING


def _failed(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is PaymentState.CAPTURED:
        return  # an old no cannot undo a later yes
    payment.state = PaymentState.STARTED
    if attempt is not None and attempt.outcome != "declined":
        _answer(attempt, "declined")
        attempt.decline_code = result.decline_code
        tx.publish(PaymentFailed(payment.id, payment.purpose, payment.reference))


def _processing(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
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
    record(None, AuditTag.PAYMENT_CAPTURED, payment)
    tx.publish(PaymentCaptured(payment.id, payment.purpose, payment.reference))


def _canceled(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result) -> None:
    if payment.state is not PaymentState.CAPTURED:
        payment.state = PaymentState.CANCELED
        tx.publish(PaymentReturned(payment.id, payment.purpose, payment.reference))


def _secure(tx: Transaction, payment: Payment, attempt: PaymentAttempt | None, result: Result, state: PaymentState) -> None:
    was_secured = payment.state in SECURED
    payment.state = state
    payment.provider_payment_id = result.provider_id or payment.provider_payment_id
    if attempt is not None:
        _answer(attempt, "accepted")
    if not was_secured:
        tx.publish(PaymentSecured(payment.id, payment.purpose, payment.reference))


def _answer(attempt: PaymentAttempt, outcome: str) -> None:
    attempt.outcome, attempt.answered_at = outcome, now()


_APPLY = {
    Status.UNKNOWN: _unknown,
    Status.FAILED: _failed,
    Status.PROCESSING: _processing,
    Status.AUTHORIZED: _authorized,
    Status.SUCCEEDED: _succeeded,
    Status.CANCELED: _canceled,
}
