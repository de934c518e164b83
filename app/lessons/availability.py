"""Use cases of availability: the week, the rules, and days that differ; read as one Plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import all_timezones
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.kernel.transaction import transaction
from app.lessons.availability_models import Availability, Deviation, DeviationKind
from app.lessons.events import AvailabilityChanged
from app.lessons.hours import in_order
from app.lessons.models import BusyTime, Lesson
from app.lessons.plan import Absence, Journey, OtherHours, Plan, Range
from app.lessons.slots import Busy

BUFFERS = (0, 5, 10, 15, 30, 45, 60)
NOTICES = (0, 60, 120, 240, 720, 1440, 2880, 10080)
HORIZONS = (7, 14, 30, 60, 90, 180)
STEPS = (15, 30, 60)
MOST_A_DAY = 12
MOST_DEVIATIONS = 100
LONGEST_MESSAGE = 280
FURTHEST = timedelta(days=2 * 365)

USUAL_WEEK: dict[int, tuple[Range, ...]] = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))
"""What the form shows before anything is saved."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Buffers, notice and step in minutes, horizon in days; daily_limit None is as many as fit."""

    buffer_before: int = 0
    buffer_after: int = 0
    notice: int = 120
    horizon: int = 60
    daily_limit: int | None = None
    step: int = 30


@dataclass(frozen=True, slots=True)
class DeviationDraft:
    """What differs between two days of the mentor's clock; see Deviation for which parts each kind reads."""

    kind: DeviationKind
    first_day: date
    last_day: date
    ranges: tuple[Range, ...] = ()
    timezone: str = ""
    message: str = ""


def save_week(mentor: User, timezone: str, weekly: dict[int, Sequence[Range]]) -> Availability:
    """Set the weekly hours and the zone they are meant in. Raises NotAllowed, or Invalid by field (`day-0` … `day-6`, timezone)."""
    _require_teaching(mentor)
    neat, faults = {}, {}
    for weekday, ranges in weekly.items():
        try:
            neat[weekday] = in_order(ranges)
        except Invalid as fault:
            faults[f"day-{weekday}"] = fault.message
    if timezone not in all_timezones():
        faults["timezone"] = "Choose a time zone from the list."
    if faults:
        raise Invalid(fields=faults)
    with transaction() as tx:
        found = _own(mentor, timezone)
        found.timezone = timezone
        found.weekly = {str(weekday): [list(one) for one in ranges] for weekday, ranges in neat.items() if ranges}
        _say(mentor, found)
        tx.publish(AvailabilityChanged(mentor.id))
    return found


def save_rules(mentor: User, rules: Rules) -> Availability:
    """Set the rules. Raises NotAllowed, or Invalid by field for a number that is not on offer."""
    _require_teaching(mentor)
    allowed = {"buffer_before": BUFFERS, "buffer_after": BUFFERS, "notice": NOTICES, "horizon": HORIZONS, "step": STEPS}
    faults = {name: "Choose one from the list." for name, values in allowed.items() if getattr(rules, name) not in values}
    if rules.daily_limit is not None and not 1 <= rules.daily_limit <= MOST_A_DAY:
        faults["daily_limit"] = "Choose one from the list."
    if faults:
        raise Invalid(fields=faults)
    with transaction() as tx:
        found = _own(mentor, mentor.timezone)
        for name in (*allowed, "daily_limit"):
            setattr(found, name, getattr(rules, name))
        _say(mentor, found)
        tx.publish(AvailabilityChanged(mentor.id))
    return found


def add_deviation(mentor: User, draft: DeviationDraft) -> Deviation:
    """Say what differs between two days. Of two that hold on one day, the one said last counts.

    Raises NotAllowed, or Invalid by field.
    """
    _require_teaching(mentor)
    ranges = _ranges_of(draft)
    faults = _faults(mentor, draft)
    if faults:
        raise Invalid(fields=faults)
    with transaction() as tx:
        found = _own(mentor, mentor.timezone)
        deviation = Deviation(
            mentor_id=mentor.id,
            kind=draft.kind,
            first_day=draft.first_day,
            last_day=draft.last_day,
            ranges=[list(one) for one in ranges],
            timezone=draft.timezone if draft.kind is DeviationKind.TRAVEL else "",
            message=draft.message if draft.kind is DeviationKind.AWAY else "",
            created_at=now(),
        )
        db.session.add(deviation)
        _say(mentor, found)
        tx.publish(AvailabilityChanged(mentor.id))
    return deviation


def remove_deviation(mentor: User, deviation_id: int) -> None:
    """The week holds again. Raises NotFound unless it is theirs; twice does no harm to anything but the second tap."""
    with transaction() as tx:
        deviation = db.session.get(Deviation, deviation_id)
        if deviation is None or deviation.mentor_id != mentor.id:
            raise NotFound("We could not find this entry.")
        db.session.delete(deviation)
        _say(mentor, _own(mentor, mentor.timezone))
        tx.publish(AvailabilityChanged(mentor.id))


