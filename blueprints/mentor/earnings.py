"""Earnings: four figures and a table, from the ledger and the bookings; withdrawals beneath."""

from dataclasses import dataclass

from flask import render_template, request

from app.bookings import queries as bookings
from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.bookings.states import BookingState
from app.kernel.money import Money
from app.lessons.models import Lesson
from app.web.filters import when
from app.web.guards import me
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.figures import figures_of
from blueprints.mentor.withdrawals import withdrawals_of


@dataclass(frozen=True, slots=True)
class EarningRow:
    """A line of the table; `tone` names the colour of the status, `note` says what happens next."""

    id: int
    title: str
    lesson_id: int
    learner: str
    amount: str
    fee: str | None
    date: str
    status: str
    tone: str
    note: str


@mentor.get("/earnings")
def earnings() -> str:
    """The page; `?withdraw=1` opens the dialog."""
    parts = {"figures": figures_of(me()), "rows": _rows(), **withdrawals_of(me())}
    return render_template("mentor/earnings.html", opens_withdrawal="withdraw" in request.args, **parts)


@mentor.get("/earnings/table")
def earnings_table() -> str:
    """The table alone."""
    return render_template("mentor/_earnings.html", rows=_rows())


@mentor.get("/earnings/figures")
def figures_wide() -> str:
    """The figures above the table."""
    return render_template("mentor/_figures_wide.html", figures=figures_of(me()))


def _rows() -> list[EarningRow]:
    return [_row(booking, booking.lesson) for booking in bookings.earned_by(me())]


def _row(booking: Booking, lesson: Lesson) -> EarningRow:
    fee = fee_of(booking)
    status, tone, note = _standing(booking)
    return EarningRow(
        id=booking.id,
        title=lesson.title,
        lesson_id=lesson.id,
        learner=booking.learner.name,
        amount=str(booking.kept - fee),
        fee=None if fee.is_zero else f"after {fee} fee",
        date=when(lesson.starts_at),
        status=status,
        tone=tone,
        note=note,
    )


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
    if booking.release_at is not None:
        return "Held", "held", f"Yours {when(booking.release_at)}." + (f" {why}" if is_part else "")
    if booking.state is BookingState.CONFIRMED:
        return "Held", "held", "Yours a day after the session"
    return "On its way", "requested", "The learner’s payment is arriving"
