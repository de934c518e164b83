"""Sessions that repeat: the same hour of the mentor's clock, week after week, each a session of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.lessons.calendar import CalendarClash, lock_calendar_of
from app.lessons.models import Lesson, LessonState
from app.lessons.service import LessonDraft, publish_lesson

EVERY_WEEKS = (1, 2, 4)
MOST_TIMES = 12


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often: `times` in all, every so many weeks."""

    every_weeks: int
    times: int


class Scope(StrEnum):
    """How much of a series somebody means."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


def publish_series(mentor: User, draft: LessonDraft, repeat: Repeat) -> Sequence[Lesson]:
    """Publish a session several times, at the same time of the wall clock whatever the clocks do; all of them or none.

    Raises what publish_lesson raises; Invalid and CalendarClash name the day that does not fit.
    """
    if repeat.every_weeks not in EVERY_WEEKS or not 2 <= repeat.times <= MOST_TIMES:
        raise Invalid(fields={"repeats": f"Choose 2 to {MOST_TIMES} times."})
    key, found = new_public_id(), []
    with transaction():
        lock_calendar_of(mentor)
        for number in range(repeat.times):
            starts_at = draft.starts_at + timedelta(weeks=number * repeat.every_weeks)
            found.append(_one_of(mentor, replace(draft, starts_at=starts_at), key, is_first=number == 0))
    return found


def members(lesson: Lesson, scope: Scope) -> Sequence[Lesson]:
    """The sessions of a series that are meant, soonest first; the session alone when it is in none."""
    if lesson.series_key is None or scope is Scope.THIS:
        return [lesson]
    query = select(Lesson).where(Lesson.series_key == lesson.series_key, Lesson.mentor_id == lesson.mentor_id)
    if scope is Scope.FOLLOWING:
        query = query.where(Lesson.starts_at >= lesson.starts_at)
    return db.session.scalars(query.order_by(Lesson.starts_at, Lesson.id)).all()


def ahead(lesson: Lesson, scope: Scope) -> Sequence[Lesson]:
    """Those of them that are still offered and have not begun: what somebody can change or take back."""
    return [one for one in members(lesson, scope) if one.state is LessonState.PUBLISHED and one.starts_at > now()]


def locked_ahead(lesson: Lesson, scope: Scope) -> Sequence[Lesson]:
    """The same, read afresh and locked until the commit; joins the caller's transaction.

    In the order of their ids, so that two who mean several never wait for each other; against booking and editing, not against rows
    that point to them: else a cancel at the same moment would deadlock.
    """
    ids = [one.id for one in members(lesson, scope)]
    query = select(Lesson).where(Lesson.id.in_(ids)).order_by(Lesson.id).with_for_update(of=Lesson, key_share=True)
    db.session.scalars(query.execution_options(populate_existing=True)).all()
    return ahead(lesson, scope)


def day_of(wall: datetime) -> str:
    """`Tue 20 Oct 2026, 18:30`: how a message names one of many sessions, by the mentor's clock."""
    return f"{wall:%a} {wall.day} {wall:%b %Y, %H:%M}"


def _one_of(mentor: User, draft: LessonDraft, key: str, *, is_first: bool) -> Lesson:
    try:
        return publish_lesson(mentor, draft, series_key=key)
    except CalendarClash:
        raise CalendarClash(f"You have another session on {day_of(draft.starts_at)}. Nothing was published.") from None
    except Invalid as fault:
        if is_first or set(fault.fields) != {"starts_at"}:
            raise
        raise Invalid(fields={"repeats": f"{day_of(draft.starts_at)}: {fault.fields['starts_at']}"}) from None

