"""The list of what people are to send: rows written by the provider, once per key."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.manual.models import (
    HandTransfer,
    LineState,
    ManualPayment,
    ManualState,
    StatementLine,
    TransferKind,
    TransferState,
)
from app.payments.providers.base import Instrument, Result, Status

SEND_WITHIN = timedelta(hours=24)
"""What is promised for withdrawals (R17), and so for everything."""
REST = "rest-"
"""What a charge is called that is the part of a transfer beyond the price; the number of its statement line follows."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that came and may be given back: how much, and from whom."""

    payer: ManualPayment
    amount: Money


def put_on_list(purpose: TransferKind, amount: Money, to: Instrument, *, key: str, words: str, charge: str = "") -> HandTransfer:
    """Something is to be sent; joins the caller's transaction."""
    transfer = HandTransfer(
        key=key,
        purpose=purpose,
        charge=charge,
        kind=to.kind.value,
        account=to.token,
        account_label=to.label,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        words=words,
        state=TransferState.WANTED,
        wanted_at=now(),
        due_at=now() + SEND_WITHIN,
        returns=0,
    )
    db.session.add(transfer)
    db.session.flush()
    return transfer


def charge_of(provider_id: str, *, lock: bool = True) -> Charge | None:
    """What came under a name: a payment's reference, or the rest of a statement line; None when nothing did.

    Locked, because who asks is about to take from it; not for looking only.
    """
    if provider_id.startswith(REST):
        line = db.session.get_one(StatementLine, int(provider_id.removeprefix(REST)))
        if line.state is not LineState.MATCHED or line.payment_id is None:
            return None
        payer = db.session.get_one(ManualPayment, line.payment_id)
        return Charge(payer, line.amount - payer.amount)
    query = select(ManualPayment).where(ManualPayment.reference == provider_id, ManualPayment.state == ManualState.ARRIVED)
    asked = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    return None if asked is None else Charge(asked, asked.amount)


def sent_from(provider_id: str, currency: str) -> Money:
    """What of a charge was sent back or is to be."""
    query = select(func.sum(HandTransfer.amount_minor)).where(HandTransfer.charge == provider_id)
    return Money(int(db.session.scalar(query) or 0), currency)


_STATUSES = {
    TransferState.WANTED: Status.PROCESSING,
    TransferState.RETURNED: Status.PROCESSING,
    TransferState.DONE: Status.SUCCEEDED,
    TransferState.FAILED: Status.FAILED,
}


def result_of_transfer(transfer: HandTransfer) -> Result:
    """What a row of the list means to us."""
    failed = transfer.state is TransferState.FAILED
    name = transfer.charge or f"hand-{transfer.id}"
    return Result(_STATUSES[transfer.state], name, "returned_by_bank" if failed else "")
