"""Charges that belong to nothing: a second yes for a payment that is paid, or a yes for one that is over. All go back.

It happens when an answer is lost for so long that the payer was let try again. Their money passes through `held:stray:<id>`, so the
books agree with the provider's at every moment.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import select

from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import ledger, receipts_wanted
from app.payments.events import StrayMoved
from app.payments.models import SECURED, Payment, PaymentState, RefundState
from app.payments.provider_models import StrayCharge
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider_named
from app.payments.receipt_models import ReceiptKind

log = logging.getLogger(__name__)


def is_stray(payment: Payment, result: Result) -> bool:
    """Whether an answer speaks of money that this payment has no use for."""
    if result.status not in (Status.SUCCEEDED, Status.AUTHORIZED) or result.provider_id is None:
        return False
    if payment.state is PaymentState.CANCELED or _noted(result.provider_id) is not None:
        return True  # what is on its way back pays nothing later, even when the try it came too late for has failed since
    has_its_money = payment.state is PaymentState.REFUNDED or payment.state in SECURED
    return has_its_money and payment.provider_payment_id not in (None, result.provider_id)


def note(payment: Payment, result: Result) -> None:
    """Write down that it goes back; joins the caller's transaction, which holds the payment's lock. Twice does no harm."""
    stray = _noted(result.provider_id)
    if stray is None:
        stray = StrayCharge(
            payment_id=payment.id,
            provider_payment_id=result.provider_id,
            amount_minor=(result.amount or payment.amount).amount_minor,
            key=new_public_id(),
            is_taken=False,
            found_at=now(),
        )
        db.session.add(stray)
        db.session.flush()
        log.error("provider %s charged payment %s once more; it goes back", payment.provider, payment.id)
    if result.status is Status.SUCCEEDED:
        _take_in(stray)


def is_taken_back(result: Result) -> bool:
    """A payer's bank took a charge back: if that was a stray one, it is back now, and nothing is lost.

    False when it is no stray. Joins the caller's transaction; twice does no harm.
    """
    with transaction():
        query = select(StrayCharge).where(StrayCharge.provider_payment_id == result.provider_id).with_for_update(of=StrayCharge)
        stray = db.session.scalar(query.execution_options(populate_existing=True))
        was_before = stray is not None and ledger.is_posted("stray_taken_back", str(stray.id))
        if stray is not None and stray.state is RefundState.WANTED and not was_before:
            _let_out(stray, "stray_taken_back")
            stray.state, stray.done_at = RefundState.FAILED, now()
    return stray is not None


def is_put_back(result: Result) -> bool:
    """A payer's bank put a charge back: if that was a stray one, it is on its way to the payer once more.

    False when it is no stray. Joins the caller's transaction; twice does no harm.
    """
    with transaction():
        query = select(StrayCharge).where(StrayCharge.provider_payment_id == result.provider_id).with_for_update(of=StrayCharge)
        stray = db.session.scalar(query.execution_options(populate_existing=True))
        if stray is not None and stray.state is RefundState.FAILED and not ledger.is_posted("stray_put_back", str(stray.id)):
            there = ledger.provider_account(stray.payment.provider)
            ledger.post("stray_put_back", str(stray.id), {_held(stray): stray.amount, there: _minus(stray.amount)})
            stray.state, stray.done_at, stray.key = RefundState.WANTED, None, new_public_id()
    return stray is not None


def has_heard(result: Result, *, is_won: bool) -> bool | None:
    """Whether we know already that a stray charge was taken back, or (when the dispute `is_won`) put back.

    None when it is no stray charge.
    """
    stray = _noted(result.provider_id)
    if stray is None:
        return None
    is_back = stray.state is RefundState.DONE
    return is_back or ledger.is_posted("stray_put_back" if is_won else "stray_taken_back", str(stray.id))


def of_payment(payment_id: int) -> Sequence[StrayCharge]:
    """All strays of one payment, the first one first."""
    query = select(StrayCharge).where(StrayCharge.payment_id == payment_id).order_by(StrayCharge.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def wanted() -> list[int]:
    """Ids of strays that are not back yet."""
    return list(db.session.scalars(select(StrayCharge.id).where(StrayCharge.state == RefundState.WANTED)))


def carry_out(stray_id: int) -> None:
    """Send one back: let go of what is held, refund what was taken. May be called any number of times."""
    stray = db.session.get(StrayCharge, stray_id)
    if stray is None or stray.state is not RefundState.WANTED:
        return
    name, charge, key, amount, is_taken = stray.payment.provider, stray.provider_payment_id, stray.key, stray.amount, stray.is_taken
    db.session.commit()
    provider = provider_named(name)
    if is_taken:
        result = provider.find_refund(charge, key) or provider.refund(charge, amount, key=key)
    else:
        result = provider.cancel(charge, key=key)
    record_answer(stray_id, result, was_taken=is_taken)


def record_answer(stray_id: int, result: Result, *, was_taken: bool = True) -> None:
    """What a provider's answer changes: about a refund, or (when nothing `was_taken`) about letting go. Any number of times."""
    with transaction():
        stray = db.session.get_one(StrayCharge, stray_id, populate_existing=True, with_for_update={"of": StrayCharge})
        if stray.state is RefundState.WANTED:
            _apply(stray, result, was_taken=was_taken)


def _apply(stray: StrayCharge, result: Result, *, was_taken: bool) -> None:
    if not was_taken and result.status is Status.SUCCEEDED:
        _take_in(stray)  # it was taken meanwhile: the next sweep sends it back
        return
    if not was_taken and stray.is_taken:
        return
    if was_taken and result.status is Status.SUCCEEDED:
        _let_out(stray, "stray_back")
    elif was_taken or result.status not in (Status.CANCELED, Status.FAILED):
        return
    stray.state, stray.done_at = RefundState.DONE, now()
    record(None, AuditTag.PAYMENT_REFUNDED, stray.payment, amount_minor=stray.amount_minor, reason="stray")


def _noted(provider_id: str | None) -> StrayCharge | None:
    return db.session.scalar(select(StrayCharge).where(StrayCharge.provider_payment_id == provider_id))


def _take_in(stray: StrayCharge) -> None:
    if not stray.is_taken:
        stray.is_taken = True
        there = ledger.provider_account(stray.payment.provider)
        ledger.post("stray", str(stray.id), {_held(stray): stray.amount, there: _minus(stray.amount)})
        _document(stray, ReceiptKind.STRAY)


def _let_out(stray: StrayCharge, kind: str) -> None:
    there = ledger.provider_account(stray.payment.provider)
    ledger.post(kind, str(stray.id), {_held(stray): _minus(stray.amount), there: stray.amount})
    if not ledger.is_posted("stray_put_back", str(stray.id)):  # else they have it in writing that it is back, from the time before
        _document(stray, ReceiptKind.STRAY_BACK)


def _document(stray: StrayCharge, kind: ReceiptKind) -> None:
    """The payer reads of it, whichever way it went."""
    with transaction() as tx:
        receipts_wanted.want(kind, stray.id)
        tx.publish(StrayMoved(stray.id, stray.payment_id))


def _held(stray: StrayCharge) -> str:
    return ledger.held_for("stray", str(stray.id))


def _minus(money: Money) -> Money:
    return Money(-money.amount_minor, money.currency)
