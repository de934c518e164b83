"""How many events a socket and a person may send: token buckets, pure but for the time they are told."""

from collections import OrderedDict
from dataclasses import dataclass

MOST_PEOPLE = 20_000
"""Buckets kept per process; beyond that the least recently used are forgotten, which only makes us lenient."""


@dataclass(slots=True)
class Bucket:
    """Holds `size` events and regains `per_second`."""

    size: float
    per_second: float
    level: float
    filled_at: float

    def take(self, at: float) -> bool:
        """Take one event out at this moment (seconds); False when it is empty."""
        self.level = min(self.size, self.level + (at - self.filled_at) * self.per_second)
        self.filled_at = at
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Rates:
    """One bucket per key (a socket, or a person over all their sockets in this process)."""

    def __init__(self, size: float, per_second: float) -> None:
        self._size, self._per_second = size, per_second
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allow(self, key: str, at: float) -> bool:
        """Whether one more event is all right at this moment (seconds)."""
        bucket = self._buckets.setdefault(key, Bucket(self._size, self._per_second, self._size, at))
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_PEOPLE:
            self._buckets.popitem(last=False)
        return bucket.take(at)

    def forget(self, key: str) -> None:
        """A socket is gone."""
        self._buckets.pop(key, None)
