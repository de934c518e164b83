"""Create Session, and the list of one's own sessions."""

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.bookings import queries as bookings
from app.config import settings
from app.kernel.errors import Invalid
from app.kernel.money import SYMBOLS
from app.lessons import queries as lesson_queries
from app.lessons import service as lessons_of_mentors
from app.lessons.calendar import CalendarClash
from app.lessons.models import Lesson
from app.lessons.series import Scope, members, publish_series
from app.lessons.service import publish_lesson
from app.web.addresses import whole_number
from app.web.cancel_words import CHOICES
from app.web.cards import lesson_cards
from app.web.fragments import is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from app.web.past import past_cards
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.lesson_copy import form_like
from blueprints.mentor.lesson_form import LessonForm
from blueprints.mentor.lesson_preview import clash_text, preview_of
from blueprints.mentor.meetings import agenda_in, diary_of

PUBLISHED = "published"
"""Key in the session: the lesson whose pop-up the next page shows, once."""


@mentor.get("/sessions")
def lessons() -> str:
    """What lies ahead and what was taught."""
    return render_template(
        "mentor/lessons.html", agenda=agenda_in(diary_of(me())), past=past_cards(bookings.past_for_mentor(me()), me())
    )


@mentor.get("/sessions/ahead")
def ahead() -> str:
    """What lies ahead, alone."""
    return render_template("mentor/_ahead.html", agenda=agenda_in(diary_of(me())))


@mentor.get("/sessions/new")
def new_lesson() -> str:
    """The empty form; `?like=` fills in one's own session again, a week after it or after today."""
    like = whole_number(request.args.get("like"))
    return _page(form_like(lesson_queries.own(me(), like)) if like else LessonForm(formdata=None))


@mentor.post("/sessions")
@write_by_person
def create_lesson() -> ResponseReturnValue:
    """Publish what was typed, or show what to mend; nothing typed is lost."""
    form = LessonForm()
    form.take_picture()
    if not form.validate():
        return _page(form), 422
    try:
        lesson = _publish(form)
    except Invalid as fault:
        form.accept(fault)
        return _page(form), 422
    except CalendarClash as clash:
        form.accept(Invalid(fields={"starts_at": clash_text(form, me()) or clash.message}))
        return _page(form), 409
    session[PUBLISHED] = lesson.id
    return see_other(url_for("mentor.home"))


@mentor.post("/sessions/preview")
def preview_lesson() -> str:
    """The card as it will look, and hints on time and price, while somebody types; nothing is stored."""
    form = LessonForm()
    return render_template("mentor/_preview.html", preview=preview_of(form, me()), with_hints=True)


@mentor.get("/sessions/<int:lesson_id>/promotion")
def promote(lesson_id: int) -> str:
    """The pop-up after Submit: the address to copy, and Share."""
    lesson = lesson_queries.own(me(), lesson_id)
    card = lesson_cards([lesson], me())[0]
    count = len(members(lesson, Scope.ALL))
    address = settings().base_url + card.url
    return render_template("mentor/_promote.html", card=card, address=address, is_private=not lesson.is_listed, count=count)


@mentor.post("/sessions/<int:lesson_id>/link")
@write_by_person
def renew_link(lesson_id: int) -> ResponseReturnValue:
    """A new secret link for a private session; the old one is dead."""
    lesson = lessons_of_mentors.renew_link(me(), lesson_id)
    return promote(lesson.id) if is_htmx() else see_other(url_for("mentor.lessons"))


@mentor.get("/topics")
def topics_like() -> str:
    """Known topics for what is being typed, as options."""
    return render_template("mentor/_topics.html", topics=lesson_queries.topics_like(request.args.get("topics-typed", "")[:60]))


def _publish(form: LessonForm) -> Lesson:
    """One session, or the first of a series."""
    draft, repeat = form.draft(me()), form.repeat()
    return publish_series(me(), draft, repeat)[0] if repeat else publish_lesson(me(), draft)


def _page(form: LessonForm) -> str:
    topics = lesson_queries.popular_topics(40)
    sign = SYMBOLS.get(settings().currency, settings().currency)
    parts = {"form": form, "preview": preview_of(form, me()), "topics": topics, "currency_sign": sign, "policies": CHOICES}
    return render_template("mentor/new_lesson.html", **parts)
