"""Times that suit both: free in both calendars, at an hour in which both are awake."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal
from app.bookings.proposals import open_about
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.lessons import availability, calendar
from app.lessons.models import BusyTime

DAYS_AHEAD, DAYS_TRIED = 90, 10
"""Days looked at, and how many of them are tried: those of an absence are passed over, one of months is not."""
HOURS_BESIDE = (1, -1, 2, -2, 3, -3)
SOON = timedelta(hours=2)
"""Nobody is suggested a time that is nearly here."""
AWAKE = range(7, 22)
MOST_NEARBY = 2


def free_for_both(booking: Booking, zone: str, most: int = 5) -> list[datetime]:
    """Moments at which a booking could be held instead, soonest first: the same hour of a zone's clock on the next days, and
    nearby hours of the same day; none while the mentor is away. Times in which one of the two would be asleep come only when
    there are too few others."""
    lesson, plan = booking.lesson, availability.plan_of(booking.lesson.mentor_id)
    possible = (
        moment
        for moment in _candidates(lesson.starts_at, zone)
        if moment >= now() + SOON and not (plan and plan.absence_on(plan.day_of(moment)))
    )
    candidates = list(islice(possible, len(HOURS_BESIDE) + DAYS_TRIED))
    if not candidates:
        return []
    people = (lesson.mentor_id, booking.learner_id)
    busy: list[BusyTime | Proposal] = list(
        calendar.busy_between(people, min(candidates), max(candidates) + lesson.duration, besides=lesson.id)
    )
    busy += open_about(people)  # nobody is promised what somebody else is asked about
    free = [one for one in candidates if not any(b.starts_at < one + lesson.duration and b.ends_at > one for b in busy)]
    zones = (lesson.mentor.timezone, booking.learner.timezone)
    free.sort(key=lambda moment: not all(_is_awake(moment, lesson.duration, zone) for zone in zones))
    nearby = [moment for moment in free if abs(moment - lesson.starts_at) < timedelta(hours=12)][:MOST_NEARBY]
    days = [moment for moment in free if moment not in nearby and abs(moment - lesson.starts_at) >= timedelta(hours=12)]
    return sorted([*nearby, *days[: most - len(nearby)]])


def _candidates(starts_at: datetime, zone: str) -> Iterator[datetime]:
    wall = starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    beside = (wall + timedelta(hours=hours) for hours in HOURS_BESIDE)
    for other in chain(beside, (wall + timedelta(days=day) for day in range(1, DAYS_AHEAD + 1))):
        try:
            yield calendar.moment_from_wall_clock(other, zone)
        except Invalid:  # clocks go forward then
            continue


def _is_awake(moment: datetime, length: timedelta, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour in AWAKE and (local + length).hour in AWAKE
