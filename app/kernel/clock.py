"""The only place that asks what time it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped_at: datetime | None = None
_of_this_thread = threading.local()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    at = getattr(_of_this_thread, "stopped_at", None) or _stopped_at
    return at if at is not None else datetime.now(UTC)


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold time still at an aware moment; for tests and for building demo history."""
    global _stopped_at
    before, _stopped_at = _stopped_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _stopped_at = before


@contextmanager
def stopped_here(at: datetime) -> Iterator[None]:
    """The same for this thread alone: tests of two machines whose clocks differ by a little."""
    before = getattr(_of_this_thread, "stopped_at", None)
    _of_this_thread.stopped_at = at.astimezone(UTC)
    try:
        yield
    finally:
        _of_this_thread.stopped_at = before
