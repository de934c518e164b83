"""Offers by appointment: create, change, pause."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from app.config import settings
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import SYMBOLS, parse_money
from app.lessons import appointment_offers as uses
from app.lessons import queries as lessons
from app.lessons.appointment_offer_models import Offer, OfferState
from app.lessons.appointment_offers import OfferDraft
from app.lessons.models import CancelPolicy
from app.web.forms import AppForm, PickField, Required, line_field, text_field, tidy
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.lesson_form import LENGTHS, LONGEST_TOPICS_TEXT, amount, some_topics, topics_of

POLICIES = [(policy.value, policy.value.capitalize()) for policy in CancelPolicy]


class OfferForm(AppForm):
    """What is taught by appointment."""

    title = line_field("Title", shortest=4, longest=80, missing="Give your offer a title.")
    description = text_field("Description", shortest=10, longest=4000, missing="Say what people will take away.")
    duration_minutes = PickField("Duration", LENGTHS, "Choose a length from the list.", default=60)
    price = StringField("Price", [Required("Say what a session costs."), amount], filters=[tidy])
    topics = StringField("Topics covered", [Length(max=LONGEST_TOPICS_TEXT, message="Use fewer or shorter topics."), some_topics])
    cancel_policy = PickField("If a learner cancels", POLICIES, "Choose one from the list.", default="flexible", may_lack=True)
    is_instant = BooleanField("Accept bookings at once")

    @classmethod
    def of(cls, offer: Offer) -> "OfferForm":
        """What is stored."""
        data = {name: getattr(offer, name) for name in ("title", "description", "duration_minutes", "is_instant")}
        texts = {"price": offer.price.plain(), "topics": ", ".join(topic.name for topic in offer.topics)}
        return cls(formdata=None, data={**data, **texts, "cancel_policy": offer.cancel_policy.value})

    def draft(self) -> OfferDraft:
        """What the use case takes; only after validate()."""
        return OfferDraft(
            title=self.title.data,
            description=self.description.data,
            topics=topics_of(self.topics.data),
            duration_minutes=self.duration_minutes.data,
            price=parse_money(self.price.data, settings().currency),
            is_instant=bool(self.is_instant.data),
            cancel_policy=CancelPolicy(self.cancel_policy.data),
        )


@mentor.get("/appointments/new")
def new_appointment() -> str:
    """The empty form."""
    return _form(OfferForm(formdata=None), None)


@mentor.post("/appointments")
@write_by_person
def create_appointment() -> ResponseReturnValue:
    """Offer it."""
    form = OfferForm()
    if not form.validate():
        return _form(form, None), 422
    try:
        uses.create_offer(me(), form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _form(form, None), 422
    except Conflict as refusal:
        form.accept(Invalid(refusal.message))
        return _form(form, None), 409
    flash("Learners can choose a time now.", "ok")
    return see_other(url_for("mentor.availability"))


@mentor.get("/appointments/<int:offer_id>/edit")
def edit_appointment(offer_id: int) -> str:
    """The form with what is stored."""
    offer = uses.own_offer(me(), offer_id)
    return _form(OfferForm.of(offer), offer)


@mentor.post("/appointments/<int:offer_id>")
@write_by_person
def change_appointment(offer_id: int) -> ResponseReturnValue:
    """Save it for whoever books from now on."""
    offer, form = uses.own_offer(me(), offer_id), OfferForm()
    if not form.validate():
        return _form(form, offer), 422
    try:
        uses.change_offer(me(), offer_id, form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _form(form, offer), 422
    flash("Saved. What is booked stays as agreed.", "ok")
    return see_other(url_for("mentor.availability"))


@mentor.post("/appointments/<int:offer_id>/pause")
@write_by_person
def pause_appointment(offer_id: int) -> ResponseReturnValue:
    """Off the shelf, or back on it."""
    offer = uses.pause_offer(me(), offer_id, paused=request.form.get("paused") == "1")
    flash("Paused. Nobody can book it for now." if offer.state is OfferState.PAUSED else "Learners can book it again.", "ok")
    return see_other(url_for("mentor.availability"))


def _form(form: OfferForm, offer: Offer | None) -> str:
    sign = SYMBOLS.get(settings().currency, settings().currency)
    topics = lessons.popular_topics(40)
    return render_template("mentor/appointment.html", form=form, offer=offer, topics=topics, currency_sign=sign)
