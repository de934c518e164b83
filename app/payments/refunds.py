"""Money that goes back. A refund is a row first; the call to the provider follows and may be repeated with the same key."""

import logging
from datetime import datetime

from sqlalchemy import select

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import answers, chargebacks, ledger, receipts_wanted
from app.payments.events import PaymentReturned
from app.payments.models import Payment, PaymentState, Refund, RefundState
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider_named
from app.payments.receipt_models import ReceiptKind

log = logging.getLogger(__name__)


def want_full_refund(payment_id: int, reason: str, due_at: datetime | None = None) -> None:
    """Write down that all of a payment goes back, at once or later; joins the caller's transaction; twice does no harm.

    Money that is only held is let go, money on its way is stopped (or sent back when it arrives).
    """
    with transaction():
        payment = db.session.get(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        if payment is None or payment.refunds or payment.state in answers.OVER:
            return
        _write(payment, payment.amount_minor, reason, due_at)


def take_back(payment_id: int, reason: str) -> None:
    """A refund that is not due yet is not wanted after all; joins the caller's transaction.

    Raises Conflict when it was due: it may be on its way.
    """
    with transaction():
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        for refund in [one for one in payment.refunds if one.reason == reason]:
            if refund.state is not RefundState.WANTED or refund.due_at <= now():
                raise Conflict("The money is on its way back already.", code="undo_over")
            payment.refunds.remove(refund)
            db.session.delete(refund)


def hasten(payment_id: int, reason: str) -> None:
    """A refund that was to wait is due now; joins the caller's transaction; twice does no harm."""
    with transaction():
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        for refund in payment.refunds:
            if refund.reason == reason and refund.state is RefundState.WANTED:
                refund.due_at = min(refund.due_at, now())


def want_refund(payment_id: int, amount_minor: int, reason: str) -> None:
    """Write down that a part of a captured payment goes back; joins the caller's transaction; the same reason twice does no harm.

    Together all refunds are never more than was paid: what is beyond that is left out.
    """
    with transaction():
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        left = payment.amount_minor - sum(refund.amount_minor for refund in payment.refunds)
        if left <= 0 or any(refund.reason == reason for refund in payment.refunds):
            return
        _write(payment, min(left, amount_minor), reason)


def _write(payment: Payment, amount_minor: int, reason: str, due_at: datetime | None = None) -> None:
    moment = now()
    refund = Refund(
        payment_id=payment.id,
        amount_minor=amount_minor,
        reason=reason,
        key=new_public_id(),
        wanted_at=moment,
        due_at=due_at or moment,
    )
    payment.refunds.append(refund)


def wanted() -> list[int]:
    """Ids of refunds that are due and not done."""
    return list(db.session.scalars(select(Refund.id).where(Refund.state == RefundState.WANTED, Refund.due_at <= now())))


def carry_out(refund_id: int) -> None:
    """Do one refund, if it is still to be done: a job and a sweep may both call it."""
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.state is not RefundState.WANTED or refund.due_at > now():
        return
    payment = db.session.get_one(Payment, refund.payment_id)
    state, name, provider_id = payment.state, payment.provider, payment.provider_payment_id
    is_on_the_wire = state is PaymentState.CHECKING or any(attempt.outcome == "asked" for attempt in payment.attempts)
    if is_on_the_wire:
        return  # we do not know yet whether anything was taken; reconcile finds out first
    if provider_id is None or state is PaymentState.STARTED:
        record_answer(refund_id, Result(Status.CANCELED))  # nothing was ever taken
        return
    key, amount, is_lost = refund.key, Money(refund.amount_minor, payment.currency), payment.is_gone
    db.session.commit()
    provider = provider_named(name)
    try:
        if state is PaymentState.CAPTURED:
            # Providers forget keys after a day: what was sent before is looked for first, never sent twice.
            sent = provider.find_refund(provider_id, key)
            result = sent or (Result(Status.FAILED) if is_lost else provider.refund(provider_id, amount, key=key))
        else:
            result = provider.cancel(provider_id, key=key)
    except Exception:
        log.exception("provider %s did not answer about refund %s", name, refund_id)
        return
    record_answer(refund_id, result)


def record_answer(refund_id: int, result: Result) -> None:
    """What a provider's answer about a refund changes; any order, any number of times, same end."""
    if result.status in (Status.UNKNOWN, Status.PROCESSING, Status.REQUIRES_ACTION):
        return  # it is on its way: the next sweep looks again
    with transaction() as tx:
        refund = db.session.get_one(Refund, refund_id, populate_existing=True, with_for_update={"of": Refund})
        payment = db.session.get_one(Payment, refund.payment_id, populate_existing=True, with_for_update={"of": Payment})
        if refund.state is not RefundState.WANTED:
            return
        if payment.state is not PaymentState.CAPTURED and result.status is Status.SUCCEEDED:
            answers.apply(payment.id, None, result)  # it was taken after all, in the meantime: the next sweep sends it back
            return
        if payment.state is PaymentState.CAPTURED and result.status is Status.SUCCEEDED:
            held, there = ledger.held_for(payment.purpose, payment.reference), ledger.provider_account(payment.provider)
            back = Money(refund.amount_minor, payment.currency)
            ledger.post("refund", str(refund.id), {held: Money(0, back.currency) - back, there: back})
            receipts_wanted.want(ReceiptKind.CREDIT, refund.id)
            if _all_given_back(payment, refund):
                payment.state = PaymentState.REFUNDED
        elif result.status in (Status.CANCELED, Status.FAILED) and payment.state is not PaymentState.CAPTURED:
            payment.state = PaymentState.CANCELED
        elif payment.is_gone:
            chargebacks.cover(payment, refund)  # their bank has given it back already
            return
        else:
            log.error("refund %s was refused: %s", refund_id, result)
            return
        refund.state, refund.done_at = RefundState.DONE, now()
        record(None, AuditTag.PAYMENT_REFUNDED, payment, amount_minor=refund.amount_minor, reason=refund.reason)
        tx.publish(PaymentReturned(payment.id, payment.purpose, payment.reference))


def _all_given_back(payment: Payment, this: Refund) -> bool:
    done = sum(refund.amount_minor for refund in payment.refunds if refund.state is RefundState.DONE or refund.id == this.id)
    return done == payment.amount_minor
