"""The video check: its page, what came of it, who is ready, and the start a quarter of an hour later."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.bookings import starting_later
from app.kernel.errors import Conflict, NotAllowed
from app.kernel.wire import read
from app.live import checks, queries
from app.live.checks import Report
from app.live.queries import Phase
from app.web.fragments import is_htmx, with_toast
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.live.cards import room_page
from blueprints.live.ready import ready_for
from blueprints.live.routes import live

ASKED_AT_ONCE = "Saved"
ASKED_BY_TAP = "Nothing is recorded unless you tap Record."


@live.get("/check")
def check(room_id: str) -> ResponseReturnValue:
    """The check on a page of its own, at any time before and during the session."""
    visit = queries.visit(me(), room_id)
    if visit.phase is Phase.OVER:
        return redirect(url_for("live.feedback", room_id=room_id))
    return render_template("live/check.html", room=room_page(visit, me()), ready=ready_for(visit, me()))


@live.post("/check")
@write_by_person
def report_check(room_id: str) -> ResponseReturnValue:
    """What the browser found out, as JSON; the answer says who is ready now."""
    checks.report_check(me(), room_id, read(Report, request.get_json(silent=True)))
    return _readiness(room_id)


@live.get("/readiness")
def readiness(room_id: str) -> ResponseReturnValue:
    """Who is ready, for pages that look again."""
    return _readiness(room_id)


@live.post("/later")
@write_by_person
def start_later(room_id: str) -> ResponseReturnValue:
    """Propose to start 15 minutes later, where two meet; the other side answers as they answer any proposal."""
    visit = queries.visit(me(), room_id)
    booking = starting_later.only_booking(me(), visit.room.lesson_id)
    if booking is None:
        raise Conflict("Others come to this session too. It starts as planned.", code="shared")
    starting_later.propose_later(me(), booking.id)
    return _readiness(room_id) if is_htmx() else see_other(url_for("live.room", room_id=room_id))


@live.post("/record-at-once")
@write_by_person
def record_at_once(room_id: str) -> ResponseReturnValue:
    """The mentor's setting, where it comes to mind: beside the video check and while they wait."""
    if queries.visit(me(), room_id).seat.role != "mentor":
        raise NotAllowed("Only the mentor can start a recording.")
    is_on = bool(request.form.get("on"))
    accounts.record_at_once(me(), on=is_on)
    if not is_htmx():
        return see_other(url_for("live.room", room_id=room_id))
    return with_toast(_readiness(room_id), ASKED_AT_ONCE if is_on else ASKED_BY_TAP)


def _readiness(room_id: str) -> str:
    return render_template("live/_ready.html", ready=ready_for(queries.visit(me(), room_id), me()))
