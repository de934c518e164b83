"""Edit a session that is offered already; the form is that of Create Session, filled in."""

from zoneinfo import ZoneInfo

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.config import settings
from app.kernel.errors import Invalid
from app.kernel.money import SYMBOLS
from app.lessons import queries as lesson_queries
from app.lessons.calendar import CalendarClash
from app.lessons.editing import edit_lesson
from app.web.cancel_words import CHOICES
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.lesson_copy import form_like
from blueprints.mentor.lesson_form import LessonForm
from blueprints.mentor.lesson_preview import preview_of
from blueprints.mentor.scopes import scope_options


@mentor.get("/sessions/<int:lesson_id>/edit")
def edit_session(lesson_id: int) -> str:
    """The form with what is published; 404 for others' sessions."""
    lesson = lesson_queries.own(me(), lesson_id)
    form = form_like(lesson)
    form.starts_at.data = lesson.starts_at.astimezone(ZoneInfo(me().timezone)).replace(tzinfo=None)
    return _page(form, lesson_id)


@mentor.post("/sessions/<int:lesson_id>/edit")
@write_by_person
def save_session(lesson_id: int) -> ResponseReturnValue:
    """Change it, or show what to mend; nothing typed is lost."""
    lesson_queries.own(me(), lesson_id)
    form = LessonForm()
    form.take_picture()
    if not form.validate():
        return _page(form, lesson_id), 422
    try:
        changed = edit_lesson(me(), lesson_id, form.draft(me()), form.meant)
    except Invalid as fault:
        form.accept(fault)
        return _page(form, lesson_id), 422
    except CalendarClash as clash:
        form.accept(Invalid(fields={"starts_at": clash.message}))
        return _page(form, lesson_id), 409
    flash("Saved" if len(changed) == 1 else f"{len(changed)} sessions are changed", "ok")
    return see_other(url_for("mentor.lessons"))


def _page(form: LessonForm, lesson_id: int) -> str:
    form.lesson_id.data = str(lesson_id)
    sign = SYMBOLS.get(settings().currency, settings().currency)
    scopes = scope_options(lesson_queries.own(me(), lesson_id))
    parts = {"form": form, "preview": preview_of(form, me()), "currency_sign": sign, "policies": CHOICES, "scopes": scopes}
    return render_template("mentor/new_lesson.html", topics=lesson_queries.popular_topics(40), editing=lesson_id, **parts)
