"""Long lists a stretch at a time, by the row last seen (keyset): as cheap far down as at the top, and nothing twice or left out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ID = 2**31 - 1
Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a list that begins with the latest; `rank` tells kinds of rows apart that are mixed in one list."""

    at: datetime
    id: int
    rank: int = 0

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}.{self.rank}.{self.id}"

    @classmethod
    def parse(cls, text: str | None) -> "Place | None":
        """The place an address names; None when it names none."""
        try:
            micros, rank, number = map(int, (text or "").split("."))
            return cls(EPOCH + timedelta(microseconds=micros), number, rank) if 0 <= number <= MOST_ID else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows that come after `before`, down to and with `down_to`; without them from the top, to the end."""

    before: Place | None = None
    down_to: Place | None = None

    def holds(self, at: Column, number: Column, rank: int = 0) -> ColumnElement[bool]:
        """The condition, for rows that are in the order `at` and then `number`, both falling."""
        after = _further(self.before, at, number, rank) if self.before else true()
        until = ~_further(self.down_to, at, number, rank) if self.down_to else true()
        return and_(after, until)


WHOLE = Stretch()


def _further(
    place: Place, at: InstrumentedAttribute[datetime], number: InstrumentedAttribute[int], rank: int
) -> ColumnElement[bool]:
    """Rows that stand further down than a place; the plain bound comes first, because an index can follow it."""
    same = literal(place.at) == at
    beside = number < place.id if rank == place.rank else true() if rank < place.rank else false()
    return and_(at <= place.at, or_(at < place.at, and_(same, beside)))
