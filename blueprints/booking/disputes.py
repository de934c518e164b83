"""The dispute of one booking, for its two people: open it, speak, agree, take it back."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from app.bookings import dispute_queries, disputes
from app.bookings import queries as bookings
from app.bookings.disputes import LONGEST_WORDS, Claim
from app.bookings.models import Booking
from app.kernel.errors import Conflict, Invalid
from app.web.cards import booking_cards
from app.web.forms import AppForm, PickField, line_field, text_field
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.booking.blueprint import booking
from blueprints.booking.dispute_view import REASONS, dispute_view, opening_view

CHOOSE = "Choose what was wrong."


class OpenForm(AppForm):
    """Why, in whose words, and how much."""

    reason = PickField("What was wrong?", [(reason.value, text) for reason, text in REASONS.items()], CHOOSE)
    words = text_field("What happened?", longest=LONGEST_WORDS)
    amount = line_field("How much should come back?", longest=20)


class WordsForm(AppForm):
    """One's own words, and an offer with them if one likes."""

    words = text_field("Your words", longest=LONGEST_WORDS)
    amount = line_field("Offer", longest=20)


class AcceptForm(AppForm):
    """What is agreed to: the statement that named it, so that nobody agrees to something else."""

    statement = HiddenField()


@booking.get("/<int:booking_id>/dispute", endpoint="dispute")
def show(booking_id: int) -> ResponseReturnValue:
    """Everything about it, or the form to open one while there is time; 404 for anybody but the two."""
    return render_template("booking/dispute.html", **_parts(booking_id))


@booking.get("/<int:booking_id>/dispute/parts")
def dispute_parts(booking_id: int) -> str:
    """What changes on it."""
    return render_template("booking/_dispute.html", **_parts(booking_id))


@booking.post("/<int:booking_id>/dispute")
@write_by_person
def open_dispute(booking_id: int) -> ResponseReturnValue:
    """Open it; the form with its faults comes back with what was typed."""
    form = OpenForm()
    bookings.of_either(me(), booking_id)
    form.validate()
    try:
        disputes.open_dispute(me(), booking_id, Claim(form.reason.data or "", form.words.data or "", form.amount.data or ""))
    except Invalid as fault:
        form.accept(fault)
        return render_template("booking/dispute.html", **_parts(booking_id, opening=form)), 422
    return _back(booking_id)


@booking.post("/<int:booking_id>/disputes/<int:dispute_id>/statements")
@write_by_person
def speak(booking_id: int, dispute_id: int) -> ResponseReturnValue:
    """Say something; the first words of the other side are their answer."""
    form = WordsForm()
    bookings.of_either(me(), booking_id)
    form.validate()
    try:
        disputes.speak(me(), booking_id, dispute_id, form.words.data or "", form.amount.data or "")
    except Invalid as fault:
        form.accept(fault)
        return render_template("booking/dispute.html", **_parts(booking_id, speaking=form)), 422
    return _back(booking_id)


@booking.post("/<int:booking_id>/disputes/<int:dispute_id>/agreement")
@write_by_person
def agree(booking_id: int, dispute_id: int) -> ResponseReturnValue:
    """Agree to what the other side named last."""
    typed = AcceptForm().statement.data or ""
    statement_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    disputes.accept_offer(me(), booking_id, dispute_id, statement_id)
    return _back(booking_id)


@booking.post("/<int:booking_id>/disputes/<int:dispute_id>/withdrawal")
@write_by_person
def withdraw(booking_id: int, dispute_id: int) -> ResponseReturnValue:
    """Take it back."""
    disputes.withdraw_dispute(me(), booking_id, dispute_id)
    return see_other(url_for("booking.page", booking_id=booking_id))


def _back(booking_id: int) -> ResponseReturnValue:
    return see_other(url_for("booking.dispute", booking_id=booking_id))


def _parts(booking_id: int, *, opening: OpenForm | None = None, speaking: WordsForm | None = None) -> dict[str, Any]:
    found: Booking = bookings.of_either(me(), booking_id)
    [card] = booking_cards([found], me())
    views = [dispute_view(found, dispute, me()) for dispute in dispute_queries.disputes_of(booking_id)]
    until = dispute_queries.may_open(me(), found)
    if not views and until is None:
        raise Conflict("This can no longer be disputed: the printed time is over.", code="too_late")
    return {
        "b": card,
        "disputes": views,
        "opening": opening_view(found, me(), until) if until else None,
        "open_form": (opening or _fresh(found)) if until else None,
        "words_form": speaking or WordsForm(formdata=None),
    }


def _fresh(found: Booking) -> OpenForm:
    """All that is held, to be lowered."""
    form = OpenForm(formdata=None)
    form.amount.data = found.kept.plain()
    return form
