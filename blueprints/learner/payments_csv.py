"""Payments and refunds as one CSV file for a spreadsheet."""

from collections.abc import Iterator, Sequence

from flask import Response

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.money_line import sums_of
from app.gifts import queries as gifts
from app.gifts.models import GIVEN, Gift
from app.kernel.money import Money
from app.kernel.paging import Place, Stretch
from app.web.documents import Document, numbers_of, receipts_about
from app.web.filters import iso
from app.web.guards import me
from app.web.paging import every
from app.web.refund_lines import Returned, refund_lines, returned_of
from app.web.spreadsheet import csv_file
from blueprints.learner.blueprint import learner
from blueprints.learner.standing import standing

Row = tuple[str, ...]
COLUMNS = ("Date", "Session", "Mentor", "Price", "Back", "Gift", "Currency", "Status", "Note", "Documents")


@learner.get("/payments.csv")
def payments_csv() -> Response:
    """Every payment; dates in UTC, amounts in major units, the newest first."""
    return csv_file("peerlearn-payments.csv", COLUMNS, _rows())


def _rows() -> Iterator[Row]:
    person = me()

    def read(stretch: Stretch, limit: int) -> list[tuple[Booking, Row]]:
        found = bookings.paid_by(person, limit, stretch)
        ids, returned = [booking.id for booking in found], returned_of(booking.payment for booking in found)
        documents, given = receipts_about(person, ids), gifts.given_for(person, ids)
        return [(one, _row(one, given.get(one.id, ()), documents.get(one.id, ()), returned)) for one in found]

    for _booking, row in every(read, lambda one: _place(one[0])):
        yield row


def _row(booking: Booking, given: Sequence[Gift], documents: Sequence[Document], returned: Returned) -> Row:
    came_back = any(line.url for line in refund_lines(booking.payment, returned))
    status, _tone, note = standing(booking, came_back=came_back)
    lesson, gift = booking.lesson, sum((one.amount for one in given if one.state in GIVEN), Money(0, booking.currency))
    sums = (booking.price.plain(), sums_of(booking).back.plain(), gift.plain(), booking.currency)
    return (iso(_place(booking).at), lesson.title, lesson.mentor.name, *sums, status, note, numbers_of(documents))


def _place(booking: Booking) -> Place:
    return Place(booking.requested_at or booking.created_at, booking.id)
