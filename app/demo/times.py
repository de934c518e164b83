"""When everything happens: relative to the moment of loading, at hours in which people are awake, the same for the same seed."""

from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.demo.cast import Cast, Offer, Teacher

FURTHEST_DAY = 21
ALMOST_NOW = 6
"""Minutes until the session of mentor@example.com and learner@example.com: Join is open, and the reminder is about to come."""
SOON = (10, 15, 20, 30, 45, 60, 80, 110, 140)
"""Minutes until a few sessions of others, so that “starting soon” is true."""
STEP = timedelta(minutes=5)


def dice_for(person: str, what: str) -> Random:
    """Chance that falls the same way each time."""
    return Random(f"{person}: {what}")  # noqa: S311 (a demo, not a secret)


def in_minutes(moment: datetime, minutes: int) -> datetime:
    """A start about so many minutes ahead, on a round five minutes, never sooner."""
    ahead = moment + timedelta(minutes=minutes)
    since_hour = timedelta(minutes=ahead.minute, seconds=ahead.second, microseconds=ahead.microsecond)
    return ahead + (-since_hour) % STEP


def on_day(moment: datetime, days: int, clock_time: time, zone_name: str) -> datetime:
    """A wall-clock time in somebody's zone, so many of their days from a moment (negative: ago)."""
    zone = ZoneInfo(zone_name)
    date = moment.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(date, clock_time, zone)


def starts_ahead(cast: Cast, moment: datetime) -> list[tuple[Teacher, Offer, datetime]]:
    """When every offer takes place next: one a day and mentor, a few of them in the next minutes and hours."""
    soon = _soon(cast, moment)
    plan = []
    for teacher in cast.teachers:
        dice = dice_for(teacher.person.email, "days ahead")
        days = sorted(dice.sample(range(1, FURTHEST_DAY + 1), len(teacher.offers)))
        for offer, day in zip(teacher.offers, days, strict=True):
            usual = on_day(moment, day, _hour(dice, 8, 20), teacher.person.timezone)
            plan.append((teacher, offer, soon.get((teacher.person.email, offer.title), usual)))
    return plan


def days_ago(person: str, count: int, nearest: int, furthest: int) -> list[int]:
    """So many different days before the moment, the longest ago first."""
    return sorted(dice_for(person, "days ago").sample(range(nearest, furthest + 1), count), reverse=True)


def morning_hour(person: str, number: int) -> time:
    """A start between eight and one o'clock; the afternoons belong to the told stories."""
    return _hour(dice_for(person, f"morning {number}"), 8, 13)


def _soon(cast: Cast, moment: datetime) -> dict[tuple[str, str], datetime]:
    first, *others = cast.teachers
    starts = {
        (first.person.email, first.offers[0].title): in_minutes(moment, ALMOST_NOW),
        (first.person.email, first.offers[4].title): in_minutes(moment, 150),
    }
    awake_first = sorted(others, key=lambda teacher: not _is_awake(teacher, moment))  # stable: the tables' order otherwise
    for teacher, minutes in zip(awake_first, SOON, strict=False):
        short = min(teacher.offers, key=lambda offer: abs(offer.minutes - 45))
        starts[(teacher.person.email, short.title)] = in_minutes(moment, minutes)
    return starts


def _is_awake(teacher: Teacher, moment: datetime) -> bool:
    return 8 <= moment.astimezone(ZoneInfo(teacher.person.timezone)).hour < 20


def _hour(dice: Random, earliest: int, latest: int) -> time:
    return time(dice.randint(earliest, latest), dice.choice((0, 0, 30)))
