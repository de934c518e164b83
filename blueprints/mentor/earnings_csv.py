"""Earnings, gifts and withdrawals as one CSV file for a spreadsheet."""

import heapq
from collections.abc import Callable, Iterator

from flask import Response

from app.bookings import queries as bookings
from app.bookings.settlement import fee_of
from app.gifts.queries import TIP_RANK, tips_of
from app.kernel.paging import Place, Stretch
from app.payments.covering import withdrawn_at
from app.payments.payouts import payouts_of
from app.web.documents import gift_receipts_about, numbers_of, receipts_about, withdrawal_receipts_about
from app.web.filters import iso
from app.web.guards import me
from app.web.paging import every
from app.web.spreadsheet import csv_file
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.standings import standing_of, standing_of_tip
from blueprints.mentor.withdrawals import payout_row

COLUMNS = ("Date", "Kind", "What", "Who", "Gross", "Fee", "Tip", "Net", "Currency", "Status", "Note", "Documents")

Cells = tuple[str, ...]
Placed = list[tuple[Place, Cells]]


@mentor.get("/earnings.csv")
def earnings_csv() -> Response:
    """Every session, gift and withdrawal; dates in UTC, amounts in major units, the newest first."""
    rows = heapq.merge(_all(_earned), _all(_given), _all(_withdrawn), key=lambda cells: cells[0], reverse=True)
    return csv_file("peerlearn-earnings.csv", COLUMNS, rows)


def _all(read: Callable[[Stretch, int], Placed]) -> Iterator[Cells]:
    return (cells for _place, cells in every(read, lambda placed: placed[0]))


def _earned(stretch: Stretch, limit: int) -> Placed:
    rows, found = [], bookings.earned_by(me(), limit, stretch=stretch)
    papers = receipts_about(me(), [booking.id for booking in found])
    gone = withdrawn_at(me().id, "release", [str(booking.id) for booking in found])
    for booking in found:
        standing, fee = standing_of(booking, gone.get(str(booking.id))), fee_of(booking)
        net, lesson, learner = booking.kept - fee, booking.lesson, booking.learner.name
        sums = (booking.kept.plain(), fee.plain(), "", net.plain(), net.currency)
        words = (standing.status, standing.note, numbers_of(papers.get(booking.id, ())))
        cells = (iso(lesson.starts_at), "Session", lesson.title, learner, *sums, *words)
        rows.append((Place(lesson.starts_at, booking.id), cells))
    return rows


def _given(stretch: Stretch, limit: int) -> Placed:
    rows, found = [], tips_of(me(), limit, stretch=stretch)
    papers = gift_receipts_about(me(), [tip.id for tip in found])
    gone = withdrawn_at(me().id, "tip_release", [str(tip.id) for tip in found])
    for tip in found:
        sums = ("", tip.fee.plain(), tip.amount.plain(), tip.net.plain(), tip.net.currency)
        standing = standing_of_tip(tip, gone.get(str(tip.id)))
        words = (standing.status, standing.note, numbers_of(papers.get(tip.id, ())))
        cells = (iso(tip.created_at), "Gift", tip.title or "", tip.giver, *sums, *words)
        rows.append((Place(tip.created_at, tip.id, TIP_RANK), cells))
    return rows


def _withdrawn(stretch: Stretch, limit: int) -> Placed:
    rows, found = [], payouts_of(me(), limit, stretch)
    papers = withdrawal_receipts_about(me(), [payout.id for payout in found])
    for payout in found:
        row, amount = payout_row(payout, papers.get(payout.id, ())), payout.amount
        sums = ("", "", "", amount.plain(), amount.currency)
        cells = (iso(payout.wanted_at), "Withdrawal", "", payout.label, *sums, row.status, row.note, numbers_of(row.documents))
        rows.append((Place(payout.wanted_at, payout.id), cells))
    return rows
