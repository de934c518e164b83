"""Lines of a statement that match nothing: an admin says whose money it is. Everything is written down with who decided it."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import ledger, strays
from app.payments.manual import accounts, references
from app.payments.manual.incoming import (
    has_its_money,
    held_for_line,
    minus,
    payment_of,
    require_admin,
    settle,
    that_waits_for,
    there,
)
from app.payments.manual.models import LineState, ManualPayment, StatementLine, TransferKind
from app.payments.manual.sending import REST, put_on_list
from app.payments.providers.base import Instrument, InstrumentRefused, Kind, Result, Status

LONGEST_NOTE = 200


def unmatched(actor: User) -> Sequence[StatementLine]:
    """Every line that waits for a decision, the oldest first."""
    require_admin(actor)
    query = select(StatementLine).where(StatementLine.state == LineState.UNMATCHED)
    return db.session.scalars(query.order_by(StatementLine.booked_on, StatementLine.id)).all()


def confirm_line(actor: User, line_id: int, reference: str) -> StatementLine:
    """An admin says which payment a line pays; what it brings beyond the price goes back to the payer.

    Raises NotFound (line or reference), Conflict when the line was decided already, the payment has its money, or it is too little.
    """
    require_admin(actor)
    with transaction():
        line, asked = _waiting(line_id), that_waits_for(_asked_with(reference))
        if asked.currency != line.currency:
            raise Conflict(f"This came in {line.currency}, the payment is in {asked.currency}. Send it back, or change it first.")
        if has_its_money(asked):
            raise Conflict("This payment has its money already. Send this back, or confirm another payment.")
        if line.amount < asked.amount:
            raise Conflict(f"{line.amount} came, {asked.amount} was asked for. Too little pays nothing: send it back.")
        ledger.post("unmatched_paid", str(line.id), {held_for_line(line): minus(line.amount), there(): line.amount})
        settle(line, asked)
        _give_back_rest(line, asked)
        _decide(actor, line, AuditTag.STATEMENT_LINE_CONFIRMED, LineState.MATCHED, f"paid {references.shown(asked.reference)}")
    return line


def send_line_back(actor: User, line_id: int, *, kind: str = "", details: dict[str, str] | None = None) -> StatementLine:
    """Money that belongs to no payment goes back: onto the list of what is to be sent.

    Without an account of its own it goes to the one of the payer its text names; Invalid when it names none.
    """
    require_admin(actor)
    with transaction():
        line = _waiting(line_id)
        named = db.session.get(ManualPayment, line.named_id) if line.named_id else None
        to = _account(line, named, kind, details or {})
        put_on_list(TransferKind.SENT_BACK, line.amount, to, key=f"line-{line.id}", words=_words_for(line, named))
        _decide(actor, line, AuditTag.STATEMENT_LINE_SENT_BACK, LineState.SENT_BACK, f"back to {to.label}")
    return line


def set_line_aside(actor: User, line_id: int, why: str) -> StatementLine:
    """It is no payer's money (the bank's interest, a transfer of our own): it leaves our books. Invalid without a reason."""
    require_admin(actor)
    if not why.strip():
        raise Invalid("Say in a few words whose money it is.")
    with transaction():
        line = _waiting(line_id)
        ledger.post("unmatched_aside", str(line.id), {held_for_line(line): minus(line.amount), there(): line.amount})
        _decide(actor, line, AuditTag.STATEMENT_LINE_SET_ASIDE, LineState.SET_ASIDE, why.strip())
    return line


def _waiting(line_id: int) -> StatementLine:
    line = None
    if 0 < line_id < 2**31:
        line = db.session.get(StatementLine, line_id, populate_existing=True, with_for_update={"of": StatementLine})
    if line is None:
        raise NotFound(f"There is no line {line_id}.")
    if line.state is not LineState.UNMATCHED:
        raise Conflict(f"Line {line_id} was decided already: {line.note or line.state.value}.")
    return line


def _asked_with(text: str) -> ManualPayment:
    typed = references.found_in(text) or references.found_in(references.PREFIX + text)
    query = select(ManualPayment).where(ManualPayment.reference.in_(typed))
    found = db.session.scalars(query.execution_options(populate_existing=True).with_for_update()).all()
    if len(found) != 1:
        raise NotFound(f"“{text.strip()[:40]}” is no reference we gave out. Is there a typo in it?")
    return found[0]


def _give_back_rest(line: StatementLine, asked: ManualPayment) -> None:
    """What is beyond the price is a stray charge, with the ledger's entries and the sweep of one."""
    rest = Money(line.amount_minor - asked.amount_minor, line.currency)
    if not rest.is_zero:
        strays.note(payment_of(asked), Result(Status.SUCCEEDED, f"{REST}{line.id}", amount=rest))


def _account(line: StatementLine, named: ManualPayment | None, kind: str, details: dict[str, str]) -> Instrument:
    if kind:
        try:
            return accounts.instrument_of(Kind(kind), details, line.currency)
        except InstrumentRefused as refusal:
            raise Invalid(str(refusal)) from refusal
    if named is None:
        raise Invalid("Its text names no payer of ours: say which account it goes back to.")
    return Instrument(Kind(named.kind), named.account, named.account_label)


def _words_for(line: StatementLine, named: ManualPayment | None) -> str:
    return f"Returned {references.shown(named.reference)}" if named else f"Returned, your transfer of {line.booked_on:%-d %b}"


def _decide(actor: User, line: StatementLine, tag: AuditTag, state: LineState, note: str) -> None:
    line.state, line.reason, line.note = state, "", note[:LONGEST_NOTE]
    line.decided_by_id, line.decided_at = actor.id, now()
    record(actor.id, tag, line, amount_minor=line.amount_minor)
