"""Payments: every session that was paid for, where the money is, and what of it came back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from app.bookings import queries as bookings
from app.bookings.dispute_queries import open_until
from app.bookings.models import Booking
from app.gifts import queries as gifts
from app.gifts.models import GIVEN, Gift
from app.kernel.paging import Place, Stretch
from app.web.documents import Document, gift_receipts_about, receipts_about
from app.web.filters import when
from app.web.gift_lines import gift_url_of
from app.web.guards import me
from app.web.paging import Page, page_of
from app.web.refund_lines import RefundLine, Returned, refund_lines, returned_of
from blueprints.learner.blueprint import learner
from blueprints.learner.standing import standing, terms


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A line of the table; `tone` names the colour of the status, `note` says where the money is and until when."""

    id: int
    place: Place
    title: str
    terms: str
    mentor: str
    amount: str
    method: str
    date: str
    status: str
    tone: str
    note: str
    url: str
    dispute_url: str
    gift_text: str
    gift_url: str | None
    documents: tuple[Document, ...]
    refunds: tuple[RefundLine, ...]


@learner.get("/payments")
def payments() -> str:
    """The page; `?before=` begins further down, for whoever has no scripts."""
    return render_template("learner/payments.html", page=_page())


@learner.get("/payments/table")
def payments_table() -> str:
    """The table alone."""
    return render_template("learner/_payments.html", page=_page())


@learner.get("/payments/rows")
def payment_rows() -> str:
    """One stretch of rows."""
    return render_template("learner/_payment_rows.html", page=_page())


def _page() -> Page[PaymentRow]:
    return page_of(_rows, lambda row: row.place)


def _rows(stretch: Stretch, limit: int) -> list[PaymentRow]:
    found = bookings.paid_by(me(), limit, stretch)
    ids = [booking.id for booking in found]
    given, documents, returned = gifts.given_for(me(), ids), receipts_about(me(), ids), returned_of(one.payment for one in found)
    of_gifts = gift_receipts_about(me(), [gift.id for gifts_of_one in given.values() for gift in gifts_of_one])
    rows = []
    for one in found:
        its_gifts = given.get(one.id, ())
        papers = (*documents.get(one.id, ()), *(paper for gift in its_gifts for paper in of_gifts.get(gift.id, ())))
        rows.append(_row(one, its_gifts, papers, returned))
    return rows


def _row(booking: Booking, given: Sequence[Gift], documents: tuple[Document, ...], returned: Returned) -> PaymentRow:
    refunds = refund_lines(booking.payment, returned)
    status, tone, note = standing(booking, came_back=any(line.url for line in refunds))
    requested_at = booking.requested_at or booking.created_at
    return PaymentRow(
        id=booking.id,
        place=Place(requested_at, booking.id),
        title=booking.lesson.title,
        terms=terms(booking),
        mentor=booking.lesson.mentor.name,
        amount=str(booking.price),
        method=booking.payment.method_label if booking.payment else "",
        date=when(requested_at),
        status=status,
        tone=tone,
        note=note,
        url=url_for("booking.page", booking_id=booking.id),
        dispute_url=url_for("booking.dispute", booking_id=booking.id) if booking.dispute or open_until(me(), booking) else "",
        gift_text=_gift_text(given),
        gift_url=gift_url_of(booking, me()),
        documents=documents,
        refunds=refunds,
    )


def _gift_text(given: Sequence[Gift]) -> str:
    kept = [gift.amount for gift in given if gift.state in GIVEN]
    return f"and {sum(kept[1:], kept[0])} as a gift" if kept else ""
