"""Waiting lists: join and leave with one tap; where somebody stands, on the session's page and among their bookings."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import line, queries, queueing
from app.bookings.visibility import lesson_for
from app.lessons.models import Lesson
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from app.web.lines import line_view, line_views, position_text
from blueprints.learner.blueprint import learner

TOPICS = ("lines", "bookings")


@learner.get("/sessions/<int:lesson_id>/line", endpoint="line")
def part(lesson_id: int) -> str:
    """The part of a session's page that changes."""
    lesson = _asked_for(lesson_id)
    is_full = queries.taken_seats([lesson.id]).get(lesson.id, 0) >= lesson.capacity
    return render_template("shared/_line.html", line=line_view(lesson, me(), is_full=is_full), lesson_id=lesson.id)


@learner.post("/sessions/<int:lesson_id>/line")
@write_by_person
def join_line(lesson_id: int) -> ResponseReturnValue:
    """Stand in line."""
    lesson = _asked_for(lesson_id)
    queueing.join_line(me(), lesson.id)
    standing = line.standing_in(me(), lesson.id)
    place = position_text(standing) if standing else "You are in line"
    return _done(lesson, f"{place}. A free seat is held for you, and we tell you at once.")


@learner.post("/sessions/<int:lesson_id>/line/end")
@write_by_person
def leave_line(lesson_id: int) -> ResponseReturnValue:
    """Stand in line no more."""
    lesson = _asked_for(lesson_id)
    queueing.leave_line(me(), lesson.id)
    return _done(lesson, "You left the waiting list.")


@learner.get("/lines")
def lines() -> str:
    """All the lines somebody stands in."""
    return render_template("learner/_lines.html", lines=line_views(line.standings_of(me())))


def _asked_for(lesson_id: int) -> Lesson:
    return lesson_for(me(), lesson_id, request.args.get("key", ""))


def _done(lesson: Lesson, text: str) -> ResponseReturnValue:
    if not is_htmx():
        return see_other(url_for("visitor.lesson", lesson_id=lesson.id, key=lesson.link_token))
    return close_dialog(text, *TOPICS)
