"""The room's page in each phase of its life, and the feedback after it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import attendance
from app.bookings import queries as bookings
from app.community import service as community
from app.gifts import service as gifts
from app.kernel.errors import Conflict, Invalid
from app.live import queries, recording_links
from app.live.queries import Phase, Visit
from app.web.guards import home_of, me, require_sign_in
from blueprints.live import skipped
from blueprints.live.again import next_booking_url
from blueprints.live.cards import room_page
from blueprints.live.forms import FeedbackForm, report_form
from blueprints.live.out_view import render_out
from blueprints.live.ready import ready_for

live = Blueprint("live", __name__, url_prefix="/session/<room_id>")
require_sign_in(live)


@live.get("/")
def room(room_id: str) -> ResponseReturnValue:
    """Before its time: when it opens. Then the room, but for whoever was asked to leave it. Then the feedback and what is left."""
    visit = queries.visit(me(), room_id)
    if visit.phase is Phase.OVER:
        done = skipped.is_feedback_done(visit, me())
        return redirect(url_for("live.after" if done else "live.feedback", room_id=room_id))
    if visit.phase is Phase.EARLY:
        return render_template("live/early.html", room=room_page(visit, me()), ready=ready_for(visit, me()))
    if visit.is_missed:
        return _to_booking(visit)
    if visit.is_out:
        return render_out(visit, me())
    attendance.note_attempt(visit.room.lesson_id, me().id)
    page = room_page(visit, me())
    forms = {"form": FeedbackForm(), "report_form": report_form([(person.id, person.name) for person in page.others])}
    return render_template("live/room.html", room=page, ready=ready_for(visit, me()), may_return=True, home=home_of(me()), **forms)


def _to_booking(visit: Visit) -> ResponseReturnValue:
    """Whoever comes too late reads there what was decided, and what became of the money."""
    try:
        queries.require_expected(visit)
    except attendance.Missed as missed:
        flash(missed.message, "info")
    return redirect(url_for("booking.page", booking_id=visit.seat.booking_id))


@live.get("/feedback")
def feedback(room_id: str) -> ResponseReturnValue:
    """The feedback dialog as a page, for whoever comes back after the end."""
    return _feedback_page(queries.visit(me(), room_id), FeedbackForm())


@live.post("/feedback")
def send_feedback(room_id: str) -> ResponseReturnValue:
    """Store the rating, or skip it, and go home, or to book again; a mentor with several learners is asked about the next one."""
    visit, form = queries.visit(me(), room_id), FeedbackForm()
    wants_again = "again" in request.form
    if "skip" in request.form or (wants_again and not request.form.get("stars")):
        skipped.remember(room_id)
        return redirect(next_booking_url(visit) if wants_again else home_of(me()), 303)
    booking = community.next_to_review(me(), visit.room.lesson_id)
    if booking is None:
        raise Conflict("There is nothing left to rate in this session.")
    if not form.validate():
        return _feedback_page(visit, form), 422
    try:
        community.review(me(), booking.id, form.stars.data, form.comment.data or "", form.tags.data or ())
    except Invalid as error:
        form.accept(error)
        return _feedback_page(visit, form), 422
    flash("Thank you for your feedback!", "ok")
    return redirect(next_booking_url(visit) if wants_again else _next_stop(visit), 303)


def _next_stop(visit: Visit) -> str:
    if "back" in request.form:
        return url_for("live.after", room_id=visit.room.public_id)
    if community.next_to_review(me(), visit.room.lesson_id) is not None:
        return url_for("live.feedback", room_id=visit.room.public_id)
    return home_of(me())


def _may_give(visit: Visit) -> bool:
    booking_id = visit.seat.booking_id
    return booking_id is not None and gifts.may_give(me(), bookings.of_learner(me(), booking_id))


def _feedback_page(visit: Visit, form: FeedbackForm) -> str:
    booking = community.next_to_review(me(), visit.room.lesson_id)
    return render_template(
        "live/over.html",
        room=room_page(visit, me()),
        form=form,
        may_rate=booking is not None,
        may_give=_may_give(visit),
        was_recorded=recording_links.is_expected(visit.room),
        about=booking.learner.name if booking and visit.seat.role == "mentor" else visit.room.lesson.mentor.name,
        home=home_of(me()),
    )
