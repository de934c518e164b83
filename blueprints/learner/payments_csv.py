"""Payments and refunds as one CSV file for a spreadsheet."""

from collections.abc import Iterator

from flask import Response

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.money_line import sums_of
from app.kernel.paging import Place, Stretch
from app.web.documents import numbers_of, receipts_about
from app.web.filters import iso
from app.web.guards import me
from app.web.paging import every
from app.web.spreadsheet import csv_file
from blueprints.learner.blueprint import learner
from blueprints.learner.standing import standing

COLUMNS = ("Date", "Session", "Mentor", "Price", "Back", "Currency", "Status", "Note", "Documents")


@learner.get("/payments.csv")
def payments_csv() -> Response:
    """Every payment; dates in UTC, amounts in major units, the newest first."""
    return csv_file("peerlearn-payments.csv", COLUMNS, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    person = me()

    def read(stretch: Stretch, limit: int) -> list[tuple[Booking, str]]:
        found = bookings.paid_by(person, limit, stretch)
        documents = receipts_about(person, [booking.id for booking in found])
        return [(booking, numbers_of(documents.get(booking.id, ()))) for booking in found]

    for booking, numbers in every(read, lambda one: _place(one[0])):
        status, _tone, note = standing(booking)
        lesson, back = booking.lesson, sums_of(booking).back
        sums = (booking.price.plain(), back.plain(), booking.currency)
        yield (iso(_place(booking).at), lesson.title, lesson.mentor.name, *sums, status, note, numbers)


def _place(booking: Booking) -> Place:
    return Place(booking.requested_at or booking.created_at, booking.id)
