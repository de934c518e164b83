"""Talk now, the mentor's side: be here for whoever rings, and answer a ring with one tap."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from app.bookings import queries as bookings
from app.bookings import rejecting, ringing, service
from app.bookings.settlement import fee_of
from app.config import settings
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.money import SYMBOLS, parse_money
from app.lessons import calendar, talk
from app.live import queries as live
from app.payments.methods import can_pay_at_once
from app.web.cards import booking_cards, minutes_text
from app.web.filters import when_inside
from app.web.forms import AppForm, PickField, Required, tidy
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.lesson_form import amount

LENGTHS = [(minutes, minutes_text(minutes)) for minutes in talk.LENGTHS]
HOURS = [(hours, f"{hours} hour" if hours == 1 else f"{hours} hours") for hours in talk.HOURS]


class TalkForm(AppForm):
    """How long a talk is, what it costs, and for how long one is here."""

    minutes = PickField("Length of a talk", LENGTHS, "Choose a length from the list.", default=15)
    price = StringField("Price", [Required("Say what a talk costs."), amount], filters=[tidy])
    hours = PickField("I am here for", HOURS, "Choose how long from the list.", default=1)


@mentor.get("/talk")
def talk_panel() -> str:
    """The switch on the home page."""
    return render_template("mentor/_talk.html", **talk_parts())


@mentor.get("/talk/form")
def talk_form() -> ResponseReturnValue:
    """The dialog, as it was filled in last time."""
    known = talk.offer_of(me().id)
    data = {"minutes": known.minutes, "price": known.price.plain()} if known else {}
    return _dialog(TalkForm(formdata=None, data=data))


@mentor.post("/talk")
@write_by_person
def start_talk() -> ResponseReturnValue:
    """Be here."""
    form = TalkForm()
    if not form.validate():
        return _dialog(form), 422
    try:
        talk.offer_talk(me(), form.minutes.data, parse_money(form.price.data, settings().currency), form.hours.data)
    except Invalid as fault:
        form.accept(fault)
        return _dialog(form), 422
    flash("You can be rung now. Keep a page of PeerLearn open.", "ok")
    return see_other(url_for("mentor.home"))  # every page of the dashboard listens from now on


@mentor.post("/talk/end")
@write_by_person
def stop_talk() -> ResponseReturnValue:
    """Not here any more."""
    talk.stop_talk(me())
    return talk_panel() if is_htmx() else see_other(url_for("mentor.home"))


@mentor.post("/talk/beat")
def beat() -> ResponseReturnValue:
    """An open dashboard says that its mentor is here."""
    talk.beat(me())
    return "", 204


@mentor.get("/talk/ring")
def who_rings() -> ResponseReturnValue:
    """The dialog of a ring; nothing when nobody rings, or when somebody only asks what the page shows already."""
    booking = ringing.ringing_for(me())
    if booking is None or booking.decide_by is None or request.args.get("but") == str(booking.id):
        return "", 204
    [card] = booking_cards([booking], me())
    return render_template("mentor/_ring.html", b=card, until=booking.decide_by, mine=str(booking.price - fee_of(booking)))


@mentor.post("/talk/<int:booking_id>/acceptance")
@write_by_person
def answer_ring(booking_id: int) -> ResponseReturnValue:
    """Yes: straight into the room, when the money is there."""
    booking = service.accept_booking(me(), booking_id)
    room = live.of_lesson(booking.lesson_id)
    if room is None:
        return close_dialog(f"Accepted. {booking.learner.name}’s payment has not come yet.")
    return see_other(url_for("live.room", room_id=room.public_id))


@mentor.post("/talk/<int:booking_id>/rejection")
@write_by_person
def decline_ring(booking_id: int) -> ResponseReturnValue:
    """Not now; all the money goes back."""
    rejecting.reject_booking(me(), booking_id)
    name = bookings.of_mentor(me(), booking_id).learner.name
    return close_dialog(f"{name} gets all the money back.") if is_htmx() else see_other(url_for("mentor.home"))


def talk_parts() -> dict[str, Any]:
    """What mentor/_talk.html shows."""
    offer = talk.offer_of(me().id)
    until = me().talks_until
    is_open = offer is not None and until is not None and until > now()
    busy = calendar.clash_for(me().id, now(), now() + talk.LONGEST) if is_open else None
    return {
        "talk_offered": can_pay_at_once(),
        "talk_open": is_open,
        "talk_until": when_inside(until) if is_open and until else "",
        "talk_wakes_at": min(until, busy.ends_at if busy else until) if is_open and until else None,
        "talk_busy": f"“{busy.title}” is too near: you can be rung again when it is over." if busy else "",
        "talk_text": f"{minutes_text(offer.minutes)} for {offer.price}" if offer else "",
    }


def _dialog(form: TalkForm) -> str:
    sign = SYMBOLS.get(settings().currency, settings().currency)
    return render_template("mentor/_talk_form.html", form=form, currency_sign=sign)
