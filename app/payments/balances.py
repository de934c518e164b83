"""Balances beside the ledger: derived from its entries, so that a balance costs the same after ten entries and after ten million.

A row is the sum of one account in one currency: of everything (kind ""), and for mentors also of each kind of transaction, because
"paid out in all" is such a sum. They are written in the transaction of the entries, the rows locked in the order of their keys, and
the nightly proof holds them against the entries. Accounts that every payment touches are spread over shards: their balance is the
sum of a few rows, and payments do not queue for one of them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, String, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.kernel.errors import Conflict
from app.kernel.model import Model
from app.kernel.money import Money

SHARDS = 16
SHARED = ("provider:", "platform:")
"""Accounts of everybody."""
COUNTED_BY_KIND = "mentor:"
MAY_BE_NEGATIVE = ("provider:", "platform:losses", "platform:provider_costs")
"""Money that lies elsewhere or is gone; everything else is owed to somebody and is never less than nothing."""
FLOORED = ("mentor:", "held:")
EVERYTHING = ""
"""The kind of the row that sums all kinds."""

account_balances = Table(
    "account_balances",
    Model.metadata,
    Column("account", String(60), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("shard", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("account", "currency", "kind", "shard"),
)
_ROW = account_balances.c


class Overdrawn(Conflict):
    """More would leave an account than is in it; nothing was written."""

    code = "overdrawn"
    message = "The money is no longer there. Nothing was moved: please look again."


def move(transaction_id: int, kind: str, moved: Mapping[str, Money]) -> None:
    """Add what a transaction moved; Overdrawn when a mentor's money or held money would fall below nothing."""
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    adding = insert(account_balances).values(sorted(_rows(transaction_id, kind, moved), key=_key))
    summed = _ROW.amount_minor + adding.excluded.amount_minor
    upsert = adding.on_conflict_do_update(index_elements=list(account_balances.primary_key), set_={"amount_minor": summed})
    for account, kind_of_row, amount_minor in db.session.execute(upsert.returning(_ROW.account, _ROW.kind, _ROW.amount_minor)):
        if amount_minor < 0 and kind_of_row == EVERYTHING and account.startswith(FLOORED):
            raise Overdrawn


_OF_ACCOUNT = (_ROW.account == bindparam("account")) & (_ROW.currency == bindparam("currency"))
_SUMS = (
    select(_ROW.kind, func.sum(_ROW.amount_minor))
    .where(_OF_ACCOUNT, _ROW.kind.in_(bindparam("kinds", expanding=True)))
    .group_by(_ROW.kind)
)


def totals(account: str, currency: str, *kinds: str) -> list[int]:
    """An account's balance (kind EVERYTHING), or what one kind of transaction brought it (mentors' only), each in minor units."""
    rows = db.session.execute(_SUMS, {"account": account, "currency": currency, "kinds": kinds}).all()
    found = {kind: int(amount) for kind, amount in rows}
    return [found.get(kind, 0) for kind in kinds]


def _rows(transaction_id: int, kind: str, moved: Mapping[str, Money]) -> list[dict[str, Any]]:
    rows = []
    for account, money in moved.items():
        shard = transaction_id % SHARDS if account.startswith(SHARED) else 0
        kinds = (EVERYTHING, kind) if account.startswith(COUNTED_BY_KIND) else (EVERYTHING,)
        rows += [
            {"account": account, "currency": money.currency, "kind": one, "shard": shard, "amount_minor": money.amount_minor}
            for one in kinds
        ]
    return rows


def _key(row: dict[str, Any]) -> tuple[str, str, str, int]:
    return row["account"], row["currency"], row["kind"], row["shard"]
