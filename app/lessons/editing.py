"""Change a session that is offered already: what it says and costs from now on; who has booked keeps what they booked."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.lessons.events import LessonEdited
from app.lessons.models import BusyTime, Lesson, LessonState
from app.lessons.queries import own
from app.lessons.service import LessonDraft, faults_of, write_words

BOOKED = "Somebody has booked it at this time. Use Reschedule on the booking’s page, so that they can agree."


def edit_lesson(mentor: User, lesson_id: int, draft: LessonDraft) -> Lesson:
    """Change words, picture, seats and price for future bookings; the time only while nobody has a seat, the policy never.

    Raises NotFound for others' sessions, Conflict for one that has begun or is withdrawn (CalendarClash when the mentor has
    something else at the new time), Invalid with the fields to mend.
    """
    own(mentor, lesson_id)
    starts_at = calendar.moment_from_wall_clock(draft.starts_at, draft.timezone)
    with transaction() as tx:
        lesson = db.session.get_one(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson, "key_share": True})
        if lesson.state is not LessonState.PUBLISHED or lesson.starts_at <= now():
            raise Conflict("This session cannot be changed any more.", code="begun")
        fields = {**faults_of(draft, starts_at), **_faults_for_learners(lesson, draft, starts_at)}
        if fields:
            raise Invalid(fields=fields)
        _move(lesson, draft, starts_at)
        write_words(lesson, draft)
        lesson.price_minor, lesson.capacity = draft.price.amount_minor, draft.capacity
        lesson.is_instant = draft.is_instant
        record(mentor.id, AuditTag.LESSON_EDITED, lesson)
        tx.publish(LessonEdited(lesson.id, mentor.id))
    return lesson


def seats_taken(lesson: Lesson) -> int:
    """How many learners have this time in their calendars."""
    query = select(func.count()).where(BusyTime.lesson_id == lesson.id, BusyTime.person_id != lesson.mentor_id)
    return int(db.session.scalar(query) or 0)


def _faults_for_learners(lesson: Lesson, draft: LessonDraft, starts_at: datetime) -> dict[str, str]:
    taken, fields = seats_taken(lesson), {}
    if draft.capacity < taken:
        fields["capacity"] = f"{taken} learners have a seat already."
    if taken and starts_at != lesson.starts_at:
        fields["starts_at"] = BOOKED
    if taken and draft.duration_minutes != lesson.duration_minutes:
        fields["duration_minutes"] = "Somebody has booked it with this length, so it stays."
    return fields


def _move(lesson: Lesson, draft: LessonDraft, starts_at: datetime) -> None:
    if (starts_at, draft.duration_minutes) == (lesson.starts_at, lesson.duration_minutes):
        return
    calendar.set_free(lesson.mentor_id, lesson)
    lesson.starts_at, lesson.duration_minutes, lesson.timezone = starts_at, draft.duration_minutes, draft.timezone
    lesson.ends_at = starts_at + timedelta(minutes=draft.duration_minutes)
    calendar.keep_free(lesson.mentor_id, lesson)
