"""A recording's pieces on their way in, and the file on its way out."""

import re
from datetime import timedelta

from flask import Response, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import Conflict, Invalid, NotAllowed
from app.kernel.storage import storage
from app.live import queries, recording_deletion, recording_links, recording_pieces, recording_segments
from app.live.recording_pieces import OutOfOrder, Piece
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import send_pieces_by_person, write_by_person
from blueprints.live.recording_card import recording_card
from blueprints.live.routes import live

LONGEST = 10**12
"""Milliseconds; a larger number is no time at all."""


@live.put("/recording/<client_id>/<int:number>")
@send_pieces_by_person
def take_piece(room_id: str, client_id: str, number: int) -> ResponseReturnValue:
    """One piece; the answer says how many we have without a gap, so that a browser knows where to go on."""
    piece = Piece(number, request.get_data(cache=False), request.headers.get("X-Piece-Digest", ""))
    try:
        return jsonify(received=recording_pieces.take(me(), room_id, client_id, piece))
    except OutOfOrder as problem:
        return jsonify(received=problem.received, code=problem.code), problem.status


@live.post("/recording/<client_id>/begin")
@send_pieces_by_person
def begin_segment(room_id: str, client_id: str) -> ResponseReturnValue:
    """A segment that was captured and could not be told of on the room's socket, `ago` milliseconds old."""
    ago = request.form.get("ago", -1, type=int)
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", client_id) or abs(ago) > LONGEST:
        raise Invalid("This is no beginning of a recording.")
    kind = request.form.get("kind", "")[:80]
    recording_segments.begin_late(me(), room_id, client_id=client_id, kind=kind, ago=timedelta(milliseconds=ago))
    return jsonify(received=recording_pieces.received(me(), room_id, client_id))


@live.get("/recording/<client_id>")
def pieces(room_id: str, client_id: str) -> ResponseReturnValue:
    """How many pieces of a segment have come."""
    return jsonify(received=recording_pieces.received(me(), room_id, client_id))


@live.post("/recording/<client_id>")
@send_pieces_by_person
def complete_segment(room_id: str, client_id: str) -> ResponseReturnValue:
    """The browser captured so many pieces of this segment and no more."""
    pieces = request.form.get("pieces", type=int)
    return jsonify(received=recording_pieces.complete(me(), room_id, client_id, -1 if pieces is None else pieces))


@live.get("/recording")
def recording(room_id: str) -> ResponseReturnValue:
    """The section of the page after the session; it looks again when told."""
    visit = queries.visit(me(), room_id)
    return render_template("live/_recording_after.html", room_id=room_id, recording=recording_card(visit.room, me()))


@live.get("/recording/deletion")
def delete_recording(room_id: str) -> ResponseReturnValue:
    """The dialog that says what it means; without scripts a page of its own."""
    return _deletion(room_id)


@live.post("/recording/deletion", endpoint="confirm_delete_recording")
@write_by_person
def confirm_delete_recording(room_id: str) -> ResponseReturnValue:
    """Delete it for everybody."""
    try:
        recording_deletion.delete(me(), room_id)
    except (Conflict, NotAllowed) as refusal:
        return _deletion(room_id, refusal.message), refusal.status
    if not is_htmx():
        return see_other(url_for("live.after", room_id=room_id))
    return close_dialog("The recording is deleted for everybody.", f"recording:{room_id}")


@live.get("/recording/watch")
def watch_recording(room_id: str) -> ResponseReturnValue:
    """Where the player finds the film; asked for again when its link has expired."""
    return redirect(url_for("live.recording_file", room_id=room_id, word=recording_links.link_for(me(), room_id)))


@live.get("/recording/download")
def download_recording(room_id: str) -> ResponseReturnValue:
    """The file, to keep."""
    word = recording_links.link_for(me(), room_id)
    return redirect(url_for("live.recording_file", room_id=room_id, word=word, keep=1))


@live.get("/recording/file/<word>")
def recording_file(room_id: str, word: str) -> ResponseReturnValue:
    """The bytes, or any part of them, for the person the link was made for."""
    found, name = recording_links.opened(me(), room_id, word)
    path = storage().path(found.file_key)
    if path is None:
        seconds = int(recording_links.LINK_LIVES.total_seconds())
        return redirect(storage().link(found.file_key, name=name, kind=recording_links.KIND, seconds=seconds) or "")
    answer: Response = send_file(
        path, recording_links.KIND, as_attachment="keep" in request.args, download_name=name, conditional=True, max_age=0
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _deletion(room_id: str, alert: str = "") -> str:
    visit = queries.visit(me(), room_id)
    if not alert:
        try:
            recording_deletion.deletable(me(), room_id)
        except (Conflict, NotAllowed) as refusal:
            alert = refusal.message
    template = "live/_delete_recording_dialog.html" if is_htmx() else "live/delete_recording.html"
    return render_template(template, room_id=room_id, title=visit.room.lesson.title, alert=alert)
