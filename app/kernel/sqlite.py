"""SQLite made safe for many green threads and several processes.

Three traps (all measured): the driver's own deferred BEGIN fails at once with "database is locked" when a reader turns writer; a
busy timeout blocks the whole event loop, so a writer that yielded can never finish; foreign keys are off by default. So we say
BEGIN ourselves, IMMEDIATE for use cases, and wait for the lock cooperatively.
"""

import random
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

LOCK_PATIENCE = 15.0
"""Seconds to wait for another writer before giving up."""


def prepare(engine: Engine, is_writing: Any) -> None:
    """Install our rules on a SQLite engine.

    `is_writing()` tells whether a use case is open; a connection of its own says execution_options(writing=True).
    """

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=0"):
            _patiently(connection.execute, f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = is_writing() or connection.get_execution_options().get("writing", False)
        statement = "BEGIN IMMEDIATE" if writing else "BEGIN"
        _patiently(connection.exec_driver_sql, statement)


def _patiently(execute: Any, statement: str) -> None:
    """Try until the lock is free; sleeping lets other green threads go on."""
    give_up_at = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            execute(statement)
            return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(random.uniform(0.001, 0.05))  # noqa: S311 (jitter, not a secret)
