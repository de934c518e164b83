"""Files kept with a session: storing one, and handing it out to members as something to save, never to open in our pages."""

from flask import Response, jsonify, request, send_file

from app.kernel.errors import DomainError
from app.live import files
from app.web.guards import me
from app.web.limits import write_by_person
from blueprints.live.routes import live


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
def file(room_id: str, key: str) -> Response:
    """One kept file, as an attachment."""
    message = files.find(me(), room_id, key)
    answer = send_file(
        files.path_of(key), mimetype="application/octet-stream", as_attachment=True, download_name=message.text, conditional=True
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
