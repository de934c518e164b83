"""Reading lessons: one, a mentor's, the catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select

from app.accounts.blocks import strangers_to
from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.lessons.models import BusyTime, Lesson, LessonState, LessonTopic, Topic
from app.lessons.service import search_text_of

PAGE = 24
SORTS = ("soonest", "price")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; moments are aware, highest_price in minor units, page counts from 0. `viewer_id` finds nobody whom
    they have blocked, or who has blocked them."""

    text: str = ""
    topic: str = ""
    after: datetime | None = None
    before: datetime | None = None
    highest_price: int | None = None
    sort: str = "soonest"
    page: int = 0
    viewer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of lessons and how many there are in all."""

    lessons: Sequence[Lesson]
    total: int
    has_more: bool


def lesson(lesson_id: int) -> Lesson:
    """A lesson by id, whatever its state; NotFound when there is none."""
    found = db.session.get(Lesson, lesson_id)
    if found is None:
        raise NotFound("We could not find this session.")
    return found


def own(mentor: User, lesson_id: int) -> Lesson:
    """A mentor's own lesson; NotFound for anybody else's."""
    found = lesson(lesson_id)
    if found.mentor_id != mentor.id:
        raise NotFound("We could not find this session.")
    return found


def search(wanted: Search) -> Found:
    """Bookable lessons that fit, soonest or cheapest first."""
    query = _bookable()
    if wanted.viewer_id is not None:
        query = query.where(strangers_to(wanted.viewer_id, Lesson.mentor_id))
    for word in search_text_of(wanted.text).split()[:8]:
        query = query.where(Lesson.search_text.contains(word, autoescape=True))
    if wanted.topic:
        query = query.where(_has_topic(wanted.topic))
    if wanted.after is not None:
        query = query.where(Lesson.starts_at >= wanted.after)
    if wanted.before is not None:
        query = query.where(Lesson.starts_at < wanted.before)
    if wanted.highest_price is not None:
        query = query.where(Lesson.price_minor <= wanted.highest_price)
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    order = (Lesson.price_minor, Lesson.starts_at) if wanted.sort == "price" else (Lesson.starts_at,)
    page = query.order_by(*order, Lesson.id).offset(wanted.page * PAGE).limit(PAGE)
    lessons = db.session.scalars(page).all()
    return Found(lessons, total, has_more=(wanted.page + 1) * PAGE < total)


def starting_soon(limit: int, *, not_by: int | None = None, without: Iterable[int] = ()) -> Sequence[Lesson]:
    """The next bookable lessons for one person (not their own, nor of anybody blocked), without those of these ids."""
    query = _bookable().where(Lesson.id.not_in(list(without)))
    if not_by is not None:
        query = query.where(Lesson.mentor_id != not_by, strangers_to(not_by, Lesson.mentor_id))
    return db.session.scalars(query.order_by(Lesson.starts_at, Lesson.id).limit(limit)).all()


def upcoming_of(mentor_id: int, limit: int = 50) -> Sequence[Lesson]:
    """A mentor's lessons that are not over, soonest first."""
    query = select(Lesson).where(Lesson.mentor_id == mentor_id, Lesson.ends_at > now(), Lesson.state == LessonState.PUBLISHED)
    return db.session.scalars(query.order_by(Lesson.starts_at).limit(limit)).all()


def shown_of(mentor_id: int, limit: int = 50) -> Sequence[Lesson]:
    """The same as everybody may see them: without private ones."""
    query = select(Lesson).where(Lesson.mentor_id == mentor_id, Lesson.ends_at > now(), Lesson.state == LessonState.PUBLISHED)
    return db.session.scalars(query.where(Lesson.is_listed.is_(True)).order_by(Lesson.starts_at).limit(limit)).all()


def past_of(mentor_id: int, limit: int = 50) -> Sequence[Lesson]:
    """A mentor's lessons that are over, latest first."""
    query = select(Lesson).where(Lesson.mentor_id == mentor_id, Lesson.ends_at <= now())
    return db.session.scalars(query.order_by(Lesson.starts_at.desc()).limit(limit)).all()


_POPULAR_TOPICS = (
    select(Topic)
    .join(LessonTopic, LessonTopic.topic_id == Topic.id)
    .join(Lesson, Lesson.id == LessonTopic.lesson_id)
    .where(Lesson.starts_at > bindparam("moment"), Lesson.state == LessonState.PUBLISHED)
    .group_by(Topic.id)
    .order_by(func.count().desc(), Topic.name)
    .limit(bindparam("most", type_=Integer))
)


def popular_topics(limit: int) -> Sequence[Topic]:
    """Topics of what can be booked now, most offered first."""
    return db.session.scalars(_POPULAR_TOPICS, {"moment": now(), "most": limit}).all()


def topics_like(text: str, limit: int = 8) -> Sequence[Topic]:
    """Known topics that contain what was typed, for the form's suggestions."""
    word = search_text_of(text).replace(" ", "-")
    if not word:
        return []
    query = select(Topic).where(Topic.slug.contains(word, autoescape=True)).order_by(Topic.name)
    return db.session.scalars(query.limit(limit)).all()


def topics_taught_by(mentor_id: int, limit: int = 12) -> Sequence[Topic]:
    """What a mentor has offered, most often first."""
    query = (
        select(Topic)
        .join(LessonTopic, LessonTopic.topic_id == Topic.id)
        .join(Lesson, Lesson.id == LessonTopic.lesson_id)
        .where(Lesson.mentor_id == mentor_id)
        .group_by(Topic.id)
        .order_by(func.count().desc(), Topic.name)
    )
    return db.session.scalars(query.limit(limit)).all()


def _bookable() -> Select[Lesson]:
    """Published, still to come, and with a free seat: every taken seat is busy time, and so is the mentor's own chair."""
    chairs_taken = select(func.count()).where(BusyTime.lesson_id == Lesson.id).correlate(Lesson).scalar_subquery()
    offered = (Lesson.state == LessonState.PUBLISHED, Lesson.is_listed.is_(True), Lesson.starts_at > now())
    return select(Lesson).where(*offered, chairs_taken <= Lesson.capacity)


def _has_topic(slug: str) -> ColumnElement[bool]:
    return Lesson.lesson_topics.any(LessonTopic.topic.has(Topic.slug == slug))
