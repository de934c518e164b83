"""Earnings: four figures and a table, from the ledger, the bookings and the gifts."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from app.bookings import queries as bookings
from app.bookings.explaining import explain, explain_dispute
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.bookings.states import BookingState
from app.gifts.queries import Tip, tips_by_booking, tips_of
from app.kernel.money import Money
from app.web.documents import Document, receipts_about
from app.web.filters import when, when_inside
from app.web.guards import me
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.figures import figures_of

FILTERS = (("all", "All"), ("held", "Held"), ("available", "Available"), ("tips", "Tips"), ("refunded", "Refunded"))
STEP = 50
MOST = 2_000


@dataclass(frozen=True, slots=True)
class EarningRow:
    """A line of the table; `tone` names the colour of the status, `note` says what happens next. Empty sums are nothing."""

    id: str
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
    """The page; `?show=` filters, `?rows=` says how many."""
    return render_template("mentor/earnings.html", figures=figures_of(me()), **_table())


@mentor.get("/earnings/table")
def earnings_table() -> str:
    """The table alone."""
    return render_template("mentor/_earnings.html", **_table())


@mentor.get("/earnings/figures")
def figures_wide() -> str:
    """The figures above the table."""
    return render_template("mentor/_figures_wide.html", figures=figures_of(me()))


def _table() -> dict[str, Any]:
    """The rows of the chosen filter, one more than shown being asked for: then there are earlier ones."""
    show = request.args.get("show", "all")
    show = show if show in dict(FILTERS) else "all"
    wanted = min(MOST, max(STEP, request.args.get("rows", STEP, type=int)))
    rows = _tip_rows(wanted + 1) if show == "tips" else _booking_rows(wanted + 1, show)
    more = wanted + STEP if len(rows) > wanted and wanted < MOST else 0
    return {"rows": rows[:wanted], "show": show, "filters": FILTERS, "more": more, "shown": wanted}


def _booking_rows(limit: int, show: str) -> list[EarningRow]:
    found = bookings.earned_by(me(), limit, show=show)
    numbers = [booking.id for booking in found]
    tips, documents = tips_by_booking(me(), numbers), receipts_about(me(), numbers)
    return [_row(booking, tips.get(booking.id), documents.get(booking.id, ())) for booking in found]


def _row(booking: Booking, tip: Money | None, documents: tuple[Document, ...]) -> EarningRow:
    fee, net = fee_of(booking), booking.kept - fee_of(booking)
    status, tone, note = _standing(booking)
    return EarningRow(
        id=str(booking.id),
        title=booking.lesson.title,
        url=url_for("booking.page", booking_id=booking.id),
        learner=booking.learner.name,
        gross=str(booking.kept),
        fee="" if fee.is_zero else f"−{fee}",
        tip=str(tip) if tip else "",
        net=str(net + tip if tip else net),
        date=when(booking.lesson.starts_at),
        status=status,
        tone=tone,
        note=note,
        documents=documents,
    )


def _tip_rows(limit: int) -> list[EarningRow]:
    return [_tip_row(tip) for tip in tips_of(me(), limit)]


def _tip_row(tip: Tip) -> EarningRow:
    status, tone, note = tip_standing(tip)
    return EarningRow(
        id=f"tip-{tip.id}",
        title=tip.title or "A gift",
        url=url_for("booking.page", booking_id=tip.booking_id) if tip.booking_id else "",
        learner=tip.giver,
        gross="",
        fee="" if tip.fee.is_zero else f"−{tip.fee}",
        tip=str(tip.amount),
        net=str(tip.net),
        date=when(tip.created_at),
        status=status,
        tone=tone,
        note=note,
        documents=(),
    )


def tip_standing(tip: Tip) -> tuple[str, str, str]:
    """Status, tone and the sentence beside a gift."""
    if tip.released_at is not None:
        return "Available", "released", f"Since {when_inside(tip.released_at)}"
    if tip.available_at is not None:
        return "Held", "held", f"Yours {when_inside(tip.available_at)}"
    return "Arriving", "requested", "It can be taken back for a minute"


def standing_of(booking: Booking) -> tuple[Money, str, str]:
    """What a booking brings the mentor, its status, and what happens next."""
    status, _tone, note = _standing(booking)
    return booking.kept - fee_of(booking), status, note


def _standing(booking: Booking) -> tuple[str, str, str]:
    """Status, tone and the sentence beside it."""
    settled = booking.settlement
    why = explain(settled, to_mentor=True, other=booking.learner.name.split()[0]) if settled else ""
    is_part = settled is not None and (settled.refund_minor > 0 or booking.state is BookingState.CANCELED)
    if booking.state in (BookingState.MISSED, BookingState.CANCELED) and booking.kept.is_zero:
        return "Refunded", booking.state.value, why or "You were not both there."
    if booking.released_at is not None:
        return "Available", "released", f"Since {when(booking.released_at)}"
    if booking.is_disputed:
        return "In dispute", "held", "Nothing is released until it is settled"
    if booking.dispute is not None and booking.kept.is_zero:
        return "Refunded", "missed", explain_dispute(booking.dispute, to_mentor=True, other=booking.learner.name.split()[0])
    if booking.release_at is not None:
        return "Held", "held", f"Yours {when(booking.release_at)}." + (f" {why}" if is_part else "")
    if booking.state is BookingState.CONFIRMED:
        return "Held", "held", "Yours a day after the session"
    return "On its way", "requested", "The learner’s payment is arriving"
