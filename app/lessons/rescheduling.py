"""The same session at another time: moved with everybody's busy time, or copied for one of several learners."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.kernel.clock import now
from app.lessons import calendar
from app.lessons.models import BusyTime, Lesson, LessonState, LessonTopic

CARRIED = (
    "mentor_id",
    "title",
    "description",
    "timezone",
    "duration_minutes",
    "price_minor",
    "currency",
    "thumbnail",
    "is_instant",
    "cancel_policy",
    "search_text",
)
"""What a copy has in common with its original."""


def move(lesson: Lesson, starts_at: datetime) -> None:
    """Give a lesson another start and the same length, in everybody's calendar too; joins the caller's transaction.

    Raises CalendarClash when somebody of it has something else then; the caller must let its transaction roll back.
    """
    lesson.starts_at, lesson.ends_at = starts_at, starts_at + lesson.duration
    query = select(BusyTime).where(BusyTime.lesson_id == lesson.id).order_by(BusyTime.person_id)
    for busy in db.session.scalars(query.execution_options(populate_existing=True)):
        busy.starts_at, busy.ends_at = lesson.starts_at, lesson.ends_at
    try:
        db.session.flush()
    except DBAPIError as error:
        if calendar.is_overlap(error):
            raise calendar.CalendarClash from error
        raise


def copy_for_one(lesson: Lesson, starts_at: datetime) -> Lesson:
    """A copy at another time with one seat, shown to nobody else, and its mentor busy then; joins the caller's transaction.

    Raises CalendarClash as above.
    """
    copy = Lesson(
        **{name: getattr(lesson, name) for name in CARRIED},
        starts_at=starts_at,
        ends_at=starts_at + lesson.duration,
        capacity=1,
        is_listed=False,
        created_at=now(),
        lesson_topics=[LessonTopic(topic_id=entry.topic_id) for entry in lesson.lesson_topics],
    )
    db.session.add(copy)
    db.session.flush()
    calendar.keep_free(copy.mentor_id, copy)
    return copy


def give_up(lesson: Lesson) -> None:
    """Nobody comes to a session that was made for one person: it is no longer offered, and its mentor is free then."""
    lesson.state = LessonState.WITHDRAWN
    calendar.set_free(lesson.mentor_id, lesson)
