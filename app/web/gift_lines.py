"""Gifts beside a booking: what its learner gave and may give, what its mentor was openly given."""

from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.bookings.models import Booking
from app.gifts import queries
from app.gifts.finishing import may_undo
from app.gifts.models import Gift, GiftState
from app.gifts.service import may_give
from app.web.documents import Document, gift_receipts_about

WORDS = {GiftState.ARRIVING: "arriving", GiftState.FINAL: "given", GiftState.UNDONE: "taken back"}


@dataclass(frozen=True, slots=True)
class GiftLine:
    """One gift in a line; `url` leads to its dialog while something can be done about it: what, says `url_text`."""

    amount: str
    state: str
    note: str
    url: str | None
    url_text: str = "Undo"
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class GiftPart:
    """All gifts of one booking for one of its two people; `gift_url` while its learner may give."""

    gift_url: str | None
    lines: tuple[GiftLine, ...]
    heading: str


def gift_url_of(booking: Booking, viewer: User) -> str | None:
    """Where its learner gives, as long as they may."""
    return url_for("giving.gift", booking_id=booking.id) if may_give(viewer, booking) else None


def gifts_beside(booking: Booking, viewer: User) -> GiftPart:
    """The part of a booking's page."""
    if viewer.id == booking.lesson.mentor_id:
        tips = queries.tips_of(viewer, booking_id=booking.id)
        papers = gift_receipts_about(viewer, [tip.id for tip in tips])
        lines = tuple(GiftLine(str(tip.net), WORDS[tip.state], tip.note, None, documents=papers.get(tip.id, ())) for tip in tips)
        return GiftPart(None, lines, f"From {booking.learner.name.split()[0]}, as a thank you")
    given = queries.given_for(viewer, [booking.id]).get(booking.id, [])
    name, papers = booking.lesson.mentor.name.split()[0], gift_receipts_about(viewer, [gift.id for gift in given])
    to_approve = [_line_to_approve(gift) for gift in queries.to_approve(viewer, booking.id)]
    lines = (*(_line(gift, papers.get(gift.id, ())) for gift in given), *to_approve)
    return GiftPart(gift_url_of(booking, viewer), lines, f"Your gifts for {name}")


def _line(gift: Gift, documents: tuple[Document, ...]) -> GiftLine:
    url = url_for("giving.gift", booking_id=gift.booking_id, gift=gift.id) if may_undo(gift) else None
    return GiftLine(str(gift.amount), WORDS[gift.state], gift.note, url, documents=documents)


def _line_to_approve(gift: Gift) -> GiftLine:
    url = url_for("giving.gift", booking_id=gift.booking_id, gift=gift.id)
    return GiftLine(str(gift.amount), "waiting for your approval", gift.note, url, "Approve")
