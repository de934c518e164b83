"""Pictures: generated art, and what people uploaded."""

import re

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from app.web.art import drawing
from app.web.uploads import is_stored, media_path
from blueprints.visitor.blueprint import visitor

SEED = re.compile(r"[\w-]{1,80}")
FOR_EVER = "public, max-age=31536000, immutable"


@visitor.get("/art/<seed>.svg")
def art(seed: str) -> ResponseReturnValue:
    """The drawing of a seed: the same for ever, so it is cached for ever."""
    if not SEED.fullmatch(seed):
        abort(404)
    return Response(drawing(seed), content_type="image/svg+xml; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@visitor.get("/media/<key>")
def media(key: str) -> ResponseReturnValue:
    """A stored picture: always our own WebP under an unguessable name, whatever was uploaded."""
    if not is_stored(key):
        abort(404)
    answer = send_file(media_path(key), mimetype="image/webp", conditional=True)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer
