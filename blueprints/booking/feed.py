"""Somebody's sessions for their calendar program, which has no cookie: the address itself is the key."""

from flask import Blueprint, Response, request

from app.bookings import ics
from app.bookings.calendar_feeds import owner_of
from app.kernel.errors import NotFound
from app.web.limits import feed_by_token, guess_by_address

calendar = Blueprint("calendar", __name__, url_prefix="/calendar")


@calendar.get("/<token>.ics")
@guess_by_address
@feed_by_token
def feed(token: str) -> Response:
    """The feed; unchanged answers cost a 304."""
    person = owner_of(token) if len(token) < 100 else None
    if person is None:
        raise NotFound("This calendar address leads nowhere. Perhaps its owner made a new one.")
    response = Response(ics.feed(person), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)
