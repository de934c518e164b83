"""Open slots: one pure function from hours, rules, busy times and the present moment to the starts that can be booked.

What is shown and what is bookable cannot differ: both ask `broken_rule`.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.lessons.plan import Plan, first_moment_showing, moment_at, wall_at

ONE_DAY = timedelta(days=1)


class Rule(StrEnum):
    """Why a time is not offered."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    AWAY = "away"
    CLOSED = "closed"
    OUTSIDE = "outside"
    TOO_LONG = "too_long"
    STEP = "step"
    BUSY = "busy"
    BUFFER = "buffer"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of the mentor's calendar; `teaches` is False where they learn themselves, which no daily limit counts."""

    starts_at: datetime
    ends_at: datetime
    teaches: bool = True


@dataclass(frozen=True, slots=True)
class Diary:
    """Busy stretches in order (none overlaps another: the database sees to it), and how many sessions each day has."""

    busy: tuple[Busy, ...]
    starts: tuple[datetime, ...]
    taught: Counter[date]

    @classmethod
    def of(cls, plan: Plan, busy: Iterable[Busy]) -> "Diary":
        """Sorted and counted."""
        ordered = tuple(sorted(busy, key=lambda one: one.starts_at))
        taught = Counter(plan.day_of(one.starts_at) for one in ordered if one.teaches)
        return cls(ordered, tuple(one.starts_at for one in ordered), taught)

    def has_between(self, start: datetime, end: datetime) -> bool:
        """Whether anything is on between two moments; what only touches is not."""
        before = bisect_left(self.starts, end)
        return before > 0 and self.busy[before - 1].ends_at > start


def slots(
    plan: Plan,
    busy: Iterable[Busy],
    at: datetime,
    minutes: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[datetime]:
    """Every start (UTC, in order) of a session of `minutes` that can be booked at a moment, from `since` to before `until`."""
    diary = Diary.of(plan, busy)
    horizon = at + timedelta(days=plan.horizon, minutes=1)
    first, last = max(at, since or at), min(horizon, until or horizon)
    found = set()
    day = plan.day_of(first) - ONE_DAY
    while day <= plan.day_of(last) + ONE_DAY:
        for start in starts_on(plan, day, minutes):
            if first <= start < last and broken_rule(plan, diary, at, minutes, start, day) is None:
                found.add(start)
        day += ONE_DAY
    return sorted(found)


def why_not(plan: Plan, busy: Iterable[Busy], at: datetime, minutes: int, start: datetime) -> Rule | None:
    """The rule that keeps one start from being booked at a moment; None when it can be."""
    if start <= at:
        return Rule.PAST
    if start > at + timedelta(days=plan.horizon):
        return Rule.HORIZON
    diary, today = Diary.of(plan, busy), plan.day_of(start)
    days = [day for day in (today, today - ONE_DAY, today + ONE_DAY) if start in set(starts_on(plan, day, minutes))]
    verdicts = [broken_rule(plan, diary, at, minutes, start, day) for day in days]
    if verdicts:
        return None if None in verdicts else verdicts[0]
    return _rule_of_time(plan, at, start, today) or _rule_of_hours(plan, minutes, start, today)


def starts_on(plan: Plan, day: date, minutes: int) -> Iterator[datetime]:
    """The starts that a day's hours give, whatever else speaks against them: each shown by the wall clock, none of them twice."""
    zone, length = ZoneInfo(plan.zone_on(day)), timedelta(minutes=minutes)
    for begins, ends in plan.ranges_on(day):
        closes = first_moment_showing(day, ends, zone)
        for minute in range(begins, ends, plan.step):
            start = moment_at(day, minute, zone)
            if start is not None and start + length <= closes:
                yield start


def broken_rule(plan: Plan, diary: Diary, at: datetime, minutes: int, start: datetime, day: date) -> Rule | None:
    """The first rule that a start within the hours of a day breaks."""
    of_time = _rule_of_time(plan, at, start, day)
    if of_time is not None:
        return of_time
    end, gap = start + timedelta(minutes=minutes), plan.between
    if diary.has_between(start, end):
        return Rule.BUSY
    if gap and diary.has_between(start - gap, end + gap):
        return Rule.BUFFER
    if plan.daily_limit is not None and diary.taught[plan.day_of(start)] >= plan.daily_limit:
        return Rule.DAILY
    return None


def nearest(found: Sequence[datetime], wanted: datetime, limit: int = 3) -> list[datetime]:
    """The starts closest to a moment, in order."""
    return sorted(sorted(found, key=lambda start: (abs(start - wanted), start))[:limit])


def _rule_of_time(plan: Plan, at: datetime, start: datetime, day: date) -> Rule | None:
    if start <= at:
        return Rule.PAST
    if start < at + timedelta(minutes=plan.notice):
        return Rule.NOTICE
    if start > at + timedelta(days=plan.horizon):
        return Rule.HORIZON
    return Rule.AWAY if plan.absence_on(day) else None


def _rule_of_hours(plan: Plan, minutes: int, start: datetime, day: date) -> Rule:
    """Why a start is not among those its day gives."""
    ranges = plan.ranges_on(day)
    if not ranges:
        return Rule.CLOSED
    wall = start.astimezone(ZoneInfo(plan.zone_on(day))).replace(tzinfo=None)
    minute = (wall - wall_at(day, 0)).total_seconds() / 60
    around = next(((begins, ends) for begins, ends in ranges if begins <= minute < ends), None)
    if around is None:
        return Rule.OUTSIDE
    return Rule.TOO_LONG if minute + minutes > around[1] else Rule.STEP
