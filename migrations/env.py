"""How migrations run: in the app's context, SQLite with foreign keys off.

Batch mode on SQLite makes a new table and drops the old one; with foreign keys on, that drop would delete every row that points at
it. So they are off while migrating and checked afterwards.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.kernel.model import EncryptedText, Model, UtcDateTime


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Own column types are written by their name."""
    if kind == "type" and isinstance(item, UtcDateTime | EncryptedText):
        return f"model.{type(item).__name__}()"
    return False


def migrate(connection: Connection) -> None:
    """Run what is asked for on one connection."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()  # the line above opened a transaction, which alembic would take for its caller's and never commit
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            raise RuntimeError(f"rows point nowhere after migrating: {broken[:5]}")


# A plain engine of its own: the app's engine turns foreign keys on and opens its own transactions.
engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
with engine.connect() as database:
    migrate(database)
engine.dispose()
