"""The money of one booking, for its page: the line, and the way to a dispute."""

from typing import Any

from app.accounts.models import User
from app.bookings import dispute_queries
from app.bookings.models import Booking
from app.payments.covering import withdrawn_at
from app.web.filters import viewer_zone, when_inside, zone_name
from app.web.money import money_view

MARKS = {"ended": "x-mark", "back": "arrow-uturn-left", "disputed": "scale", "taken_back": "arrow-uturn-left", "put_back": "check"}
"""Which icon a reached step has; the others are ticked."""


def money_of(found: Booking, viewer: User) -> dict[str, Any]:
    """What templates/booking/_money.html shows."""
    reference = str(found.id)
    is_released = viewer.id == found.lesson.mentor_id and found.released_at is not None
    withdrawn = withdrawn_at(viewer.id, "release", [reference]) if is_released else {}
    refunds = found.payment.refunds if found.payment is not None else []
    return {"money": money_view(found, refunds, viewer.id, withdrawn.get(reference)), "MARKS": MARKS, **_dispute_of(found, viewer)}


def _dispute_of(found: Booking, viewer: User) -> dict[str, str]:
    """What the button says, empty where there is nothing to say; and until when one can be opened."""
    if dispute_queries.disputes_of(found.id):
        return {"dispute_link": "See the dispute", "dispute_until": ""}
    until = dispute_queries.may_open(viewer, found)
    if until is None:
        return {"dispute_link": "", "dispute_until": ""}
    return {"dispute_link": "Something was wrong", "dispute_until": f"{when_inside(until)} {zone_name(until, viewer_zone())}"}
