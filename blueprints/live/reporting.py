"""Reporting somebody from the room: the form after "Leave and report", and the same as a page."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from app.kernel.errors import Invalid
from app.live import queries, reports
from app.live.queries import Phase, Visit
from app.web.guards import home_of, me
from app.web.limits import write_by_person
from blueprints.live.cards import room_page
from blueprints.live.forms import ReportForm, report_form
from blueprints.live.routes import live


@live.get("/report")
def report(room_id: str) -> ResponseReturnValue:
    """The form as a page, for whoever closed the dialog or comes back later."""
    visit = queries.visit(me(), room_id)
    return _page(visit, _form(visit))


@live.post("/report")
@write_by_person
def send_report(room_id: str) -> ResponseReturnValue:
    """Write it down and go home; the form with its faults comes back with what was typed."""
    visit = queries.visit(me(), room_id)
    form = _form(visit)
    if not form.validate():
        return _page(visit, form), 422
    try:
        sent = reports.report(
            me(), room_id, form.person.data, reason=form.reason.data, words=form.words.data or "", block=form.block.data
        )
    except Invalid as error:
        form.accept(error)
        return _page(visit, form), 422
    held = " What you paid stays where it is until then." if sent.booking_id and sent.room.lesson.price_minor else ""
    flash(f"Thank you. We look into it.{held}", "ok")
    return redirect(home_of(me()), 303)


def _form(visit: Visit) -> ReportForm:
    return report_form([(person.id, person.name) for person in room_page(visit, me()).others])


def _page(visit: Visit, form: ReportForm) -> str:
    room = room_page(visit, me())
    may_return = visit.phase is Phase.OPEN and not visit.is_out and not visit.is_missed
    return render_template("live/report.html", room=room, report_form=form, may_return=may_return, home=home_of(me()))
