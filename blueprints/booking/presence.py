"""The presence receipt of a booking: a page and a PDF, for its two people."""

from flask import Response, render_template

from app.bookings import queries as bookings
from app.live import receipt, receipt_words
from app.web.guards import me
from app.web.limits import pdf_by_person
from blueprints.booking.blueprint import booking


@booking.get("/<int:booking_id>/presence", endpoint="presence")
def presence(booking_id: int) -> str:
    """The page; 404 for anybody but its two people, and before anybody was in the room."""
    found = bookings.of_either(me(), booking_id)
    words = receipt_words.wording_of(receipt.figures_of(found), me())
    return render_template("booking/presence.html", booking=found, number=receipt_words.number_of(found), words=words)


@booking.get("/<int:booking_id>/presence.pdf", endpoint="presence_pdf")
@pdf_by_person
def presence_pdf(booking_id: int) -> Response:
    """The same as a file."""
    found = bookings.of_either(me(), booking_id)
    answer = Response(receipt_words.pdf_of(found, me()), content_type="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{receipt_words.number_of(found)}.pdf"'
    return answer
