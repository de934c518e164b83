"""Book on an open slot: the same dialog and the same Confirm as for any session."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import appointments, policies
from app.bookings.service import PriceChanged, SlotTaken
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.lessons.appointment_offer_models import Offer, OfferState
from app.lessons.appointment_offers import calendar_of, offer_by_id
from app.lessons.explaining_slots import sentence
from app.lessons.slots import Rule, nearest
from app.web.filters import iso
from app.web.fragments import is_htmx
from app.web.guards import me
from app.web.limits import write_by_person
from app.web.slots import moment_of, slot_chips
from blueprints.learner.blueprint import learner
from blueprints.learner.checkout import agrees, dialog_for, outcome_of
from blueprints.learner.checkout_form import CheckoutForm
from blueprints.learner.checkout_view import checkout_of_slot


@learner.get("/offers/<int:offer_id>/book")
def slot(offer_id: int) -> ResponseReturnValue:
    """The dialog for one slot. Without scripts: the offer's page."""
    offer, at = _asked_for(offer_id)
    if not is_htmx():
        return redirect(url_for("visitor.offer", offer_id=offer.id, at=iso(at)))
    return _dialog(offer, at)


@learner.post("/offers/<int:offer_id>/book")
@write_by_person
def confirm_slot(offer_id: int) -> ResponseReturnValue:
    """Claim the slot and pay for it."""
    offer, at = _asked_for(offer_id)
    form = CheckoutForm.for_payer(me(), policies.time_to_pay(now(), at))
    if not form.validate():
        return _dialog(offer, at, form), 422
    try:
        if not agrees(offer, form, appointments.claim_on(me(), offer.id, at)):
            return _dialog(offer, at, form), 409
        return outcome_of(appointments.book_slot(me(), offer.id, at, form.choice(), **form.terms()), form)
    except Invalid as fault:
        form.accept(fault)
        return _dialog(offer, at, form), 422
    except SlotTaken as taken:
        return _gone(offer, at, taken.message), 409
    except PriceChanged as change:
        form.accept(Invalid(change.message))
        return _dialog(offer, at, form), 409
    except (Conflict, NotAllowed, TooMany) as refusal:
        return _gone(offer, at, refusal.message), refusal.status


def _asked_for(offer_id: int) -> tuple[Offer, datetime]:
    at = moment_of(request.args.get("at"))
    if at is None:
        raise NotFound("We could not find this time.")
    return offer_by_id(offer_id), at


def _dialog(offer: Offer, at: datetime, form: CheckoutForm | None = None) -> str:
    """The first step; where this learner stands already when the slot is theirs; what is free instead when it is gone."""
    mine = appointments.claim_on(me(), offer.id, at)
    if mine is not None:
        return dialog_for(mine.lesson, form)
    if offer.mentor_id == me().id:
        return _gone(offer, at, "This is your own offer.")
    calendar = calendar_of(offer.mentor_id)
    if calendar is None or offer.state is not OfferState.OPEN:
        return _gone(offer, at, "This is not offered any more.")
    rule = calendar.why_not(offer.duration_minutes, at)
    if rule is not None:
        first = offer.mentor.name.split()[0]
        return _gone(offer, at, SlotTaken.message if rule is Rule.BUSY else sentence(rule, calendar.plan, first, at))
    checkout = checkout_of_slot(me(), offer, at, (form.code.data or "") if form else "")
    if checkout.obstacle:
        return _gone(offer, at, checkout.obstacle)
    form = form or CheckoutForm.fresh(me(), checkout.time_left)
    if checkout.is_rehearsal:
        form.fill_test_values()
    return render_template("learner/_checkout.html", checkout=checkout, form=form)


def _gone(offer: Offer, at: datetime, message: str) -> str:
    """The slot cannot be booked: why, and the nearest ones of this offer, one tap each."""
    calendar = calendar_of(offer.mentor_id, me()) if offer.state is OfferState.OPEN and offer.mentor_id != me().id else None
    near = slot_chips(offer, calendar, nearest(calendar.slots(offer.duration_minutes), at)) if calendar else ()
    return render_template("learner/_slot_gone.html", offer=offer, message=message, near=near, taken=SlotTaken.message)
