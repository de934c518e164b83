"""Busy time (one place per person at a time) and the reading of wall clocks."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.extensions import db
from app.kernel.errors import Conflict, Invalid
from app.lessons.models import BusyTime, Lesson

OVERLAP_GUARD = "busy_overlap"
"""Name of the database's guard; its errors carry it on both databases."""


class CalendarClash(Conflict):
    """The person has something else at that time."""

    code = "calendar_clash"
    message = "You already have a session at this time."


def keep_free(person_id: int, lesson: Lesson) -> None:
    """Mark the time of a lesson as taken for somebody; CalendarClash when they have another one then. Twice does no harm."""
    if db.session.scalar(select(BusyTime).where(BusyTime.person_id == person_id, BusyTime.lesson_id == lesson.id)):
        return
    db.session.add(BusyTime(person_id=person_id, lesson_id=lesson.id, starts_at=lesson.starts_at, ends_at=lesson.ends_at))
    try:
        db.session.flush()
    except DBAPIError as error:
        if is_overlap(error):
            raise CalendarClash from error
        raise


def is_overlap(error: DBAPIError) -> bool:
    """Whether the database refused two things at one time.

    Two who want the same time in the same moment may wait for each other's rows; PostgreSQL then ends one of them as a deadlock
    (exclusion constraints are checked after the row is written), and that one came second.
    """
    said = str(error.orig)
    return OVERLAP_GUARD in said or ("deadlock detected" in said and '"busy_times"' in said)


def set_free(person_id: int, lesson: Lesson) -> None:
    """Give the time of a lesson back."""
    db.session.execute(delete(BusyTime).where(BusyTime.person_id == person_id, BusyTime.lesson_id == lesson.id))


def lock_calendar_of(mentor: User) -> None:
    """One use case at a time may move several of a mentor's sessions: two that did would wait for each other's times for ever."""
    db.session.get_one(User, mentor.id, populate_existing=True, with_for_update={"of": User, "key_share": True})


def clash_for(person_id: int, starts_at: datetime, ends_at: datetime, *, besides: Iterable[int] = ()) -> Lesson | None:
    """What somebody has between two moments (besides some lessons), so that a form can say so before Submit."""
    query = (
        select(Lesson)
        .join(BusyTime, BusyTime.lesson_id == Lesson.id)
        .where(BusyTime.person_id == person_id, BusyTime.starts_at < ends_at, BusyTime.ends_at > starts_at)
        .where(Lesson.id.not_in(list(besides)))
        .order_by(BusyTime.starts_at)
    )
    return db.session.scalars(query.limit(1)).first()


def busy_between(person_ids: Iterable[int], starts_at: datetime, ends_at: datetime, *, besides: int) -> Sequence[BusyTime]:
    """Everything some people have between two moments, besides one lesson."""
    query = select(BusyTime).where(BusyTime.person_id.in_(list(person_ids)), BusyTime.lesson_id != besides)
    return db.session.scalars(query.where(BusyTime.starts_at < ends_at, BusyTime.ends_at > starts_at)).all()


def moment_from_wall_clock(wall: datetime, zone_name: str) -> datetime:
    """What a clock on the wall of a zone shows → UTC.

    Raises Invalid for a time that does not exist there (clocks go forward) and takes the first of two (clocks go back).
    """
    local = wall.replace(tzinfo=ZoneInfo(zone_name), fold=0)
    utc = local.astimezone(UTC)
    if utc.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None) != wall:
        raise Invalid(fields={"starts_at": "Clocks go forward at this time, so it does not exist. Choose another one."})
    return utc
