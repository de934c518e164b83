"""Cancel booking: what it means first, then one more tap."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import queries as bookings
from app.bookings.cancelling import TermsChanged, cancel_booking, preview_cancel
from app.kernel.errors import Conflict
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.booking.blueprint import booking
from blueprints.booking.cancel_view import cancel_view, went_well


@booking.get("/<int:booking_id>/cancellation")
def cancel(booking_id: int) -> ResponseReturnValue:
    """The dialog with the exact sums; without scripts a page of its own. 404 for anybody but its two people."""
    return _preview(booking_id)


@booking.post("/<int:booking_id>/cancellation", endpoint="confirm_cancel")
@write_by_person
def confirm(booking_id: int) -> ResponseReturnValue:
    """Cancel on the terms that were shown; when they have changed, nothing happens and the new ones are shown (409)."""
    try:
        found = cancel_booking(me(), booking_id, request.form.get("terms", ""))
    except TermsChanged as changed:
        return _preview(booking_id, changed.message, changed.status)
    except Conflict as refusal:
        return _page(booking_id, view=None, alert=refusal.message), refusal.status
    if not is_htmx():
        return see_other(url_for("booking.page", booking_id=found.id))
    return close_dialog(went_well(found, me()), link=url_for("booking.page", booking_id=found.id))


def _preview(booking_id: int, alert: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        ending = preview_cancel(me(), booking_id)
    except Conflict as refusal:
        return _page(booking_id, view=None, alert=refusal.message), refusal.status
    view = cancel_view(bookings.of_either(me(), booking_id), ending, me())
    return _page(booking_id, view=view, alert=alert), status


def _page(booking_id: int, **parts: object) -> str:
    template = "booking/_cancel_dialog.html" if is_htmx() else "booking/cancel.html"
    return render_template(template, booking_id=booking_id, **parts)
