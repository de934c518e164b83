"""Earnings: four figures and a table, from the ledger, the bookings and the gifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.gifts.models import Gift
from app.gifts.queries import TIP_RANK, Tip, open_gifts, sum_of, tips_of
from app.kernel.paging import Place, Stretch
from app.payments.covering import withdrawn_at
from app.web.documents import Document, gift_receipts_about, receipts_about
from app.web.filters import when
from app.web.guards import me
from app.web.paging import page_of
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.figures import figures_of
from blueprints.mentor.standings import Standing, standing_of, standing_of_tip

FILTERS = (
    ("all", "All"),
    ("held", "Held"),
    ("available", "Available"),
    ("withdrawn", "Withdrawn"),
    ("tips", "Tips"),
    ("refunded", "Refunded"),
)


@dataclass(frozen=True, slots=True)
class EarningRow:
    """A line of the table; `tone` names the colour of the status, `note` says what happens next. Empty sums are nothing."""

    id: str
    place: Place
    title: str
    url: str
    learner: str
    gross: str
    fee: str
    tip: str
    net: str
    date: str
    status: str
    tone: str
    note: str
    documents: tuple[Document, ...]


@mentor.get("/earnings")
def earnings() -> str:
    """The page; `?show=` filters, `?before=` begins further down."""
    return render_template("mentor/earnings.html", figures=figures_of(me()), **_table())


@mentor.get("/earnings/table")
def earnings_table() -> str:
    """The table alone."""
    return render_template("mentor/_earnings.html", **_table())


@mentor.get("/earnings/rows")
def earning_rows() -> str:
    """One stretch of rows."""
    return render_template("mentor/_earning_rows.html", **_table())


@mentor.get("/earnings/figures")
def figures_wide() -> str:
    """The figures above the table."""
    return render_template("mentor/_figures_wide.html", figures=figures_of(me()))


def _show() -> str:
    show = request.args.get("show", "all")
    return show if show in dict(FILTERS) else "all"


def _table() -> dict[str, Any]:
    """The rows of the chosen filter."""
    show = _show()
    return {"page": page_of(READERS.get(show, _booking_rows), lambda row: row.place), "show": show, "filters": FILTERS}


def _booking_rows(stretch: Stretch, limit: int) -> list[EarningRow]:
    found = bookings.earned_by(me(), limit, show=_show(), stretch=stretch)
    numbers = [booking.id for booking in found]
    tips, documents = open_gifts(me(), numbers), receipts_about(me(), numbers)
    of_gifts = gift_receipts_about(me(), [gift.id for gifts in tips.values() for gift in gifts])
    gone = withdrawn_at(me().id, "release", [str(number) for number in numbers])
    rows = []
    for one in found:
        given = tips.get(one.id, [])
        papers = (*documents.get(one.id, ()), *(paper for gift in given for paper in of_gifts.get(gift.id, ())))
        rows.append(_row(one, standing_of(one, gone.get(str(one.id))), given, papers))
    return rows


def _all_rows(stretch: Stretch, limit: int) -> list[EarningRow]:
    """A private gift stands for itself, because beside its session it would tell who gave it."""
    rows = [*_booking_rows(stretch, limit), *_tip_rows(stretch, limit, only_private=True)]
    return sorted(rows, key=lambda row: (row.place.at, row.place.rank, row.place.id), reverse=True)[:limit]


def _tip_rows(stretch: Stretch, limit: int, *, only_private: bool = False) -> list[EarningRow]:
    found = tips_of(me(), limit, only_private=only_private, stretch=stretch)
    gone = withdrawn_at(me().id, "tip_release", [str(tip.id) for tip in found])
    papers = gift_receipts_about(me(), [tip.id for tip in found])
    return [_tip_row(tip, standing_of_tip(tip, gone.get(str(tip.id))), papers.get(tip.id, ())) for tip in found]


READERS = {"all": _all_rows, "tips": _tip_rows}
"""Who reads the rows of a filter; the others are bookings."""


def _row(booking: Booking, standing: Standing, given: Sequence[Gift], documents: tuple[Document, ...]) -> EarningRow:
    fee, net, tip = fee_of(booking), booking.kept - fee_of(booking), sum_of(given)
    return EarningRow(
        id=str(booking.id),
        place=Place(booking.lesson.starts_at, booking.id),
        title=booking.lesson.title,
        url=url_for("booking.page", booking_id=booking.id),
        learner=booking.learner.name,
        gross=str(booking.kept),
        fee="" if fee.is_zero else f"−{fee}",
        tip=str(tip) if tip else "",
        net=str(net + tip if tip else net),
        date=when(booking.lesson.starts_at),
        status=standing.status,
        tone=standing.tone,
        note=standing.note,
        documents=documents,
    )


def _tip_row(tip: Tip, standing: Standing, documents: tuple[Document, ...]) -> EarningRow:
    return EarningRow(
        id=f"tip-{tip.id}",
        place=Place(tip.created_at, tip.id, TIP_RANK),
        title=tip.title or "A gift",
        url=url_for("booking.page", booking_id=tip.booking_id) if tip.booking_id else "",
        learner=tip.giver,
        gross="",
        fee="" if tip.fee.is_zero else f"−{tip.fee}",
        tip=str(tip.amount),
        net=str(tip.net),
        date=when(tip.created_at),
        status=standing.status,
        tone=standing.tone,
        note=standing.note,
        documents=documents,
    )
