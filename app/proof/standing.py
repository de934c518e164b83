"""Where all the money is now, by the names people use: what `money prove` says beneath its checks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, literal, select

from app.extensions import db
from app.kernel.money import Money
from app.payments.balances import EVERYTHING, account_balances
from app.payments.models import Payment

GROUPS = (
    ("provider:%", "at payment providers"),
    ("held:booking:%", "held for bookings"),
    ("held:gift:%", "held for gifts (the minute of their undo)"),
    ("held:stray:%", "stray charges on their way back"),
    ("held:unmatched:%", "transfers nobody could be found for"),
    ("mentor:%:available", "mentors may withdraw"),
    ("mentor:%:tips", "mentors' tips, not withdrawable yet"),
    ("mentor:%:in_payout", "withdrawals on their way"),
    ("platform:fees", "the platform's fees"),
    ("platform:losses", "lost to chargebacks"),
    ("platform:provider_costs", "costs of providers"),
)
OTHER = "under another name"


@dataclass(frozen=True, slots=True)
class Heap:
    """Money under one name, and in how many accounts it lies. As in the ledger, what lies elsewhere or is gone is negative."""

    name: str
    total: Money
    accounts: int


def standing() -> Sequence[Heap]:
    """Every heap that is not empty, in the order of GROUPS; all of one currency sum to zero."""
    row = account_balances.c
    each = (
        select(row.account, row.currency, func.sum(row.amount_minor).label("minor"))
        .where(row.kind == EVERYTHING)
        .group_by(row.account, row.currency)
        .having(func.sum(row.amount_minor) != 0)
        .subquery()
    )
    places = [(each.c.account.like(pattern), literal(index)) for index, (pattern, _name) in enumerate(GROUPS)]
    place = case(*places, else_=literal(len(GROUPS)))
    query = select(place.label("place"), each.c.currency, func.sum(each.c.minor), func.count()).group_by("place", each.c.currency)
    names = [*(name for _pattern, name in GROUPS), OTHER]
    found = db.session.execute(query.order_by("place", each.c.currency))
    return [Heap(names[index], Money(int(minor), currency), accounts) for index, currency, minor, accounts in found]


def chargebacks() -> int:
    """How many payments banks have taken back so far."""
    return db.session.scalar(select(func.count()).select_from(Payment).where(Payment.charged_back_at.is_not(None))) or 0
