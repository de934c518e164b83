"""The payer's bank took a payment back. What lies at the provider is less; the loss is the platform's until somebody decides."""

import logging

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import ledger
from app.payments.events import PaymentDisputed
from app.payments.models import Payment
from app.payments.providers.base import Result

log = logging.getLogger(__name__)


def take_note(payment_id: int, result: Result) -> None:
    """Write the loss down, once per payment, and tell; `result.amount` is what was taken. Joins the caller's transaction."""
    with transaction() as tx:
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if is_charged_back(payment_id):
            return
        lost = result.amount or payment.amount
        if lost.currency != payment.currency:
            log.error("payment %s is in %s, its chargeback in %s: not believed", payment_id, payment.currency, lost.currency)
            return
        there = ledger.provider_account(payment.provider)
        ledger.post("chargeback", str(payment_id), {ledger.LOSSES: Money(-lost.amount_minor, lost.currency), there: lost})
        record(None, AuditTag.PAYMENT_DISPUTED, payment, amount_minor=lost.amount_minor)
        log.error("the bank took payment %s back (%s)", payment_id, lost)
        tx.publish(PaymentDisputed(payment.id, payment.purpose, payment.reference))


def is_charged_back(payment_id: int) -> bool:
    """Whether a bank has taken this payment back."""
    return ledger.is_posted("chargeback", str(payment_id))
