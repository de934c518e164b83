"""Sums that several proofs lay beside their own rows."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, select
from sqlalchemy.sql.selectable import Subquery

from app.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, RefundState


def moved_through(purpose: str, *kinds_out: str) -> Subquery:
    """Per account `held:<purpose>:…`: what was `captured`, `out` by these kinds of transaction, and is `held` now."""
    kind, amount = LedgerTransaction.kind, LedgerEntry.amount_minor
    return (
        select(
            LedgerEntry.account,
            func.sum(case((kind == "capture", amount), else_=0)).label("captured"),
            (-func.sum(case((kind.in_(kinds_out), amount), else_=0))).label("out"),
            func.sum(amount).label("held"),
        )
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.account.startswith(f"held:{purpose}:"))
        .group_by(LedgerEntry.account)
        .subquery()
    )


def account_of(purpose: str, number: Any) -> ColumnElement[str]:
    """The account that holds money for a row."""
    return literal(f"held:{purpose}:") + cast(number, String)


def is_none_of(model: type[Payment | Refund], *kinds: str) -> ColumnElement[bool]:
    """Whether a ledger transaction of these kinds names none of these rows.

    As a difference of two sets, since an id has to become text first, which no index knows: SQLite would read all rows for each
    reference of a join, PostgreSQL for each of a NOT IN.
    """
    then = LedgerTransaction
    named = select(then.reference).where(then.kind.in_(kinds))
    return then.kind.in_(kinds) & then.reference.in_(named.except_(select(cast(model.id, String))))


def refunded() -> Subquery:
    """Per payment: refunds that are `done` (needless ones, after a chargeback, left what was held as well), and still `wanted`."""
    amount, state = Refund.amount_minor, Refund.state
    over = state.in_((RefundState.DONE, RefundState.FAILED))
    return (
        select(
            Refund.payment_id,
            func.sum(case((over, amount), else_=0)).label("done"),
            func.sum(case((state == RefundState.WANTED, amount), else_=0)).label("wanted"),
        )
        .group_by(Refund.payment_id)
        .subquery()
    )
