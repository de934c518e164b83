"""The rehearsal provider's own books: tables, not models, because nothing else may know them."""

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text

from app.extensions import db
from app.kernel.model import EncryptedText, Model, UtcDateTime

payments = Table(
    "rehearsal_payments",
    Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("provider_id", String(40), unique=True, nullable=False),
    Column("key", String(40), unique=True, nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False),
    Column("decline_code", String(40), nullable=False),
    Column("becomes", String(20), nullable=False),
    Column("settles_at", UtcDateTime),
    Column("refunded_minor", Integer, nullable=False),
    Column("hold", Boolean, nullable=False),
    Column("instrument", String(64), nullable=False),  # a keyed hash: enough to see that it is the same one again
    Column("return_url", Text, nullable=False),
)

refunds = Table(
    "rehearsal_refunds",
    Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), unique=True, nullable=False),
    Column("provider_id", String(40), nullable=False, index=True),
    Column("amount_minor", Integer, nullable=False),
)

payouts = Table(
    "rehearsal_payouts",
    Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("provider_id", String(40), unique=True, nullable=False),
    Column("key", String(60), unique=True, nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("becomes", String(20), nullable=False),
    Column("settles_at", UtcDateTime, nullable=False),
    Column("is_told", Boolean, nullable=False),
)

instruments = Table(
    "rehearsal_instruments",
    Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(40), unique=True, nullable=False),
    Column("payer", String(40), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("details", EncryptedText, nullable=False),
    Column("label", String(60), nullable=False),
)

events = Table(
    "rehearsal_events",
    Model.metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(40), unique=True, nullable=False),
    Column("type", String(40), nullable=False),
    Column("object_id", String(60), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, index=True),  # none: delivered, lost on purpose, or given up
    Column("tries", Integer, nullable=False),
    Column("outcome", String(20), nullable=False),
)


class Books:
    """The rehearsal's own connection and transaction: `with Books() as books:`."""

    def __enter__(self) -> Connection:
        self._connection = db.engine.connect().execution_options(writing=True)
        self._transaction = self._connection.begin()
        return self._connection

    def __exit__(self, kind: type | None, *_rest: object) -> None:
        if kind is None:
            self._transaction.commit()
        else:
            self._transaction.rollback()
        self._connection.close()
