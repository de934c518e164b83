"""One booking as a calendar file."""

from flask import Response

from app.bookings import ics
from app.bookings import queries as bookings
from app.web.guards import me
from blueprints.booking.blueprint import booking


@booking.get("/<int:booking_id>/calendar.ics")
def calendar_file(booking_id: int) -> Response:
    """For its two people; 404 for anybody else, and while it is unpaid."""
    method, content = ics.invitation(me(), bookings.of_either(me(), booking_id))
    response = Response(content, content_type=f"text/calendar; method={method}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="session-{booking_id}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
