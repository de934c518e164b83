"""Payments and refunds as one CSV file for a spreadsheet."""

import csv
import io

from flask import Response

from app.bookings import queries as bookings
from app.bookings.money_line import sums_of
from app.web.filters import iso
from app.web.guards import me
from app.web.spreadsheet import harmless
from blueprints.learner.blueprint import learner
from blueprints.learner.payments import standing

COLUMNS = ("Date", "Session", "Mentor", "Price", "Back", "Currency", "Status", "Note")
MOST_ROWS = 10_000


@learner.get("/payments.csv")
def payments_csv() -> Response:
    """Dates in UTC, amounts in major units, the newest first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for booking in bookings.paid_by(me(), MOST_ROWS):
        status, _tone, note = standing(booking)
        back = sums_of(booking).back
        date = iso(booking.requested_at) if booking.requested_at else ""
        lesson = booking.lesson
        sums = (booking.price.plain(), back.plain(), booking.currency)
        writer.writerow([harmless(cell) for cell in (date, lesson.title, lesson.mentor.name, *sums, status, note)])
    headers = {"Content-Disposition": 'attachment; filename="peerlearn-payments.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)
