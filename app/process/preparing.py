"""Bring the database up to date, once, however many start at the same time. Run by the launcher before anything else."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from app.accounts import queries
from app.config import Misconfigured, settings
from app.extensions import db
from app.factory import create_app
from app.process import freshness
from app.process.migrations import bind

LOCK_NUMBER = 7_237_145
"""Any number will do, as long as every release uses the same for its advisory lock on PostgreSQL."""
DEMO_WANTED = "demo-wanted"
"""File in the instance folder: the database is new and the demo has not been loaded into it to the end."""


def main() -> int:
    """Migrate; 1 with the reasons when the settings are wrong or the database does not play along."""
    try:
        return prepare()
    except Misconfigured as reasons:
        print(reasons, file=sys.stderr)
    except OperationalError as error:
        print(f"The database says: {str(error.orig).strip().splitlines()[0]}", file=sys.stderr)
    return 1


def prepare() -> int:
    """Migrate, note what the launcher wants to know; 0."""
    app = bind(create_app())
    with app.app_context(), only_one_migrates():
        new = not inspect(db.engine).get_table_names()
        upgrade()
        if new and not settings().is_production:
            (settings().instance_path / DEMO_WANTED).touch()
        demo = queries.by_email("mentor@example.com") is not None
    freshness.remember(app.extensions["settings"].instance_path, demo=demo)
    return 0


@contextmanager
def only_one_migrates() -> Iterator[None]:
    """Hold the lock that all migrating processes share: PostgreSQL's own, or a locked file beside SQLite's database."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:number)"), {"number": LOCK_NUMBER})
            yield
            connection.execute(text("select pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})
        return
    folder = settings().instance_path
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "migrating.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
