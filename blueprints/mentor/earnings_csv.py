"""Earnings and withdrawals as one CSV file for a spreadsheet."""

import csv
import io

from flask import Response

from app.bookings import queries as bookings
from app.payments.payouts import payouts_of
from app.web.filters import iso
from app.web.guards import me
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.earnings import standing_of
from blueprints.mentor.withdrawals import payout_row

COLUMNS = ("Date", "Kind", "What", "Who", "Amount", "Currency", "Status", "Note")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet: somebody's session title must not run on the mentor's machine."""
MOST_ROWS = 10_000


@mentor.get("/earnings.csv")
def earnings_csv() -> Response:
    """Dates in UTC, amounts in major units, the newest first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in sorted([*_earned(), *_withdrawn()], reverse=True))
    headers = {"Content-Disposition": 'attachment; filename="peerlearn-earnings.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it, never as it would run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _earned() -> list[tuple[str, ...]]:
    rows = []
    for booking in bookings.earned_by(me(), MOST_ROWS):
        amount, *standing = standing_of(booking)
        lesson, learner = booking.lesson, booking.learner.name
        rows.append((iso(lesson.starts_at), "Session", lesson.title, learner, amount.plain(), amount.currency, *standing))
    return rows


def _withdrawn() -> list[tuple[str, ...]]:
    rows = []
    for payout in payouts_of(me(), MOST_ROWS):
        row, amount = payout_row(payout), payout.amount
        rows.append((iso(payout.wanted_at), "Withdrawal", "", payout.label, amount.plain(), amount.currency, row.status, row.note))
    return rows
