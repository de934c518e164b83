"""Who may look at a session: everybody at a listed one, and at a private one whoever was given its link or belongs to it."""

from hmac import compare_digest

from sqlalchemy import exists, select

from app.accounts.models import User
from app.bookings.line_models import WaitingEntry
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.errors import NotFound
from app.lessons import queries as lessons
from app.lessons.models import Lesson


def lesson_for(viewer: User | None, lesson_id: int, key: str = "") -> Lesson:
    """A session this viewer may see and book, with the secret part of its link where it has one.

    Raises NotFound for one that is not there, and for a private one without its link: the two look the same from outside.
    """
    lesson = lessons.lesson(lesson_id)
    if lesson.is_listed or _has_link(lesson, key) or (viewer is not None and _belongs(viewer, lesson)):
        return lesson
    raise NotFound("We could not find this session.")


def _has_link(lesson: Lesson, key: str) -> bool:
    return lesson.link_token is not None and compare_digest(lesson.link_token.encode(), key.encode())


def _belongs(viewer: User, lesson: Lesson) -> bool:
    if viewer.id == lesson.mentor_id:
        return True
    booked = exists().where(Booking.lesson_id == lesson.id, Booking.learner_id == viewer.id)
    in_line = exists().where(WaitingEntry.lesson_id == lesson.id, WaitingEntry.learner_id == viewer.id)
    return bool(db.session.scalar(select(booked | in_line)))
