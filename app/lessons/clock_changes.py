"""Clock changes that move a mentor's hours for somebody elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.lessons.plan import Plan

LOOK_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Shift:
    """From a moment on a mentor's hours are `minutes` later (negative: earlier) on somebody's clock: `zone` changes its own."""

    at: datetime
    minutes: int
    zone: str


def shifts(plan: Plan, zone: str, at: datetime, ahead: timedelta = LOOK_AHEAD) -> list[Shift]:
    """Every coming change that moves the mentor's hours on the clock of `zone`, soonest first."""
    there, found = ZoneInfo(zone), []
    for home in {plan.zone_on(plan.day_of(at + timedelta(days=day))) for day in range(ahead.days + 1)}:
        own = ZoneInfo(home)
        for moment in sorted({*_changes(there, at, ahead), *_changes(own, at, ahead)}):
            before, after = (_apart(own, there, one) for one in (moment - timedelta(seconds=1), moment))
            if before != after:
                which = zone if moment in set(_changes(there, at, ahead)) else home
                found.append(Shift(moment, round((after - before).total_seconds() / 60), which))
    return sorted(found, key=lambda shift: shift.at)


def _apart(own: ZoneInfo, there: ZoneInfo, moment: datetime) -> timedelta:
    return (moment.astimezone(there).utcoffset() or timedelta()) - (moment.astimezone(own).utcoffset() or timedelta())


def _changes(zone: ZoneInfo, at: datetime, ahead: timedelta) -> Iterator[datetime]:
    """When the offset of a zone changes, to the minute."""
    begin = at.astimezone(UTC)
    for day in range(ahead.days):
        low, high = begin + timedelta(days=day), begin + timedelta(days=day + 1)
        if low.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                low = middle
            else:
                high = middle
        yield high.replace(second=0, microsecond=0) + (timedelta(minutes=1) if high.second > 30 else timedelta())
