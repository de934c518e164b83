"""Whoever was asked to leave asks to come back; their page reads itself again until the mentor has answered."""

from contextlib import suppress

from flask import url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import TooMany
from app.live import queries, removal
from app.web.fragments import is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.live.out_view import render_out
from blueprints.live.routes import live


@live.get("/out")
def out(room_id: str) -> ResponseReturnValue:
    """The section of the page; it leads into the room once they are let back, and to what is left once that is over."""
    return _section(room_id)


@live.post("/out")
@write_by_person
def ask_back(room_id: str) -> ResponseReturnValue:
    """The mentor sees who asks. Asked too soon, the section says from when on it goes again."""
    with suppress(TooMany):
        removal.ask_back(me(), room_id)
    return _section(room_id)


def _section(room_id: str) -> ResponseReturnValue:
    visit = queries.visit(me(), room_id)
    if not (visit.is_out and is_htmx()):
        return see_other(url_for("live.room", room_id=room_id))
    return render_out(visit, me(), "live/_out.html")
