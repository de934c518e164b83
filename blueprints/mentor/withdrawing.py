"""Cancel a session, or those of a series: who is affected first, then one more tap."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings.withdrawing import MoreBooked, Withdrawal, preview_withdraw, withdraw_lesson
from app.kernel.errors import Conflict
from app.lessons.series import Scope
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.scopes import scope_options
from blueprints.mentor.withdrawing_words import words_of

NOT_YET = "This is what that means. Nothing is canceled yet: please look and confirm."


@mentor.get("/sessions/<int:lesson_id>/withdrawal")
def withdraw_session(lesson_id: int) -> ResponseReturnValue:
    """The dialog: everybody who has booked and what goes back; `?scope=` says how much of a series. Without scripts a page."""
    return _preview(lesson_id, _scope(request.args.get("scope", "")))


@mentor.post("/sessions/<int:lesson_id>/withdrawal")
@write_by_person
def confirm_withdraw_session(lesson_id: int) -> ResponseReturnValue:
    """Withdraw on the terms that were shown; when they have changed, nothing happens and the new ones are shown (409)."""
    scope, shown = _scope(request.form.get("scope", "")), _scope(request.form.get("shown", ""))
    if scope is not shown:  # chosen without seeing what it means
        return _preview(lesson_id, scope, NOT_YET, 409)
    try:
        lesson = withdraw_lesson(me(), lesson_id, request.form.get("terms", ""), scope)
    except MoreBooked as changed:
        return _preview(lesson_id, scope, changed.message, changed.status)
    except Conflict as refusal:
        return _page(lesson_id, None, refusal.message), refusal.status
    if not is_htmx():
        return see_other(url_for("mentor.lessons"))
    what = f"“{lesson.title}” is canceled." if scope is Scope.THIS else "These sessions are canceled."
    return close_dialog(f"{what} Everybody gets everything back.")


def _scope(word: str) -> Scope:
    """What was chosen; a word that is none means the least."""
    return Scope(word) if word in set(Scope) else Scope.THIS


def _preview(lesson_id: int, scope: Scope, alert: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        found = preview_withdraw(me(), lesson_id, scope)
    except Conflict as refusal:
        return _page(lesson_id, None, refusal.message), refusal.status
    return _page(lesson_id, found, alert, scope), status


def _page(lesson_id: int, found: Withdrawal | None, alert: str, scope: Scope = Scope.THIS) -> str:
    template = "mentor/_withdraw_session_dialog.html" if is_htmx() else "mentor/withdraw_session.html"
    parts = {"words": words_of(found), "scopes": scope_options(found.lesson), "scope": scope.value} if found else {}
    looks = "scope" in request.args  # whoever goes through the choices keeps the focus there
    return render_template(template, lesson_id=lesson_id, found=found, alert=alert, looks=looks, **parts)
