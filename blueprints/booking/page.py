"""The page of one booking: when, with whom, where it stands, where its money is."""

from typing import Any

from flask import render_template, request

from app.bookings import queries as bookings
from app.live import receipt
from app.web.cards import booking_cards
from app.web.documents import receipts_about
from app.web.gift_lines import gifts_beside
from app.web.guards import me
from blueprints.booking.blueprint import booking
from blueprints.booking.money import money_of
from blueprints.booking.move_view import move_of
from blueprints.booking.paying import paying_of


@booking.get("/<int:booking_id>", endpoint="page")
def show(booking_id: int) -> str:
    """The page; 404 for anybody but its two people."""
    return render_template("booking/page.html", opens_move=bool(request.args.get("move")), **_parts(booking_id))


@booking.get("/<int:booking_id>/parts")
def parts(booking_id: int) -> str:
    """What changes on it."""
    return render_template("booking/_booking.html", **_parts(booking_id))


def _parts(booking_id: int) -> dict[str, Any]:
    found = bookings.of_either(me(), booking_id)
    [card] = booking_cards([found], me())
    teaches, documents = me().id == found.lesson.mentor_id, receipts_about(me(), [booking_id]).get(booking_id, ())
    parts = {"b": card, "teaches": teaches, "documents": documents, "gifts": gifts_beside(found, me())}
    parts["was_measured"] = receipt.was_measured(found)
    return {**parts, **money_of(found, me()), **paying_of(found, me()), "move": move_of(found, me())}
