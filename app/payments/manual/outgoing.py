"""What people are to send, and what became of it.

The refund, stray charge or withdrawal a row was made for hears of it in the same transaction, by the function that records every
provider's answer: so our books and the bank's agree at every moment.
"""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.transaction import transaction
from app.payments import ledger, payouts, refunds, strays
from app.payments.events import RefundCameBack
from app.payments.manual.incoming import held_for_line, minus, require_admin, there
from app.payments.manual.models import OWED, HandTransfer, StatementLine, TransferKind, TransferState
from app.payments.manual.redirecting import owner_of, redirect
from app.payments.manual.sending import result_of_transfer
from app.payments.models import Refund
from app.payments.payout_models import Payout
from app.payments.provider_models import StrayCharge


def to_send(actor: User) -> Sequence[HandTransfer]:
    """Everything that is to be sent, the most urgent first."""
    require_admin(actor)
    query = select(HandTransfer).where(HandTransfer.state.in_(OWED))
    return db.session.scalars(query.order_by(HandTransfer.due_at, HandTransfer.id)).all()


def mark_sent(actor: User, number: int, bank_reference: str) -> HandTransfer:
    """It was paid at the bank, under the bank's own reference. The same said twice does no harm.

    Raises NotFound, Invalid without a reference, Conflict when it was said with another one, or that it failed.
    """
    require_admin(actor)
    said = bank_reference.strip()[:80]
    if not said:
        raise Invalid("Write the bank’s reference, so that the transfer can be found again.")
    with transaction():
        transfer = _locked(number)
        if transfer.state is TransferState.DONE and transfer.bank_reference == said:
            return transfer
        _refuse_unless_owed(transfer)
        transfer.state, transfer.bank_reference = TransferState.DONE, said
        transfer.done_at, transfer.done_by_id = now(), actor.id
        record(actor.id, AuditTag.TRANSFER_SENT, transfer, amount_minor=transfer.amount_minor)
        if transfer.purpose is TransferKind.SENT_BACK:
            line = db.session.get_one(StatementLine, int(transfer.key.removeprefix("line-")))
            ledger.post("unmatched_back", str(line.id), {held_for_line(line): minus(line.amount), there(): line.amount})
        _tell(transfer)
    return transfer


def mark_failed(actor: User, number: int, reason: str) -> HandTransfer:
    """The bank did not take it, or sent it back. A withdrawal is the mentor's again; anything else is still owed, elsewhere.

    Raises NotFound, Invalid without a reason, Conflict when it is done.
    """
    require_admin(actor)
    if not reason.strip():
        raise Invalid("Say in a few words what went wrong.")
    with transaction() as tx:
        transfer = _locked(number)
        _refuse_unless_owed(transfer)
        is_over = transfer.purpose is TransferKind.WITHDRAWAL
        transfer.state, transfer.reason = TransferState.FAILED if is_over else TransferState.RETURNED, reason.strip()[:200]
        record(actor.id, AuditTag.TRANSFER_FAILED, transfer, amount_minor=transfer.amount_minor)
        payer_id = owner_of(transfer)
        if payer_id is not None:
            transfer.returns += 1
            tx.publish(RefundCameBack(transfer.id, payer_id, transfer.returns))
        _tell(transfer)
    return transfer


def send_elsewhere(actor: User, number: int, kind: str, details: dict[str, str]) -> HandTransfer:
    """Another account for something that is still owed, as its owner gave it. Not for withdrawals: a mentor chooses anew.

    Raises NotFound, Invalid for an account that cannot be right, Conflict when nothing is owed (any more).
    """
    require_admin(actor)
    with transaction():
        transfer = _locked(number)
        _refuse_unless_owed(transfer)
        if transfer.purpose is TransferKind.WITHDRAWAL:
            raise Conflict("A withdrawal goes where its mentor said. If that fails, say so: they choose anew.")
        redirect(actor, transfer, kind, details)
    return transfer


def _locked(number: int) -> HandTransfer:
    transfer = None
    if 0 < number < 2**31:
        transfer = db.session.get(HandTransfer, number, populate_existing=True, with_for_update={"of": HandTransfer})
    if transfer is None:
        raise NotFound(f"There is nothing to send with the number {number}.")
    return transfer


def _refuse_unless_owed(transfer: HandTransfer) -> None:
    if transfer.state not in OWED:
        how = f"sent as {transfer.bank_reference}" if transfer.state is TransferState.DONE else "failed"
        raise Conflict(f"Number {transfer.id} was answered already: {how}.")


def _tell(transfer: HandTransfer) -> None:
    """The row it was made for; one that is still owed is no news."""
    key, answer = transfer.key, result_of_transfer(transfer)
    if transfer.purpose is TransferKind.WITHDRAWAL:
        payout_id = db.session.scalar(select(Payout.id).where(Payout.key == key))
        if payout_id is not None:
            payouts.record_answer(payout_id, answer)
        return
    refund_id = db.session.scalar(select(Refund.id).where(Refund.key == key))
    if refund_id is not None:
        refunds.record_answer(refund_id, answer)
    stray_id = db.session.scalar(select(StrayCharge.id).where(StrayCharge.key == key))
    if stray_id is not None:
        strays.record_answer(stray_id, answer)
