"""Change what is offered already, one session or those of a series: what it says and costs from now on.

Who has booked keeps what they booked. In a series only what was changed goes over to the others, so that one with a price of its
own keeps it; a new time moves each by as much on the mentor's clock, whatever the clocks do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.calendar import CalendarClash
from app.lessons.events import LessonEdited
from app.lessons.models import BusyTime, Lesson
from app.lessons.queries import own
from app.lessons.series import Scope, day_of, locked_ahead
from app.lessons.service import LessonDraft, clean_topics, faults_of, slug_of, write_words

BOOKED = "Somebody has booked it at this time. Use Reschedule on the booking’s page, so that they can agree."
CARRIED = ("title", "description", "duration_minutes", "price", "capacity", "thumbnail", "is_instant")
"""What goes over to the other sessions of a series when it was changed in one; topics and the time besides."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one session is to say, and when it is to begin."""

    lesson: Lesson
    draft: LessonDraft
    starts_at: datetime

    @property
    def moves(self) -> bool:
        """Whether it takes another stretch of the mentor's calendar."""
        return (self.starts_at, self.draft.duration_minutes) != (self.lesson.starts_at, self.lesson.duration_minutes)


def edit_lesson(mentor: User, lesson_id: int, draft: LessonDraft, scope: Scope = Scope.THIS) -> Sequence[Lesson]:
    """Change words, picture, seats and price for future bookings; the time only while nobody has a seat, the policy never.

    With a scope: those of its series that lie ahead too, all of them or none. Returns them, the soonest first.
    Raises NotFound for others' sessions, Conflict for one that has begun or is withdrawn (CalendarClash, naming it, when the mentor
    has something else at a new time), Invalid with the fields to mend; for another one of the series it names the day.
    """
    own(mentor, lesson_id)
    with transaction() as tx:
        if scope is not Scope.THIS:
            calendar.lock_calendar_of(mentor)
        lesson = own(mentor, lesson_id)
        found = locked_ahead(lesson, scope)
        if lesson not in found:
            raise Conflict("This session cannot be changed any more.", code="begun")
        changes = _changes(lesson, found, draft)
        for change in changes:
            _require_fit(change, named=change.lesson is not lesson)
        _move([change for change in changes if change.moves])
        for change in changes:
            _write(tx, mentor, change)
    return found


def seats_taken(lesson: Lesson) -> int:
    """How many learners have this time in their calendars."""
    query = select(func.count()).where(BusyTime.lesson_id == lesson.id, BusyTime.person_id != lesson.mentor_id)
    return int(db.session.scalar(query) or 0)


def draft_of(lesson: Lesson, zone: str) -> LessonDraft:
    """What a mentor would have to type for a session as it stands, by the clock of a zone."""
    return LessonDraft(
        title=lesson.title,
        description=lesson.description,
        starts_at=_wall(lesson, zone),
        timezone=zone,
        duration_minutes=lesson.duration_minutes,
        price=lesson.price,
        topics=tuple(topic.name for topic in lesson.topics),
        capacity=lesson.capacity,
        thumbnail=lesson.thumbnail,
        is_free=lesson.price.is_zero,
        is_instant=lesson.is_instant,
    )


def _changes(lesson: Lesson, found: Sequence[Lesson], draft: LessonDraft) -> list[Change]:
    """The draft for the session it was typed for; for the others what it changed there."""
    before = draft_of(lesson, draft.timezone)
    shift, carried = draft.starts_at - before.starts_at, _carried(before, draft)
    return [_change(one, draft if one is lesson else replace(draft_of(one, draft.timezone), **carried), shift) for one in found]


def _change(lesson: Lesson, draft: LessonDraft, shift: timedelta) -> Change:
    if not shift:
        return Change(lesson, draft, lesson.starts_at)
    wall = _wall(lesson, draft.timezone)
    moved = replace(draft, starts_at=wall + shift)
    try:
        return Change(lesson, moved, calendar.moment_from_wall_clock(moved.starts_at, draft.timezone))
    except Invalid as fault:
        raise Invalid(fields={"starts_at": f"{day_of(moved.starts_at)}: {fault.fields['starts_at']}"}) from None


def _carried(before: LessonDraft, draft: LessonDraft) -> dict[str, Any]:
    carried = {name: getattr(draft, name) for name in CARRIED if getattr(draft, name) != getattr(before, name)}
    if "price" in carried:
        carried["is_free"] = draft.is_free
    if [slug_of(name) for name in clean_topics(draft.topics)] != [slug_of(name) for name in before.topics]:
        carried["topics"] = draft.topics
    return carried


def _require_fit(change: Change, *, named: bool) -> None:
    fields = {**faults_of(change.draft, change.starts_at), **_faults_for_learners(change)}
    if not fields:
        return
    day = f"{day_of(_wall(change.lesson, change.draft.timezone))}: " if named else ""
    raise Invalid(fields={name: f"{day}{text}" for name, text in fields.items()})


def _faults_for_learners(change: Change) -> dict[str, str]:
    lesson, draft = change.lesson, change.draft
    taken, fields = seats_taken(lesson), {}
    if draft.capacity < taken:
        fields["capacity"] = f"{taken} learners have a seat already."
    if taken and change.starts_at != lesson.starts_at:
        fields["starts_at"] = BOOKED
    if taken and draft.duration_minutes != lesson.duration_minutes:
        fields["duration_minutes"] = "Somebody has booked it with this length, so it stays."
    return fields


def _move(changes: Sequence[Change]) -> None:
    """All old times are given back before the first new one is taken: in a series one may go where another was."""
    for change in changes:
        calendar.set_free(change.lesson.mentor_id, change.lesson)
    for change in changes:
        lesson, draft = change.lesson, change.draft
        ends_at = change.starts_at + timedelta(minutes=draft.duration_minutes)
        other = calendar.clash_for(lesson.mentor_id, change.starts_at, ends_at)
        if other is not None:
            raise CalendarClash(f"You have “{other.title}” on {day_of(draft.starts_at)}. Nothing was changed.")
        lesson.starts_at, lesson.ends_at = change.starts_at, ends_at
        lesson.duration_minutes, lesson.timezone = draft.duration_minutes, draft.timezone
        try:
            calendar.keep_free(lesson.mentor_id, lesson)
        except CalendarClash:  # the guard saw what was not there when we looked
            raise CalendarClash(f"You have something else on {day_of(draft.starts_at)} by now. Nothing was changed.") from None


def _write(tx: Transaction, mentor: User, change: Change) -> None:
    lesson, draft = change.lesson, change.draft
    write_words(lesson, draft)
    lesson.price_minor, lesson.capacity, lesson.is_instant = draft.price.amount_minor, draft.capacity, draft.is_instant
    record(mentor.id, AuditTag.LESSON_EDITED, lesson)
    tx.publish(LessonEdited(lesson.id, mentor.id))


def _wall(lesson: Lesson, zone: str) -> datetime:
    return lesson.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
