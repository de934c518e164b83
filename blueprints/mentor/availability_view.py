"""What the availability page shows besides its forms: exceptions in words, sessions an absence meets, a learner's view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.cancelling import can_be_canceled, ending_of
from app.bookings.moving_on import askable
from app.bookings.settlement_models import Verdict
from app.kernel.clock import now
from app.lessons import availability
from app.lessons import queries as lessons
from app.lessons.appointment_offers import calendar_of, offers_of
from app.lessons.availability_models import Deviation, DeviationKind
from app.lessons.hours import clock_text
from app.lessons.plan import Plan
from app.web.cards import BookingCard, LessonCard, booking_cards, lesson_cards
from app.web.filters import zone_name
from app.web.slots import shift_texts
from app.web.zones import ZONES

DAYS_SHOWN, MINUTES = 5, 60


@dataclass(frozen=True, slots=True)
class Line:
    """An exception in words."""

    id: int
    days: str
    words: str


@dataclass(frozen=True, slots=True)
class Affected:
    """What stands in the calendar while the mentor is away: bookings to move or cancel, and sessions nobody has booked yet."""

    booked: Sequence[BookingCard]
    open: Sequence[LessonCard]
    agreed: Sequence[str] = ()
    """`booking:terms` of each that can be canceled now, as the form that cancels them all carries it."""
    strikes: int = 0
    movable: Sequence[int] = ()
    """The bookings whose learners can be asked about another time."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The next days with a free time as a learner in `zone` reads them, and the clock changes that will move them."""

    zone: str
    zones: Sequence[str]
    days: Sequence[tuple[str, Sequence[str]]]
    warnings: Sequence[str]
    minutes: int


def deviation_lines(found: Sequence[Deviation]) -> dict[str, list[Line]]:
    """Exceptions by kind, the soonest first."""
    lines: dict[str, list[Line]] = {kind.value: [] for kind in DeviationKind}
    for one in sorted(found, key=lambda one: (one.first_day, one.id)):
        lines[one.kind.value].append(Line(one.id, _days(one.first_day, one.last_day), _words(one)))
    return lines


def affected_by(mentor: User, found: Sequence[Deviation]) -> Affected:
    """What a mentor has on while they are away."""
    absences = [one for one in found if one.kind is DeviationKind.AWAY]
    plan = availability.plan_of(mentor.id) if absences else None
    if plan is None:
        return Affected((), ())
    offered = lessons.upcoming_of(mentor.id)  # first, so that the bookings find their lessons loaded
    ahead = bookings.ahead_of_mentor(mentor)
    met = [one for one in (*ahead.requests, *ahead.accepted) if plan.absence_on(plan.day_of(one.lesson.starts_at))]
    taken = {one.lesson_id for one in met}
    free = [
        one
        for one in offered
        if one.id not in taken and one.is_offered and one.starts_at > now() and plan.absence_on(plan.day_of(one.starts_at))
    ]
    ends = {one.id: ending_of(one, Verdict.CANCELED_BY_MENTOR, now()) for one in met if can_be_canceled(one)}
    agreed = [f"{booking_id}:{end.terms}" for booking_id, end in ends.items()]
    strikes, movable = sum(end.is_strike for end in ends.values()), askable(met)
    return Affected(booking_cards(met, mentor), lesson_cards(free, mentor), agreed, strikes, movable)


def preview_for(mentor: User, zone: str) -> Preview:
    """The coming free times on another clock, for the length of the mentor's first offer."""
    calendar, offers = calendar_of(mentor.id), offers_of(mentor.id, only_open=True)
    minutes = offers[0].duration_minutes if offers else MINUTES
    starts = calendar.slots(minutes) if calendar else []
    days: dict[date, list[datetime]] = {}
    for start in starts:
        days.setdefault(start.astimezone(ZoneInfo(zone)).date(), []).append(start)
    shown = [
        (_day_name(day, days[day][0], zone), [f"{start.astimezone(ZoneInfo(zone)):%H:%M}" for start in days[day]])
        for day in sorted(days)
    ]
    plan = calendar.plan if calendar else Plan(mentor.timezone)
    zones = ZONES if zone in ZONES else [zone, *ZONES]
    return Preview(zone, zones, shown[:DAYS_SHOWN], shift_texts(plan, zone), minutes)


def _day_name(day: date, first: datetime, zone: str) -> str:
    return f"{day:%a} {day.day} {day:%b} · {zone_name(first, zone)}"


def _days(first: date, last: date) -> str:
    begin = f"{first:%a} {first.day} {first:%b %Y}"
    return begin if first == last else f"{begin} to {last:%a} {last.day} {last:%b %Y}"


def _words(one: Deviation) -> str:
    if one.kind is DeviationKind.TRAVEL:
        return f"Hours in {one.timezone.replace('_', ' ')}"
    if one.kind is DeviationKind.AWAY:
        return f"“{one.message}”" if one.message else "No message"
    return ", ".join(f"{clock_text(begins)}–{clock_text(ends)}" for begins, ends in one.ranges) or "No sessions"
