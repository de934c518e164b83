"""Talk now, the learner's side: who is here, pay and ring, and what becomes of the ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.bookings import queries as bookings
from app.bookings import ringing
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.community import queries as community
from app.community.queries import NO_RATING
from app.config import settings
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.lessons import talk
from app.lessons.talk import TalkOffer
from app.live import queries as live
from app.payments.methods import can_pay_at_once
from app.web.cards import PersonChip, minutes_text, person_chip
from app.web.fragments import is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.learner.blueprint import learner
from blueprints.learner.checkout_form import CheckoutForm

SHOWN = 4


@dataclass(frozen=True, slots=True)
class TalkCard:
    """Somebody who can be rung now."""

    mentor: PersonChip
    price: str
    duration: str
    url: str


@learner.get("/here-now")
def here_now() -> str:
    """Who is here."""
    return render_template("learner/_here_now.html", talks=talk_cards(talk.here(SHOWN, but=me().id)))


@learner.get("/talk/<int:mentor_id>")
def talk_now(mentor_id: int) -> ResponseReturnValue:
    """The dialog: what a talk costs and how to pay. Without scripts: the mentor's page."""
    if not is_htmx():
        return redirect(url_for("visitor.mentor", mentor_id=mentor_id))
    return _dialog(_offer(mentor_id), CheckoutForm.fresh(me()))


@learner.post("/talk/<int:mentor_id>")
@write_by_person
def ring(mentor_id: int) -> ResponseReturnValue:
    """Pay and ring."""
    offer = _offer(mentor_id)
    form = CheckoutForm.for_payer(me())
    if not form.validate():
        return _dialog(offer, form), 422
    try:
        booking = ringing.ring(me(), mentor_id, form.choice())
    except Invalid as fault:
        form.accept(fault)
        return _dialog(offer, form), 422
    except (Conflict, NotAllowed, TooMany) as refusal:
        return render_template("learner/_ring_refused.html", message=refusal.message), refusal.status
    if not is_htmx():
        return see_other(url_for("booking.page", booking_id=booking.id))
    if booking.state is BookingState.HELD:
        return redirect(url_for("learner.book", lesson_id=booking.lesson_id), 303)
    return _ringing(booking)


@learner.get("/talk/rings/<int:booking_id>")
def ringing_on(booking_id: int) -> str:
    """What has become of the ring by now."""
    return _ringing(bookings.of_learner(me(), booking_id))


def talk_cards(offers: Sequence[TalkOffer]) -> list[TalkCard]:
    """Cards of many, with one question for their stars; none where nothing can be paid at once."""
    offers = offers if can_pay_at_once() else ()
    ratings = community.ratings_of([offer.mentor_id for offer in offers])
    return [
        TalkCard(
            mentor=person_chip(offer.mentor, ratings.get(offer.mentor_id, NO_RATING)),
            price=str(offer.price),
            duration=minutes_text(offer.minutes),
            url=url_for("learner.talk_now", mentor_id=offer.mentor_id),
        )
        for offer in offers
    ]


def _offer(mentor_id: int) -> TalkOffer:
    offer = talk.offer_of(mentor_id)
    if offer is None:
        raise NotFound("We could not find this person.")
    return offer


def _dialog(offer: TalkOffer, form: CheckoutForm) -> str:
    if settings().is_rehearsal:
        form.fill_test_values()
    if not can_pay_at_once():
        raise NotFound("Nobody can be rung here.")
    [card] = talk_cards([offer])
    step = {"step": "pay", "is_rehearsal": settings().is_rehearsal}
    return render_template("learner/_talk_now.html", talk=card, form=form, checkout=step, is_here=talk.is_here(offer))


def _ringing(booking: Booking) -> str:
    room = live.of_lesson(booking.lesson_id) if booking.state is BookingState.CONFIRMED else None
    until: datetime | None = booking.decide_by if booking.state is BookingState.REQUESTED and booking.accepted_at is None else None
    return render_template(
        "learner/_ringing.html",
        booking_id=booking.id,
        mentor=person_chip(booking.lesson.mentor),
        first=booking.lesson.mentor.name.split()[0],
        until=until,
        is_over=booking.state not in (BookingState.REQUESTED, BookingState.CONFIRMED),
        room_url=url_for("live.room", room_id=room.public_id) if room else None,
    )
