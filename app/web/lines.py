"""View models of waiting lists: a fully booked session's, and all those somebody stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.accounts.models import User
from app.bookings import line, queries, queueing
from app.bookings.line import Standing
from app.lessons.models import Lesson
from app.web.filters import when

NAMED = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class LineView:
    """A waiting list as one learner sees it. `position_text` is empty for whoever does not stand in it; `offered_until` is set
    while a seat is held for them."""

    lesson_id: int
    title: str
    url: str
    when: str
    position_text: str
    offered_until: datetime | None
    part_url: str
    join_url: str
    leave_url: str
    book_url: str


def line_view(lesson: Lesson, viewer: User | None, *, is_full: bool) -> LineView | None:
    """The waiting list of a session for somebody who looks at it; None when there is nothing for them to do."""
    standing = line.standing_in(viewer, lesson.id) if viewer is not None else None
    may_join = is_full and queueing.may_join(lesson) and (viewer is None or _may_stand(viewer, lesson))
    return _view(lesson, standing) if standing is not None or may_join else None


def _may_stand(viewer: User, lesson: Lesson) -> bool:
    """Not in the line of their own session, nor for a seat they have already."""
    if not viewer.is_learner or viewer.id == lesson.mentor_id:
        return False
    return queries.live_of_learner_in(viewer, lesson.id) is None


def line_views(standings: Iterable[Standing]) -> list[LineView]:
    """All the lines somebody stands in."""
    return [_view(standing.lesson, standing) for standing in standings]


def position_text(standing: Standing) -> str:
    """`You are second in line`."""
    place = NAMED[standing.position - 1] if standing.position <= len(NAMED) else f"number {standing.position}"
    return f"You are {place} in line"


def _view(lesson: Lesson, standing: Standing | None) -> LineView:
    return LineView(
        lesson_id=lesson.id,
        title=lesson.title,
        url=url_for("visitor.lesson", lesson_id=lesson.id, key=lesson.link_token),
        when=when(lesson.starts_at),
        position_text=position_text(standing) if standing else "",
        offered_until=standing.offered_until if standing else None,
        part_url=url_for("learner.line", lesson_id=lesson.id, key=lesson.link_token),
        join_url=url_for("learner.join_line", lesson_id=lesson.id, key=lesson.link_token),
        leave_url=url_for("learner.leave_line", lesson_id=lesson.id, key=lesson.link_token),
        book_url=url_for("learner.book", lesson_id=lesson.id, key=lesson.link_token),
    )
