"""Small answers: toasts in a header, an emptied dialog, a fragment or its page."""

import json

from flask import Response, make_response, request

from app.kernel.errors import DomainError


def is_htmx() -> bool:
    """Whether the page's own script asks for a part of itself; a boosted link or form asks for a whole page, as a browser does."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers


def with_toast(body: str, text: str, *, tone: str = "ok", link: str = "", status: int = 200) -> Response:
    """An answer that also shows a pop-up; tone is ok, bad or info."""
    response = make_response(body, status)
    response.headers["HX-Trigger"] = toast_header(text, tone=tone, link=link)
    return response


def toast_header(text: str, *, tone: str = "ok", link: str = "") -> str:
    """The event as htmx reads it; it is fired at the body, because what asked may be gone by then."""
    return json.dumps({"toast": {"text": text, "tone": tone, "link": link, "target": "body"}})


def close_dialog(text: str, *topics: str, link: str = "") -> Response:
    """The open dialog slides away and a pop-up says what came of it; sections of these topics read themselves again."""
    response = look_again(text, *topics, link=link)
    response.headers["HX-Trigger"] = json.dumps({"dialog:close": {"target": "body"}, **json.loads(response.headers["HX-Trigger"])})
    return response


def look_again(text: str, *topics: str, link: str = "") -> Response:
    """Nothing is swapped: a pop-up says what came of it, and sections of these topics read themselves again."""
    response = make_response("", 200)
    nudges = {f"nudge:{topic}": {"target": "body"} for topic in topics}
    response.headers["HX-Trigger"] = json.dumps({**nudges, **json.loads(toast_header(text, link=link))})
    response.headers["HX-Reswap"] = "none"
    return response


def toast_of(error: DomainError) -> Response:
    """A DomainError as a pop-up; nothing on the page is swapped."""
    response = with_toast("", error.message, tone="bad", status=error.status)
    response.headers["HX-Reswap"] = "none"
    return response
