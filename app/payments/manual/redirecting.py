"""A refund that the bank did not take: its owner says where else it may go."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.transaction import transaction
from app.payments.manual import accounts
from app.payments.manual.models import HandTransfer, TransferKind, TransferState
from app.payments.manual.sending import charge_of
from app.payments.providers.base import InstrumentRefused, Kind


def owner_of(transfer: HandTransfer) -> int | None:
    """Whose refund it is; None for anything else."""
    charge = charge_of(transfer.charge, lock=False) if transfer.purpose is TransferKind.REFUND else None
    return int(charge.payer.payer) if charge is not None and charge.payer.payer.isdigit() else None


def refund_of(payer: User, number: int) -> HandTransfer:
    """A refund of theirs; NotFound for anybody else's."""
    transfer = db.session.get(HandTransfer, number) if 0 < number < 2**31 else None
    if transfer is None or owner_of(transfer) != payer.id:
        raise NotFound("We could not find this refund.")
    return transfer


def came_back(keys: Sequence[str]) -> dict[str, HandTransfer]:
    """Which of these refunds the bank did not take, and now wait for another account; by the refund's own key, in one query."""
    query = select(HandTransfer).where(HandTransfer.key.in_(keys), HandTransfer.purpose == TransferKind.REFUND)
    found = db.session.scalars(query.where(HandTransfer.state == TransferState.RETURNED))
    return {transfer.key: transfer for transfer in found}


def choose_account(payer: User, number: int, kind: str, details: Mapping[str, str]) -> HandTransfer:
    """Send a refund that came back to another account of its payer's.

    Raises NotFound unless it is theirs, Conflict when it did not come back, Invalid with the field to mend.
    """
    with transaction():
        refund_of(payer, number)
        transfer = db.session.get_one(HandTransfer, number, populate_existing=True, with_for_update={"of": HandTransfer})
        if transfer.state is not TransferState.RETURNED:
            raise Conflict("This refund is on its way already, or has arrived. Nothing was changed.")
        redirect(payer, transfer, kind, details)
    return transfer


def redirect(actor: User, transfer: HandTransfer, kind: str, details: Mapping[str, str]) -> None:
    """Write another account down; joins the caller's transaction, which holds the lock. Invalid with the field to mend."""
    if kind not in (Kind.BANK, Kind.UPI) or (kind == Kind.UPI and transfer.currency != "INR"):
        raise Invalid(fields={"method": "Choose where the money goes."})
    try:
        to = accounts.instrument_of(Kind(kind), dict(details), transfer.currency)
    except InstrumentRefused as refusal:
        raise Invalid(fields={refusal.field: str(refusal)}) from refusal
    transfer.kind, transfer.account, transfer.account_label = to.kind.value, to.token, to.label
    transfer.state, transfer.reason = TransferState.WANTED, ""
    record(actor.id, AuditTag.TRANSFER_REDIRECTED, transfer, to=to.label)
