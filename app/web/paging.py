"""Tables that grow with "Show more": every stretch of rows is a tbody that reads itself again, whatever stands above or beneath."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from app.kernel.paging import Place, Stretch

STEP = 50
MOST = 500
"""Rows of one stretch at most, however many have come into it since."""


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One stretch of rows. `here` are the words of its own address; `more` those of the next stretch, empty at the end."""

    items: Sequence[Item]
    key: str
    here: dict[str, str]
    more: dict[str, str]

    @property
    def is_first(self) -> bool:
        """Whether the list begins here."""
        return "before" not in self.here


def page_of(
    read: Callable[[Stretch, int], Sequence[Item]], place_of: Callable[[Item], Place], *, first: int | None = None
) -> Page[Item]:
    """The stretch that the address asks for: `?before=` where it begins, `?down_to=` where it ends.

    `first` is how many rows the list begins with, where that is fewer than "Show more" brings.
    """
    stretch = Stretch(Place.parse(request.args.get("before")), Place.parse(request.args.get("down_to")))
    before = {"before": str(stretch.before)} if stretch.before else {}
    if stretch.down_to is not None:
        here = {**before, "down_to": str(stretch.down_to)}
        return Page(read(stretch, MOST), _key(stretch.before), here, {})
    step = first if first is not None and stretch.before is None else STEP
    found = read(stretch, step + 1)
    if len(found) <= step:
        return Page(found, _key(stretch.before), before, {})
    last = str(place_of(found[step - 1]))
    return Page(found[:step], _key(stretch.before), {**before, "down_to": last}, {"before": last})


def every(read: Callable[[Stretch, int], Sequence[Item]], place_of: Callable[[Item], Place]) -> Iterator[Item]:
    """All rows to the last, read in stretches: for files, which leave nothing out."""
    stretch = Stretch()
    while found := read(stretch, MOST):
        stretch = Stretch(before=place_of(found[-1]))
        yield from found
        if len(found) < MOST:
            return


def _key(before: Place | None) -> str:
    return str(before).replace(".", "-") if before else "first"
