"""Which withdrawal took out which earning: money has no marks on it, so what came first is taken to leave first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from app.config import settings
from app.extensions import db
from app.payments import balances, ledger
from app.payments.models import LedgerEntry, LedgerTransaction
from app.payments.payout_models import Payout, PayoutState


def withdrawn_at(mentor_id: int, kind: str, references: Iterable[str]) -> dict[str, datetime]:
    """By reference: when the withdrawal was asked for that took the last of an earning; what still lies there is left out."""
    wanted = list(references)
    taken = _taken(mentor_id) if wanted else []
    ends = _ends(mentor_id, kind, wanted) if taken else {}
    found = {reference: next((at for at, up_to in taken if up_to >= end), None) for reference, end in ends.items()}
    return {reference: at for reference, at in found.items() if at is not None}


def withdrawn(mentor_id: int, kind: str) -> Select[tuple[str]]:
    """The references of all earnings of a kind that were withdrawn, for queries."""
    gone = select(func.coalesce(func.sum(Payout.amount_minor), 0))
    gone = gone.where(Payout.mentor_id == mentor_id, Payout.state != PayoutState.RETURNED)
    earned = _earned(mentor_id)
    return select(earned.c.reference).where(earned.c.kind == kind, earned.c.sum <= gone.scalar_subquery())


def _ends(mentor_id: int, kind: str, references: list[str]) -> dict[str, int]:
    """How much had been earned in all when each of these had been added.

    Counted from the newest: the total is kept beside the ledger (balances.py), and what is asked for is mostly new, so that this
    costs the same however long the history before it.
    """
    account, currency = ledger.available_to(mentor_id), settings().currency
    of_account = (LedgerEntry.account == account, LedgerEntry.currency == currency)
    asked_for = (LedgerTransaction.kind == kind, LedgerTransaction.reference.in_(references))
    begin = db.session.scalar(select(func.min(LedgerEntry.id)).join(LedgerTransaction).where(*of_account, *asked_for))
    if begin is None:
        return {}
    later = func.sum(LedgerEntry.amount_minor).over(order_by=LedgerEntry.id.desc()) - LedgerEntry.amount_minor
    since = _with_sum(later, *of_account, LedgerEntry.id >= begin)
    query = select(since.c.reference, since.c.sum).where(since.c.kind == kind, since.c.reference.in_(references))
    inside, taken, returned = balances.totals(account, currency, balances.EVERYTHING, "payout", "payout_returned")
    return {reference: inside - taken - returned - int(newer) for reference, newer in db.session.execute(query)}


def _earned(mentor_id: int) -> Subquery:
    """All that was ever added to what a mentor may withdraw, each with the sum up to it."""
    up_to = func.sum(LedgerEntry.amount_minor).over(order_by=LedgerEntry.id)
    return _with_sum(up_to, LedgerEntry.account == ledger.available_to(mentor_id))


def _with_sum(total: ColumnElement[int], *conditions: ColumnElement[bool]) -> Subquery:
    """What was added by earning, not by a withdrawal that came back, each with a sum over its fellows."""
    return (
        select(LedgerTransaction.kind.label("kind"), LedgerTransaction.reference.label("reference"), total.label("sum"))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.amount_minor > 0, LedgerTransaction.kind != "payout_returned", *conditions)
        .subquery()
    )


def _taken(mentor_id: int) -> list[tuple[datetime, int]]:
    """How much had been withdrawn in all by each withdrawal that did not come back, the first one first."""
    up_to = func.sum(Payout.amount_minor).over(order_by=Payout.id)
    query = select(Payout.wanted_at, up_to).where(Payout.mentor_id == mentor_id, Payout.state != PayoutState.RETURNED)
    return [(at, int(total)) for at, total in db.session.execute(query.order_by(Payout.id))]
