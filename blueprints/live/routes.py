"""The room's page in each phase of its life, and the feedback after it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import attendance
from app.community import service as community
from app.kernel.errors import Conflict, Invalid
from app.live import queries
from app.live.queries import Phase, Visit
from app.web.guards import home_of, me, require_sign_in
from blueprints.live.cards import room_page
from blueprints.live.forms import FeedbackForm
from blueprints.live.ready import ready_for

live = Blueprint("live", __name__, url_prefix="/session/<room_id>")
require_sign_in(live)


@live.get("/")
def room(room_id: str) -> ResponseReturnValue:
    """Before its time: when it opens. Then the room. Afterwards the feedback."""
    visit = queries.visit(me(), room_id)
    if visit.phase is Phase.OVER:
        return redirect(url_for("live.feedback", room_id=room_id))
    if visit.phase is Phase.EARLY:
        return render_template("live/early.html", room=room_page(visit, me()), ready=ready_for(visit, me()))
    attendance.note_attempt(visit.room.lesson_id, me().id)
    return render_template("live/room.html", room=room_page(visit, me()), ready=ready_for(visit, me()), form=FeedbackForm())


@live.get("/feedback")
def feedback(room_id: str) -> ResponseReturnValue:
    """The feedback dialog as a page, for whoever comes back after the end."""
    return _feedback_page(queries.visit(me(), room_id), FeedbackForm())


@live.post("/feedback")
def send_feedback(room_id: str) -> ResponseReturnValue:
    """Store the rating, or skip it, and go home; a mentor with several learners is asked about the next one."""
    visit, form = queries.visit(me(), room_id), FeedbackForm()
    if "skip" in request.form:
        return redirect(home_of(me()), 303)
    booking = community.next_to_review(me(), visit.room.lesson_id)
    if booking is None:
        raise Conflict("There is nothing left to rate in this session.")
    if not form.validate():
        return _feedback_page(visit, form), 422
    try:
        community.review(me(), booking.id, form.stars.data, form.comment.data or "")
    except Invalid as error:
        form.accept(error)
        return _feedback_page(visit, form), 422
    flash("Thank you for your feedback!", "ok")
    return redirect(_next_stop(visit), 303)


def _next_stop(visit: Visit) -> str:
    if community.next_to_review(me(), visit.room.lesson_id) is not None:
        return url_for("live.feedback", room_id=visit.room.public_id)
    return home_of(me())


def _feedback_page(visit: Visit, form: FeedbackForm) -> str:
    booking = community.next_to_review(me(), visit.room.lesson_id)
    return render_template(
        "live/over.html",
        room=room_page(visit, me()),
        form=form,
        may_rate=booking is not None,
        about=booking.learner.name if booking and visit.seat.role == "mentor" else visit.room.lesson.mentor.name,
        home=home_of(me()),
    )
