"""The session's page once it is over: the receipt in short, notes, what was said and drawn, and all of it as one file."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.wire import read
from app.live import notes, pack, queries
from app.live.board_pages import pages_of
from app.live.notes import Notes
from app.live.queries import Phase
from app.web.guards import home_of, me
from app.web.limits import pdf_by_person, write_by_person
from blueprints.live.after_view import after_view
from blueprints.live.forms import FeedbackForm
from blueprints.live.routes import live


@live.get("/after")
def after(room_id: str) -> ResponseReturnValue:
    """The page, whether feedback was given or not; before the end it leads to the room, but for whoever was asked to leave that."""
    visit = queries.visit(me(), room_id)
    if visit.phase is not Phase.OVER and not visit.is_out:
        return redirect(url_for("live.room", room_id=room_id))
    return render_template("live/after.html", page=after_view(visit, me()), form=FeedbackForm(), home=home_of(me()))


@live.post("/notes")
@write_by_person
def save_notes(room_id: str) -> ResponseReturnValue:
    """One's own notes, as they are typed."""
    notes.save_notes(me(), room_id, read(Notes, request.get_json(silent=True)))
    return "", 204


@live.get("/board")
def board(room_id: str) -> Response:
    """What stands on the whiteboard, for the browser to draw: a JSON list of pages."""
    room = queries.look_in(me(), room_id).room
    return Response(pages_of(room), content_type="application/json", headers={"Cache-Control": "private, no-store"})


@live.get("/learning-pack.zip")
@pdf_by_person
def learning_pack(room_id: str) -> Response:
    """All of it as one file."""
    name, data = pack.pack_of(me(), room_id)
    answer = Response(data, content_type="application/zip", headers={"Cache-Control": "private, no-store"})
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
