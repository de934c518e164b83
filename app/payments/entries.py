"""The ledger's own lines of one account, for its owner to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.kernel.money import Money
from app.payments.models import LedgerEntry, LedgerTransaction


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: what kind of deed, about which row of ours, when, and how much came in (positive) or went out."""

    kind: str
    reference: str
    at: datetime
    amount: Money


def lines_of(account: str, limit: int, kinds: Sequence[str] = ()) -> list[Line]:
    """An account's entries, the newest first; with `kinds` only those deeds."""
    query = (
        select(LedgerTransaction.kind, LedgerTransaction.reference, LedgerTransaction.at, LedgerEntry)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.account == account)
        .order_by(LedgerEntry.id.desc())
    )
    if kinds:
        query = query.where(LedgerTransaction.kind.in_(kinds))
    found = db.session.execute(query.limit(limit))
    return [Line(kind, reference, at, Money(entry.amount_minor, entry.currency)) for kind, reference, at, entry in found]
