"""Reading hours: text of a clock to minutes, ranges into order."""

import re
from collections.abc import Iterable

from app.kernel.errors import Invalid
from app.lessons.plan import DAY, Range

MOST_RANGES = 6
"""A day."""


def minute_of(text: str, *, is_end: bool = False) -> int:
    """`09:30` → 570; as an end `00:00` and `24:00` are midnight. Raises Invalid for anything that no clock shows."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", text.strip(), re.ASCII)
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 99)
    if is_end and (hour, minute) in ((0, 0), (24, 0)):
        return DAY
    if hour > 23 or minute > 59:
        raise Invalid("Write times such as 09:30.")
    return hour * 60 + minute


def clock_text(minute: int) -> str:
    """570 → `09:30`; midnight as an end is `00:00`, which is what a time field can show."""
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


def in_order(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted, with those that touch made one. Raises Invalid for one that ends before it begins, or two that overlap."""
    merged: list[Range] = []
    for begins, ends in sorted(ranges):
        if not 0 <= begins < ends <= DAY:
            raise Invalid(f"{clock_text(begins)} to {clock_text(ends)} ends before it begins.")
        if merged and begins < merged[-1][1]:
            raise Invalid(f"{clock_text(merged[-1][0])} to {clock_text(merged[-1][1])} and {clock_text(begins)} overlap.")
        if merged and begins == merged[-1][1]:
            merged[-1] = (merged[-1][0], ends)
        else:
            merged.append((begins, ends))
    if len(merged) > MOST_RANGES:
        raise Invalid(f"Use at most {MOST_RANGES} ranges a day.")
    return tuple(merged)
