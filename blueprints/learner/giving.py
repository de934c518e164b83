"""Gift: the dialog, one request that gives, and Undo for a minute. Reached from the booking, from Payments and after a session."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.gifts import finishing, queries, service
from app.gifts.models import Gift, GiftState
from app.kernel.errors import Conflict, Invalid, NotFound, TooMany
from app.web.fragments import is_htmx
from app.web.guards import me, require_sign_in
from app.web.limits import write_by_person
from blueprints.learner.gift_form import GiftForm
from blueprints.learner.gift_view import gift_view

giving = Blueprint("giving", __name__, url_prefix="/bookings/<int:booking_id>/gift")
require_sign_in(giving)


@giving.get("")
def gift(booking_id: int) -> ResponseReturnValue:
    """The dialog (a page without scripts); `?gift=` shows what became of one."""
    booking = bookings.of_learner(me(), booking_id)
    if "gift" in request.args:
        number = request.args["gift"]
        given = _own(booking, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
        return _shown(booking, given)
    service.require_may_give(me(), booking)
    return _shown(booking)


@giving.post("")
@write_by_person
def send(booking_id: int) -> ResponseReturnValue:
    """Give, or try once more to pay for the same gift."""
    booking, form = bookings.of_learner(me(), booking_id), GiftForm.for_payer(me())
    known = queries.of_ticket(me(), booking.id, form.draft().ticket)
    if not form.validate():
        return _shown(booking, known, form), 422
    try:
        given = service.give(me(), booking.id, form.draft(), form.choice())
    except Invalid as fault:
        form.accept(fault)
        return _shown(booking, known, form), 422
    except (Conflict, TooMany) as refusal:
        form.accept(Invalid(refusal.message))
        return _shown(booking, known, form), refusal.status
    return _shown(booking, given, form), 402 if given.state is GiftState.STARTED else 200


@giving.post("/<int:gift_id>/return")
@write_by_person
def take_back(booking_id: int, gift_id: int) -> ResponseReturnValue:
    """Undo."""
    booking = bookings.of_learner(me(), booking_id)
    try:
        return _shown(booking, finishing.undo_gift(me(), _own(booking, gift_id).id))
    except Conflict:
        return _shown(booking, _own(booking, gift_id)), 409


def _own(booking: Booking, gift_id: int) -> Gift:
    given = queries.given_by(me(), gift_id)
    if given.booking_id != booking.id:
        raise NotFound("We could not find this gift.")
    return given


def _shown(booking: Booking, given: Gift | None = None, form: GiftForm | None = None) -> str:
    view = gift_view(me(), booking, given)
    form = form or GiftForm.fresh(me()).begin(request.args.get("amount", ""))
    if given is not None:
        form.go_on(given)
    if view.step == "another" and not form.errors:
        form.suggest_another(view.refused_kind)
    if view.is_rehearsal:
        form.fill_test_values()
    template = "learner/_gift.html" if is_htmx() else "learner/gift.html"
    return render_template(template, gift=view, checkout=view, form=form)
