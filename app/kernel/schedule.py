"""The periodic jobs, one table.

The database says what is due; these sweeps find it. Each must be quick, must look again at every row, and may run twice at once.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import current_app

from app.extensions import db

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A sweep: its name, how often in seconds, and the function of no arguments that does it."""

    name: str
    every_seconds: int
    function: Callable[[], None]


def add_periodic(*entries: Periodic) -> None:
    """Add sweeps to the running app; two of one name are a mistake (ValueError)."""
    table = periodic()
    for entry in entries:
        if any(known.name == entry.name for known in table):
            raise ValueError(f"two periodic jobs are called {entry.name}")
        table.append(entry)


def periodic() -> list[Periodic]:
    """All sweeps of the running app."""
    return current_app.extensions["periodic"]


def for_each(row_ids: Iterable[int], function: Callable[[int], object]) -> None:
    """Do one row of a sweep after another; one that fails is logged and stops no other."""
    for row_id in row_ids:
        try:
            function(row_id)
        except Exception:
            db.session.rollback()
            log.exception("%s(%s) failed", function.__name__, row_id)
