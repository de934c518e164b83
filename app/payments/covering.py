"""Which withdrawal took out which earning: money has no marks on it, so what came first is taken to leave first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, Subquery, func, select

from app.extensions import db
from app.payments import ledger
from app.payments.models import LedgerEntry, LedgerTransaction
from app.payments.payout_models import Payout, PayoutState


def withdrawn_at(mentor_id: int, kind: str, references: Iterable[str]) -> dict[str, datetime]:
    """By reference: when the withdrawal was asked for that took the last of an earning; what still lies there is left out."""
    ends = _ends(mentor_id, kind, list(references))
    taken = _taken(mentor_id) if ends else []
    found = {reference: next((at for at, up_to in taken if up_to >= end), None) for reference, end in ends.items()}
    return {reference: at for reference, at in found.items() if at is not None}


def withdrawn(mentor_id: int, kind: str) -> Select[tuple[str]]:
    """The references of all earnings of a kind that were withdrawn, for queries."""
    gone = select(func.coalesce(func.sum(Payout.amount_minor), 0))
    gone = gone.where(Payout.mentor_id == mentor_id, Payout.state != PayoutState.RETURNED)
    earned = _earned(mentor_id)
    return select(earned.c.reference).where(earned.c.kind == kind, earned.c.up_to <= gone.scalar_subquery())


def _ends(mentor_id: int, kind: str, references: list[str]) -> dict[str, int]:
    """How much had been earned in all when each of these had been added."""
    if not references:
        return {}
    earned = _earned(mentor_id)
    query = select(earned.c.reference, earned.c.up_to).where(earned.c.kind == kind, earned.c.reference.in_(references))
    return {reference: int(total) for reference, total in db.session.execute(query)}


def _earned(mentor_id: int) -> Subquery:
    """All that was ever added to what a mentor may withdraw, each with the sum up to it."""
    up_to = func.sum(LedgerEntry.amount_minor).over(order_by=LedgerEntry.id)
    return (
        select(LedgerTransaction.kind.label("kind"), LedgerTransaction.reference.label("reference"), up_to.label("up_to"))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.account == ledger.available_to(mentor_id), LedgerEntry.amount_minor > 0)
        .where(LedgerTransaction.kind != "payout_returned")
        .subquery()
    )


def _taken(mentor_id: int) -> list[tuple[datetime, int]]:
    """How much had been withdrawn in all by each withdrawal that did not come back, the first one first."""
    up_to = func.sum(Payout.amount_minor).over(order_by=Payout.id)
    query = select(Payout.wanted_at, up_to).where(Payout.mentor_id == mentor_id, Payout.state != PayoutState.RETURNED)
    return [(at, int(total)) for at, total in db.session.execute(query.order_by(Payout.id))]
