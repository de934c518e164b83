"""What each of the four figures is made of: the ledger's lines in plain words (row 21)."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.money import Money
from app.payments import ledger
from app.payments.entries import Line, lines_of
from app.web.filters import when
from app.web.guards import me
from blueprints.mentor.blueprint import mentor

TITLES = {"available": "Available", "in-payout": "In payout", "paid": "Paid out"}
WORDS = {
    "release": "Released to you after a session",
    "tip_release": "A gift became yours",
    "payout": "Withdrawn",
    "payout_paid": "Arrived at your bank or UPI",
    "payout_returned": "A withdrawal came back",
}
OTHERWISE = "Booked by hand"
STEP = 50
MOST = 2_000


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line; `url` leads to what it is about."""

    date: str
    words: str
    amount: str
    url: str


@mentor.get("/earnings/figures/<figure>")
def entries(figure: str) -> ResponseReturnValue:
    """The lines of one figure; what is held is a filter of the earnings, because it is not the mentor's account yet."""
    if figure == "held":
        return redirect(url_for("mentor.earnings", show="held"))
    if figure not in TITLES:
        abort(404)
    wanted = min(MOST, max(STEP, request.args.get("rows", STEP, type=int)))
    account = ledger.available_to(me().id) if figure == "available" else ledger.in_payout_of(me().id)
    lines = lines_of(account, wanted + 1, ("payout_paid",) if figure == "paid" else ())
    rows = [_row(line, is_paid=figure == "paid") for line in lines[:wanted]]
    more = wanted + STEP if len(lines) > wanted and wanted < MOST else 0
    return render_template("mentor/entries.html", title=TITLES[figure], figure=figure, rows=rows, more=more)


def _row(line: Line, *, is_paid: bool) -> EntryRow:
    """What has arrived at a bank left our account: there it counts as a plus."""
    amount = Money(abs(line.amount.amount_minor), line.amount.currency) if is_paid else line.amount
    sign = "−" if amount.amount_minor < 0 else "+"
    url = url_for("booking.page", booking_id=int(line.reference)) if line.kind == "release" else ""
    words, size = WORDS.get(line.kind, OTHERWISE), Money(abs(amount.amount_minor), amount.currency)
    return EntryRow(when(line.at), words, f"{sign}{size}", url)