def availability_of(mentor_id: int, *, lock: bool = False) -> Availability | None:
    """A mentor's week and rules; with `lock` read afresh and kept from others until the commit."""
    query = select(Availability).where(Availability.mentor_id == mentor_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def deviations_of(mentor_id: int) -> Sequence[Deviation]:
    """What differs from yesterday on, in the order in which it was said."""
    yesterday = (now() - timedelta(days=2)).date()
    query = select(Deviation).where(Deviation.mentor_id == mentor_id, Deviation.last_day >= yesterday)
    return db.session.scalars(query.order_by(Deviation.id)).all()


def absence_today(mentor: User) -> Deviation | None:
    """The entry that says a mentor is away today, by the clock of their account."""
    today = now().astimezone(ZoneInfo(mentor.timezone)).date()
    query = select(Deviation).where(Deviation.mentor_id == mentor.id, Deviation.kind == DeviationKind.AWAY)
    return db.session.scalars(query.where(Deviation.first_day <= today, Deviation.last_day >= today).order_by(Deviation.id)).first()


def plan_of(mentor_id: int, *, lock: bool = False) -> Plan | None:
    """Everything that decides when a mentor teaches by appointment; None when they never said. Two queries."""
    found = availability_of(mentor_id, lock=lock)
    return None if found is None else plan_from(found, deviations_of(mentor_id))


def plan_from(found: Availability, deviations: Sequence[Deviation]) -> Plan:
    """Rows as values."""
    kinds: dict[DeviationKind, list[Deviation]] = {kind: [] for kind in DeviationKind}
    for deviation in deviations:
        kinds[deviation.kind].append(deviation)
    return Plan(
        timezone=found.timezone,
        weekly={int(weekday): _pairs(ranges) for weekday, ranges in found.weekly.items()},
        other_hours=tuple(OtherHours(one.first_day, one.last_day, _pairs(one.ranges)) for one in kinds[DeviationKind.HOURS]),
        journeys=tuple(Journey(one.first_day, one.last_day, one.timezone) for one in kinds[DeviationKind.TRAVEL]),
        absences=tuple(Absence(one.first_day, one.last_day, one.message) for one in kinds[DeviationKind.AWAY]),
        buffer_before=found.buffer_before,
        buffer_after=found.buffer_after,
        notice=found.notice,
        horizon=found.horizon,
        daily_limit=found.daily_limit,
        step=found.step,
    )


def busy_of(person_id: int, since: datetime, until: datetime) -> list[Busy]:
    """What is in somebody's calendar from two days before `since` to two days after `until`; one query.

    The days more are for the daily limit, which counts whole days of any zone.
    """
    more = timedelta(days=2)
    query = (
        select(BusyTime.starts_at, BusyTime.ends_at, Lesson.mentor_id)
        .join(Lesson, Lesson.id == BusyTime.lesson_id)
        .where(BusyTime.person_id == person_id, BusyTime.ends_at > since - more, BusyTime.starts_at < until + more)
    )
    return [Busy(starts_at, ends_at, mentor_id == person_id) for starts_at, ends_at, mentor_id in db.session.execute(query)]


def _own(mentor: User, timezone: str) -> Availability:
    """The mentor's row, made when they say something for the first time."""
    found = availability_of(mentor.id, lock=True)
    if found is None:
        found = Availability(mentor_id=mentor.id, timezone=timezone, weekly={}, changed_at=now())
        db.session.add(found)
    return found


def _say(mentor: User, found: Availability) -> None:
    found.changed_at = now()
    db.session.flush()
    record(mentor.id, AuditTag.AVAILABILITY_CHANGED, found)


def _require_teaching(mentor: User) -> None:
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")


def _ranges_of(draft: DeviationDraft) -> tuple[Range, ...]:
    if draft.kind is not DeviationKind.HOURS:
        return ()
    try:
        return in_order(draft.ranges)
    except Invalid as fault:
        raise Invalid(fields={"until": fault.message}) from fault


def _faults(mentor: User, draft: DeviationDraft) -> dict[str, str]:
    today = now().astimezone(ZoneInfo(mentor.timezone)).date()
    faults = {}
    if draft.last_day < draft.first_day:
        faults["last_day"] = "Choose a day that is not before the first one."
    elif draft.last_day < today - timedelta(days=1):
        faults["last_day"] = "These days are over. Choose later ones."
    elif draft.last_day > today + FURTHEST:
        faults["last_day"] = "Choose days within the next two years."
    if draft.kind is DeviationKind.TRAVEL and draft.timezone not in all_timezones():
        faults["timezone"] = "Choose a time zone from the list."
    if len(draft.message) > LONGEST_MESSAGE:
        faults["message"] = f"Use at most {LONGEST_MESSAGE} characters."
    if len(deviations_of(mentor.id)) >= MOST_DEVIATIONS:
        faults["first_day"] = "That is a lot of exceptions. Remove some first."
    return faults


def _pairs(ranges: list[list[int]]) -> tuple[Range, ...]:
    return tuple((begins, ends) for begins, ends in ranges)
