"""Earnings, gifts and withdrawals as one CSV file for a spreadsheet."""

import csv
import io

from flask import Response

from app.bookings import queries as bookings
from app.bookings.settlement import fee_of
from app.gifts.queries import tips_of
from app.payments.covering import withdrawn_at
from app.payments.payouts import payouts_of
from app.web.filters import iso
from app.web.guards import me
from app.web.spreadsheet import harmless
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.standings import standing_of, standing_of_tip
from blueprints.mentor.withdrawals import payout_row

COLUMNS = ("Date", "Kind", "What", "Who", "Gross", "Fee", "Tip", "Net", "Currency", "Status", "Note")
MOST_ROWS = 10_000


@mentor.get("/earnings.csv")
def earnings_csv() -> Response:
    """Dates in UTC, amounts in major units, the newest first."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in sorted([*_earned(), *_given(), *_withdrawn()], reverse=True))
    headers = {"Content-Disposition": 'attachment; filename="peerlearn-earnings.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _earned() -> list[tuple[str, ...]]:
    rows, found = [], bookings.earned_by(me(), MOST_ROWS)
    gone = withdrawn_at(me().id, "release", [str(booking.id) for booking in found])
    for booking in found:
        standing, fee = standing_of(booking, gone.get(str(booking.id))), fee_of(booking)
        net, lesson, learner = booking.kept - fee, booking.lesson, booking.learner.name
        sums = (booking.kept.plain(), fee.plain(), "", net.plain(), net.currency)
        rows.append((iso(lesson.starts_at), "Session", lesson.title, learner, *sums, standing.status, standing.note))
    return rows


def _given() -> list[tuple[str, ...]]:
    rows, found = [], tips_of(me(), MOST_ROWS)
    gone = withdrawn_at(me().id, "tip_release", [str(tip.id) for tip in found])
    for tip in found:
        sums = ("", tip.fee.plain(), tip.amount.plain(), tip.net.plain(), tip.net.currency)
        standing = standing_of_tip(tip, gone.get(str(tip.id)))
        rows.append((iso(tip.created_at), "Gift", tip.title or "", tip.giver, *sums, standing.status, standing.note))
    return rows


def _withdrawn() -> list[tuple[str, ...]]:
    rows = []
    for payout in payouts_of(me(), MOST_ROWS):
        row, amount = payout_row(payout), payout.amount
        sums = ("", "", "", amount.plain(), amount.currency)
        rows.append((iso(payout.wanted_at), "Withdrawal", "", payout.label, *sums, row.status, row.note))
    return rows
