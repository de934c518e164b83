"""Files kept with a session: storing one, and handing it out to members as something to save, never to open in our pages."""

from flask import Response, abort, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue

from app.kernel.errors import DomainError
from app.kernel.storage import storage
from app.live import files
from app.web.guards import me
from app.web.limits import write_by_person
from blueprints.live.routes import live

LINK_LASTS = 60
"""Seconds a bucket's own address is good for."""


@live.put("/files/<client_id>")
@write_by_person
def keep_file(room_id: str, client_id: str) -> tuple[Response, int]:
    """Keep what is in the body; `name` and `hash` (SHA-256) are in the query. Answers as the socket does."""
    request.max_content_length = files.LARGEST_FILE
    try:
        message = files.keep(
            me(),
            room_id,
            client_id,
            name=request.args.get("name", "")[:500],
            data=request.get_data(cache=False),
            sha256=request.args.get("hash", ""),
        )
    except DomainError as error:
        return jsonify(error={"code": error.code, "message": error.message}), error.status
    return jsonify(client_id=message.client_id), 201


@live.get("/files/<key>")
def file(room_id: str, key: str) -> ResponseReturnValue:
    """One kept file, as an attachment."""
    message = files.find(me(), room_id, key)
    path = storage().path(files.path_of(key))
    if path is None:
        link = storage().link(files.path_of(key), name=message.text, kind="application/octet-stream", seconds=LINK_LASTS)
        return redirect(link or abort(404))
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=message.text, conditional=True)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
