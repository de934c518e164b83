"""The payer's bank took a payment back. What lies at the provider is less; the loss is the platform's until somebody decides.

Held money that was to go back anyway covers the loss: it has gone back, only by another way. What the bank puts back after a
dispute that we won undoes both: the loss is none, and what covered it is owed to the payer again; their bank took it from them.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import answers, ledger, receipts_wanted, strays
from app.payments.events import PaymentDisputed, PaymentPutBack
from app.payments.models import Payment, PaymentAttempt, Refund, RefundState
from app.payments.providers.base import About, Result, Subject, TellsChargebacks
from app.payments.providers.registry import PROVIDERS
from app.payments.receipt_models import ReceiptKind

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=180)
"""How far the sweep looks for chargebacks whose message never came; banks take up to three months to decide a dispute."""


def hear(attempt: PaymentAttempt, result: Result) -> None:
    """A provider says that a charge of ours was taken back; `result.amount` is how much. Joins the caller's transaction.

    What was taken back was taken before: an answer that was lost until now is heard first. A stray charge is simply back.
    """
    answers.apply(attempt.payment_id, attempt.id, replace(result, amount=None))
    if not strays.is_taken_back(result):
        _take_note(attempt.payment_id, result)


def hear_won(attempt: PaymentAttempt, result: Result) -> None:
    """A provider says that a charge which was taken back was put back again. Joins the caller's transaction.

    What was put back was taken before: a chargeback whose message was lost, or comes later, is heard first.
    """
    hear(attempt, result)
    if not strays.is_put_back(result):
        _take_back_note(attempt.payment_id)


def look_for_untold() -> None:
    """Ask the providers themselves: a message that was lost is found out."""
    for name, provider in PROVIDERS.items():
        if isinstance(provider, TellsChargebacks) and _is_used(name):
            for subject in provider.chargebacks(now() - LOOKED_BACK):
                _look_at(name, subject)


def cover(payment: Payment, refund: Refund) -> None:
    """A refund that has become needless: what is held for it covers the loss. Joins the caller's transaction."""
    held, back = ledger.held_for(payment.purpose, payment.reference), Money(refund.amount_minor, payment.currency)
    ledger.post("chargeback_covered", str(refund.id), {held: Money(-refund.amount_minor, payment.currency), ledger.LOSSES: back})
    refund.state, refund.done_at = RefundState.FAILED, now()


def attempt_of(name: str, key: str) -> PaymentAttempt | None:
    """The try a provider speaks of, by the key we sent."""
    query = select(PaymentAttempt).join(Payment, Payment.id == PaymentAttempt.payment_id)
    return db.session.scalar(query.where(Payment.provider == name, PaymentAttempt.key == key))


def _look_at(name: str, subject: Subject) -> None:
    attempt = attempt_of(name, subject.key)
    if attempt is None:
        log.error("provider %s speaks of a chargeback of a payment we never asked for", name)
        return
    is_won = subject.about is About.DISPUTE_WON
    if not _has_heard(attempt.payment_id, subject.result, is_won=is_won):
        with transaction():
            (hear_won if is_won else hear)(attempt, subject.result)


def _has_heard(payment_id: int, result: Result, *, is_won: bool) -> bool:
    """One payment may have two charges, its own and a stray one, each with a dispute of its own."""
    of_stray = strays.has_heard(result, is_won=is_won)
    if of_stray is not None:
        return of_stray
    payment = db.session.get_one(Payment, payment_id)
    return (payment.put_back_at if is_won else payment.charged_back_at) is not None


def _take_note(payment_id: int, result: Result) -> None:
    """Write the loss down, once per payment, and tell."""
    with transaction() as tx:
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if payment.charged_back_at is not None:
            return
        lost = result.amount or payment.amount
        if lost.currency != payment.currency:
            log.error("payment %s is in %s, its chargeback in %s: not believed", payment_id, payment.currency, lost.currency)
            return
        if lost.is_zero:
            return  # it was put back and refunded since, before we heard of any of it: nothing is lost
        there = ledger.provider_account(payment.provider)
        ledger.post("chargeback", str(payment_id), {ledger.LOSSES: Money(-lost.amount_minor, lost.currency), there: lost})
        payment.charged_back_at, payment.charged_back_minor = now(), lost.amount_minor
        receipts_wanted.want(ReceiptKind.CHARGEBACK, payment.id)
        record(None, AuditTag.PAYMENT_DISPUTED, payment, amount_minor=lost.amount_minor)
        log.error("the bank took payment %s back (%s)", payment_id, lost)
        tx.publish(PaymentDisputed(payment.id, payment.purpose, payment.reference))


def _take_back_note(payment_id: int) -> None:
    """The loss is none any more, once per payment; what covered it is owed again."""
    with transaction() as tx:
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if not payment.is_gone:
            return
        back, there = payment.charged_back, ledger.provider_account(payment.provider)
        ledger.post("chargeback_won", str(payment_id), {there: Money(-back.amount_minor, back.currency), ledger.LOSSES: back})
        payment.put_back_at, payment.put_back_minor = now(), back.amount_minor
        for refund in [one for one in payment.refunds if one.state is RefundState.FAILED]:
            _owe_again(payment, refund)
        receipts_wanted.want(ReceiptKind.PUT_BACK, payment.id)
        record(None, AuditTag.PAYMENT_PUT_BACK, payment, amount_minor=back.amount_minor)
        tx.publish(PaymentPutBack(payment.id, payment.purpose, payment.reference))


def _owe_again(payment: Payment, refund: Refund) -> None:
    """With a key of its own: to the old one the provider would repeat its no."""
    held, back = ledger.held_for(payment.purpose, payment.reference), Money(refund.amount_minor, payment.currency)
    entries = {ledger.LOSSES: Money(-refund.amount_minor, payment.currency), held: back}
    ledger.post("chargeback_uncovered", str(refund.id), entries)
    refund.state, refund.done_at, refund.key = RefundState.WANTED, None, new_public_id()


def _is_used(name: str) -> bool:
    """Whether any money ever went to a provider: one that was never set up cannot be asked."""
    return db.session.scalar(select(Payment.id).where(Payment.provider == name).limit(1)) is not None
