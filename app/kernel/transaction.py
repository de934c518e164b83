"""One use case, one commit, then speak.

    with transaction() as tx:
        …change rows…
        tx.publish(BookingAccepted(booking.id))

A nested use case joins the outer transaction. Events and jobs go out only after the commit, so nobody ever hears of a fact that
was rolled back. Nothing that yields (mail, sockets, HTTP, Redis) belongs inside: on SQLite under eventlet it would deadlock.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.extensions import db
from app.kernel.events import event_table

log = logging.getLogger(__name__)

WRITING = "peerlearn_writing"
"""Key in the session's info: SQLite must take its write lock at BEGIN (kernel/sqlite.py reads it)."""


class Transaction:
    """What waits for the commit."""

    def __init__(self) -> None:
        self._events: list[object] = []
        self._afterwards: list[Callable[[], None]] = []

    def publish(self, event: object) -> None:
        """State a fact; reactions hear of it after the commit."""
        self._events.append(event)

    def afterwards(self, call: Callable[[], None]) -> None:
        """Do this after the commit (used by kernel.jobs)."""
        self._afterwards.append(call)

    def speak(self) -> None:
        """Events first, then what waits; each failure is logged alone."""
        table = event_table()
        for event in self._events:
            table.dispatch(event)
        for call in self._afterwards:
            try:
                call()
            except Exception:
                log.exception("a call after the commit failed")


def current() -> Transaction | None:
    """The transaction we are in, if any."""
    return db.session.info.get(WRITING)


def read_anew() -> None:
    """Forget what was read: the next question is answered from all that is committed by now. Not for use inside a transaction."""
    if current() is not None:
        raise RuntimeError("a transaction reads anew by itself when it begins")
    db.session.rollback()


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Commit on leaving, roll back on error, then speak. Joins a transaction that is already open."""
    outer = current()
    if outer is not None:
        yield outer
        return
    tx = _open()
    try:
        yield tx
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.info.pop(WRITING, None)
    tx.speak()


def _open() -> Transaction:
    """Start afresh: what was read before may be stale, so everything is read again under the write lock."""
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("rows were changed outside a transaction")
    db.session.commit()
    tx = Transaction()
    db.session.info[WRITING] = tx
    return tx
