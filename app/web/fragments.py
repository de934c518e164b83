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
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone, "link": link}})
    return response


def toast_of(error: DomainError) -> Response:
    """A DomainError as a pop-up; nothing on the page is swapped."""
    response = with_toast("", error.message, tone="bad", status=error.status)
    response.headers["HX-Reswap"] = "none"
    return response
