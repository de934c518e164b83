"""Cancel a session: who is affected first, then one more tap."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings.withdrawing import MoreBooked, Withdrawal, preview_withdraw, withdraw_lesson
from app.kernel.errors import Conflict
from app.web.filters import plural, when
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor


@mentor.get("/sessions/<int:lesson_id>/withdrawal")
def withdraw_session(lesson_id: int) -> ResponseReturnValue:
    """The dialog: everybody who has booked it and what goes back to them. Without scripts a page of its own."""
    return _preview(lesson_id)


@mentor.post("/sessions/<int:lesson_id>/withdrawal")
@write_by_person
def confirm_withdraw_session(lesson_id: int) -> ResponseReturnValue:
    """Withdraw on the terms that were shown; when they have changed, nothing happens and the new ones are shown (409)."""
    try:
        lesson = withdraw_lesson(me(), lesson_id, request.form.get("terms", ""))
    except MoreBooked as changed:
        return _preview(lesson_id, changed.message, changed.status)
    except Conflict as refusal:
        return _page(lesson_id, None, refusal.message), refusal.status
    if not is_htmx():
        return see_other(url_for("mentor.lessons"))
    return close_dialog(f"“{lesson.title}” is canceled. Everybody gets everything back.")


def _preview(lesson_id: int, alert: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        found = preview_withdraw(me(), lesson_id)
    except Conflict as refusal:
        return _page(lesson_id, None, refusal.message), refusal.status
    return _page(lesson_id, found, alert), status


def _page(lesson_id: int, found: Withdrawal | None, alert: str) -> str:
    rows = [(booking.learner.name, f"{booking.price} back") for booking in found.bookings] if found else []
    template = "mentor/_withdraw_session_dialog.html" if is_htmx() else "mentor/withdraw_session.html"
    about = f"{when(found.lesson.starts_at)} · {plural(len(rows), 'learner')} booked" if found else ""
    return render_template(template, lesson_id=lesson_id, found=found, alert=alert, rows=rows, about=about)
