"""The ledger: double entry, append only; the entries are the truth and a balance is their sum (kept in payments/balances.py).

Sign: what we owe to somebody is positive, what lies at a provider is negative. So `provider:x` at -1800 and `held:booking:7` at
+1800 read: eighteen dollars lie at x and are held for booking 7.
"""

from sqlalchemy import func, select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import balances
from app.payments.models import LedgerEntry, LedgerTransaction


class Unbalanced(AssertionError):
    """Entries that do not sum to zero: a bug of ours, never written."""


def held_for(purpose: str, reference: str) -> str:
    """The account that holds money for one purpose."""
    return f"held:{purpose}:{reference}"


def provider_account(name: str) -> str:
    """The account of money that lies at a provider."""
    return f"provider:{name}"


def available_to(mentor_id: int) -> str:
    """The account of money a mentor may withdraw."""
    return f"mentor:{mentor_id}:available"


def in_payout_of(mentor_id: int) -> str:
    """The account of money on its way from a mentor's earnings to their bank."""
    return f"mentor:{mentor_id}:in_payout"


def tips_of(mentor_id: int) -> str:
    """The account of gifts that are a mentor's and cannot be withdrawn yet."""
    return f"mentor:{mentor_id}:tips"


FEES = "platform:fees"
LOSSES = "platform:losses"


def post(kind: str, reference: str, entries: dict[str, Money]) -> LedgerTransaction:
    """Write one balanced transaction and what it makes of the balances. Entries of nothing are left out.

    The same (kind, reference) twice is an IntegrityError; Overdrawn when a mentor or a held sum would have less than nothing.
    """
    moved = {account: money for account, money in entries.items() if not money.is_zero}
    sums: dict[str, int] = {}
    for money in moved.values():
        sums[money.currency] = sums.get(money.currency, 0) + money.amount_minor
    if any(sums.values()) or len(moved) < 2:
        raise Unbalanced(f"{kind} {reference}: {moved}")
    transaction = LedgerTransaction(
        kind=kind,
        reference=reference,
        at=now(),
        entries=[
            LedgerEntry(account=account, amount_minor=money.amount_minor, currency=money.currency)
            for account, money in moved.items()
        ],
    )
    db.session.add(transaction)
    db.session.flush()
    balances.move(transaction.id, kind, moved)
    return transaction


def is_posted(kind: str, reference: str) -> bool:
    """Whether this has been written already."""
    query = select(LedgerTransaction.id).where(LedgerTransaction.kind == kind, LedgerTransaction.reference == reference)
    return db.session.scalar(query) is not None


def balance(account: str, currency: str) -> Money:
    """What is in an account, in one currency; the cost does not grow with its history."""
    return Money(balances.totals(account, currency, balances.EVERYTHING)[0], currency)


def balance_and_moved_by(kind: str, account: str, currency: str) -> tuple[Money, Money]:
    """What is in a mentor's account, and what all transactions of one kind have brought it (negative: taken from it)."""
    inside, moved = balances.totals(account, currency, balances.EVERYTHING, kind)
    return Money(inside, currency), Money(moved, currency)


def imbalance() -> dict[str, int]:
    """Currencies whose entries do not sum to zero, which is always a bug; empty when all is well."""
    rows = db.session.execute(select(LedgerEntry.currency, func.sum(LedgerEntry.amount_minor)).group_by(LedgerEntry.currency))
    return {currency: int(total) for currency, total in rows if total}
