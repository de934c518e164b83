"""Money that has come: every line of a statement once, matched with the payment its text names, or kept until somebody decides.

One line is one transaction: the line, the payment it pays (by the same `answers.apply` that hears every other provider) and the
ledger's entries are written together, so a crash leaves nothing half done and the same file once more changes nothing.
"""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotAllowed
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import answers, ledger
from app.payments.manual import references
from app.payments.manual.models import LineState, ManualPayment, ManualState, StatementLine
from app.payments.manual.statement import Row, Unread, read_statement
from app.payments.models import Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Result, Status
from app.payments.providers.manual import NAME

log = logging.getLogger(__name__)

REASONS = {
    "no_reference": "no reference in the text",
    "typo": "the reference has a typo",
    "unknown_reference": "we gave out no such reference",
    "several_references": "it names several payments",
    "wrong_amount": "not the sum that was asked for",
    "wrong_currency": "not the currency that was asked for",
    "paid_already": "this payment has its money already",
}
"""Why a line is unmatched, by its code."""


@dataclass(slots=True)
class Imported:
    """What came of a file."""

    matched: list[StatementLine] = field(default_factory=list)
    unmatched: list[StatementLine] = field(default_factory=list)
    known: int = 0
    outgoing: int = 0
    unread: list[Unread] = field(default_factory=list)


def require_admin(actor: User) -> None:
    """NotAllowed unless they look after this platform's money."""
    if not actor.is_admin or actor.disabled_at is not None:
        raise NotAllowed("Only admins look after the money.")


def import_statement(actor: User, raw: bytes, source: str) -> Imported:
    """Read a bank's CSV file and act on every line that is new. Invalid when it is no statement: then nothing was imported."""
    require_admin(actor)
    statement = read_statement(raw, settings().currency)
    known = _known([fingerprint_of(row) for row in statement.rows])
    done = Imported(outgoing=statement.outgoing, unread=statement.unread)
    for row in statement.rows:
        line = None if fingerprint_of(row) in known else _take_in(actor, row, source)
        if line is None:
            done.known += 1
        else:
            (done.matched if line.state is LineState.MATCHED else done.unmatched).append(line)
    return done


def fingerprint_of(row: Row) -> str:
    """The same for the same line in any file: day, amount, text without its spaces, and which of several alike it is."""
    text = "".join(row.text.casefold().split())
    parts = f"{row.booked_on.isoformat()}|{row.amount.amount_minor}|{row.amount.currency}|{text}|{row.turn}"
    key = hashlib.sha256(b"statement-line:" + settings().secret_key.encode()).digest()
    return hmac.new(key, parts.encode(), hashlib.sha256).hexdigest()


def _known(fingerprints: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(fingerprints), 500):
        some = fingerprints[start : start + 500]
        found.update(db.session.scalars(select(StatementLine.fingerprint).where(StatementLine.fingerprint.in_(some))))
    return found


def _take_in(actor: User, row: Row, source: str) -> StatementLine | None:
    """Write a line down and act on it; None when somebody imported it in the same moment."""
    fingerprint = fingerprint_of(row)
    try:
        with transaction():
            line = StatementLine(
                fingerprint=fingerprint,
                booked_on=row.booked_on,
                amount_minor=row.amount.amount_minor,
                currency=row.amount.currency,
                text=row.text,
                source=source[-100:],
                imported_at=now(),
                state=LineState.UNMATCHED,
            )
            db.session.add(line)
            db.session.flush()
            paid = _match(line)
            record(actor.id, AuditTag.STATEMENT_LINE_IMPORTED, line, amount_minor=line.amount_minor, reason=line.reason)
            if paid is None:
                ledger.post("unmatched", str(line.id), {held_for_line(line): line.amount, there(): minus(line.amount)})
            else:
                settle(line, paid)
    except IntegrityError:
        if not _known([fingerprint]):
            raise
        return None
    return line


def _match(line: StatementLine) -> ManualPayment | None:
    """The payment a line pays; None when somebody must look, with the reason in the line."""
    named = references.found_in(line.text)
    query = select(ManualPayment).where(ManualPayment.reference.in_(named)).order_by(ManualPayment.id)
    found = db.session.scalars(query.execution_options(populate_existing=True).with_for_update()).all() if named else []
    if len(found) != 1:
        line.reason = _why_none(line.text, named, found)
        return None
    [asked] = found
    line.named_id = asked.id
    paid = that_waits_for(asked)
    if asked.currency != line.currency:
        line.reason = "wrong_currency"
    elif has_its_money(paid):
        line.reason = "paid_already"
    elif paid.amount != line.amount:
        line.reason = "wrong_amount"
    return None if line.reason else paid


def _why_none(text: str, named: Sequence[str], found: Sequence[ManualPayment]) -> str:
    if found:
        return "several_references"
    if named:
        return "unknown_reference"
    return "typo" if references.is_meant_in(text) else "no_reference"


def that_waits_for(asked: ManualPayment) -> ManualPayment:
    """Which of the tries at one payment takes money: the one that waits now, whichever reference was typed."""
    payment = payment_of(asked)
    if payment.state is not PaymentState.PROCESSING or payment.provider_payment_id in (None, asked.reference):
        return asked
    query = select(ManualPayment).where(ManualPayment.reference == payment.provider_payment_id)
    current = db.session.scalar(query.execution_options(populate_existing=True).with_for_update())
    return current if current is not None and current.state is ManualState.WAITING else asked


def has_its_money(asked: ManualPayment) -> bool:
    """Whether a line has paid this already."""
    return db.session.scalar(select(StatementLine.id).where(StatementLine.payment_id == asked.id)) is not None


def payment_of(asked: ManualPayment) -> Payment:
    """What the transfer is for."""
    return db.session.get_one(Payment, attempt_of(asked).payment_id)


def attempt_of(asked: ManualPayment) -> PaymentAttempt:
    """The try that gave out this reference."""
    return db.session.scalars(select(PaymentAttempt).where(PaymentAttempt.key == asked.key)).one()


def settle(line: StatementLine, asked: ManualPayment) -> None:
    """A line pays a payment: said through the door every provider's answers come through. Joins the caller's transaction."""
    line.state, line.reason, line.payment_id = LineState.MATCHED, "", asked.id
    asked.state = ManualState.ARRIVED
    db.session.flush()
    attempt = attempt_of(asked)
    answers.apply(attempt.payment_id, attempt.id, Result(Status.SUCCEEDED, asked.reference, amount=asked.amount))


def held_for_line(line: StatementLine) -> str:
    """The account of money nobody could be found for."""
    return ledger.held_for("unmatched", str(line.id))


def there() -> str:
    """The account of money that lies at our bank."""
    return ledger.provider_account(NAME)


def minus(money: Money) -> Money:
    """The same, the other way."""
    return Money(-money.amount_minor, money.currency)
