"""A mentor's availability as plain values: hours of the wall clock, in a zone, day by day.

Hours are meant as a clock on the wall shows them: 09:00 stays 09:00 when clocks change, whatever that is in UTC.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
"""Minutes of a day; as an end it is midnight."""

Range = tuple[int, int]
"""From and until, in minutes since midnight of the wall clock."""


@dataclass(frozen=True, slots=True)
class OtherHours:
    """Between two days (both counted) other hours hold than the week's; none at all when `ranges` is empty."""

    first_day: date
    last_day: date
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """Between two days (both counted) the hours are meant in another zone."""

    first_day: date
    last_day: date
    timezone: str


@dataclass(frozen=True, slots=True)
class Absence:
    """Between two days (both counted) nobody is taught; `message` is what learners read meanwhile."""

    first_day: date
    last_day: date
    message: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """When somebody teaches by appointment. Buffers and step in minutes, notice in minutes, horizon in days."""

    timezone: str
    weekly: dict[int, tuple[Range, ...]] = field(default_factory=dict)
    other_hours: tuple[OtherHours, ...] = ()
    journeys: tuple[Journey, ...] = ()
    absences: tuple[Absence, ...] = ()
    buffer_before: int = 0
    buffer_after: int = 0
    notice: int = 120
    horizon: int = 60
    daily_limit: int | None = None
    step: int = 30

    def zone_on(self, day: date) -> str:
        """The zone a day's hours are meant in; of two journeys the one entered last."""
        found = [journey.timezone for journey in self.journeys if journey.first_day <= day <= journey.last_day]
        return found[-1] if found else self.timezone

    def ranges_on(self, day: date) -> tuple[Range, ...]:
        """The hours of a day; of two exceptions the one entered last."""
        found = [other.ranges for other in self.other_hours if other.first_day <= day <= other.last_day]
        return found[-1] if found else self.weekly.get(day.weekday(), ())

    def absence_on(self, day: date) -> Absence | None:
        """Why nobody is taught on a day at all."""
        return next((absence for absence in self.absences if absence.first_day <= day <= absence.last_day), None)

    def day_of(self, moment: datetime) -> date:
        """Which day it is for the mentor, wherever they are then."""
        for journey in reversed(self.journeys):
            day = moment.astimezone(ZoneInfo(journey.timezone)).date()
            if journey.first_day <= day <= journey.last_day:
                return day
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def between(self) -> timedelta:
        """How much stays free between two sessions: time to wrap up the one and to prepare the other."""
        return timedelta(minutes=self.buffer_before + self.buffer_after)


def moment_at(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """A minute of a day's wall clock in UTC; None where clocks jump over it, the first of two where they show it twice."""
    wall = wall_at(day, minute)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None


def first_moment_showing(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first moment at which a wall clock shows this time or a later one: where clocks jump over it, the jump."""
    exact = moment_at(day, minute, zone)
    if exact is not None:
        return exact
    wall = wall_at(day, minute)
    later, earlier = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            earlier = middle
        else:
            later = middle
    return later.replace(microsecond=0)


def wall_at(day: date, minute: int) -> datetime:
    """What the wall clock shows; minute DAY is the next midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)
