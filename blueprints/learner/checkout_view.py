"""What the booking dialog shows at each step, in plain words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from app.accounts.models import User
from app.bookings import policies, pricing
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.pricing import ForSale, Quote
from app.bookings.states import BookingState
from app.config import settings
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.lessons.appointment_offer_models import Offer
from app.lessons.availability import absence_today
from app.lessons.models import Lesson
from app.payments.manual.instructions import Instructions
from app.payments.methods import offered_kinds
from app.payments.models import Payment, PaymentState
from app.payments.service import MOST_TRIES
from app.web.cancel_words import cancel_text
from app.web.cards import LessonCard, lesson_cards
from app.web.filters import iso, price_words, their_clock, when_inside
from app.web.slots import card_of_slot
from app.web.transfers import transfer_of, waits_until

REASONS = {
    "card_declined": "Your bank said no to this card.",
    "insufficient_funds": "There is not enough money on this card.",
    "expired_card": "This card has expired.",
    "lost_card": "This card cannot be used any more.",
    "stolen_card": "This card cannot be used any more.",
    "declined_by_payer": "The request was turned down in the UPI app.",
    "expired_unpaid": "The payment was not approved in time.",
    "not_reached": "Your bank could not be reached.",
    "not_approved": "The payment was not approved.",
    "try_again": "Your bank could not take this payment just now.",
    "canceled": "The payment was canceled.",
    "not_arrived": "Your transfer has not arrived in time. Should it come later, it goes back to you.",
    "too_many_awaited": "We are waiting for three transfers of yours. Once one of them is here, you can book more.",
}
FINAL = ("expired_card", "lost_card", "stolen_card")
"""Trying the same card again cannot help."""
TOO_SOON = "A bank transfer takes longer than there is time before this session. Choose a later one."
SEAT_TOO_LATE = "This seat came free too late: a transfer takes longer than there is time before this session."
OTHER_WAY = ("not_approved",)
"""They asked for another way to pay, or had ten minutes to approve."""


OBSTACLES = {
    "Over": "This session is over.",
    "Has begun": "This session has already begun.",
    "Your session": "This is your own session.",
    "No longer offered": "This session is no longer offered.",
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """The dialog for one lesson and one learner.

    step: "pay" (nothing happened yet), "declined" (Retry), "another" (three declines or a dead card), "checking", "approve" (at
    their bank or in an app), "transfer" (to be sent by themselves), "sent", "booked".
    """

    step: str
    confirm_url: str
    card: LessonCard
    my_time: str
    mentor_time: str | None
    held_text: str
    free_text: str
    no_show_text: str
    cancel_text: str
    total: str
    price_minor: int
    list_price: str
    discount: str
    discount_name: str
    is_free: bool
    booking_id: int | None = None
    reason: str = ""
    tries: int = 0
    most_tries: int = MOST_TRIES
    refused_kind: str = ""
    action_url: str = ""
    time_left: timedelta | None = None
    held_until: datetime | None = None
    is_rehearsal: bool = False
    taken: bool = False
    obstacle: str = ""
    too_soon: str = ""
    away_text: str = ""
    transfer: Instructions | None = None
    waits_until: str = ""


def checkout_of(learner: User, lesson: Lesson, code: str = "") -> Checkout:
    """Where this learner stands with this lesson now; a code that does not work takes nothing off."""
    booking = bookings.live_of_learner_in(learner, lesson.id)
    if booking is not None and _ran_out(booking):
        booking = None  # the sweep has not come by yet
    facts = _facts(learner, lesson, booking) | _prices(learner, lesson, booking, code)
    if booking is None:
        return _first_step(lesson, facts)
    payment = booking.payment
    if _is_unpaid(booking) and not offered_kinds(facts["time_left"]):
        return Checkout(step="pay", booking_id=booking.id, **facts | {"obstacle": SEAT_TOO_LATE})
    if booking.state is BookingState.HELD and payment is None:  # a free seat from the waiting list
        return Checkout(step="pay", booking_id=booking.id, held_until=booking.held_until, **facts)
    if booking.state is not BookingState.HELD or payment is None:
        transfer = transfer_of(booking)
        step = "transfer" if transfer else "sent" if booking.state is BookingState.REQUESTED else "booked"
        return Checkout(step=step, booking_id=booking.id, transfer=transfer, waits_until=waits_until(booking, transfer), **facts)
    if payment.state is PaymentState.REQUIRES_ACTION:
        return Checkout(step="approve", booking_id=booking.id, action_url=payment.attempts[-1].action_url or "", **facts)
    if _is_asked(payment):
        return Checkout(step="checking", booking_id=booking.id, **facts)
    return _after_declines(booking, payment, facts)


def checkout_of_slot(learner: User, offer: Offer, starts_at: datetime, code: str = "") -> Checkout:
    """The first step for a slot nobody has yet; a code that does not work takes nothing off."""
    first = offer.mentor.name.split()[0]
    card = card_of_slot(offer, starts_at)
    answer_by = when_inside(policies.decide_by(now(), starts_at))
    facts = {
        "confirm_url": url_for("learner.confirm_slot", offer_id=offer.id, at=iso(starts_at)),
        "card": card,
        "my_time": f"{card.when} {card.zone}",
        "mentor_time": their_clock(starts_at, offer.mentor.timezone),
        "free_text": free_text(first, answer_by, is_instant=offer.is_instant),
        "held_text": held_text(first, answer_by, is_instant=offer.is_instant),
        "no_show_text": _no_show_text(first, None),
        "cancel_text": cancel_text(offer.cancel_policy, starts_at),
        "away_text": _away_text(offer.mentor),
        "is_rehearsal": settings().is_rehearsal,
        "time_left": policies.time_to_pay(now(), starts_at),
        "obstacle": "",
    }
    return _first_step(offer, facts | _prices(learner, offer, None, code))


def _first_step(sold: ForSale, facts: dict) -> Checkout:
    """Where no way to pay is quick enough, a code that makes it free still helps; not for a talk, which no code is for."""
    if facts["obstacle"] or facts["is_free"] or offered_kinds(facts["time_left"]):
        return Checkout(step="pay", **facts)
    if sold.answer_seconds is not None:
        return Checkout(step="pay", **facts | {"obstacle": TOO_SOON})
    return Checkout(step="pay", too_soon=TOO_SOON, **facts)


def _after_declines(booking: Booking, payment: Payment, facts: dict) -> Checkout:
    own = {"booking_id": booking.id, "held_until": booking.held_until, **facts}
    if not payment.attempts:
        return Checkout(step="pay", **own)
    last = payment.attempts[-1]
    run = declines_in_a_row(payment)
    reason = REASONS.get(last.decline_code, "Your bank said no.")
    spent = last.decline_code in (*FINAL, *OTHER_WAY) or run >= MOST_TRIES
    step = "another" if spent else "declined"
    return Checkout(step=step, reason=reason, tries=run, refused_kind=last.kind, **own)


def declines_in_a_row(payment: Payment) -> int:
    """How often the kind of instrument tried last has been declined without another kind in between.

    A call that never arrived is no try: it is passed over.
    """
    count = 0
    for attempt in reversed(payment.attempts):
        if attempt.outcome != "declined" or attempt.kind != payment.attempts[-1].kind:
            break
        count += attempt.is_decline
    return count


def _ran_out(booking: Booking) -> bool:
    return booking.state is BookingState.HELD and booking.held_until <= now() and not _is_asked(booking.payment)


def _is_unpaid(booking: Booking) -> bool:
    return booking.state is BookingState.HELD and booking.payment is not None and not _is_asked(booking.payment)


def _is_asked(payment: Payment | None) -> bool:
    if payment is None:
        return False
    waits = payment.state in (PaymentState.CHECKING, PaymentState.REQUIRES_ACTION)
    return waits or any(attempt.outcome == "asked" for attempt in payment.attempts)


def _facts(learner: User, lesson: Lesson, booking: Booking | None) -> dict:
    card = lesson_cards([lesson], learner)[0]
    first = lesson.mentor.name.split()[0]
    answer_by = when_inside((booking.decide_by if booking else None) or policies.decide_by(now(), lesson.starts_at))
    return {
        "card": card,
        "confirm_url": url_for("learner.confirm", lesson_id=lesson.id, key=lesson.link_token),
        "my_time": f"{card.when} {card.zone}",
        "mentor_time": their_clock(lesson.starts_at, lesson.timezone),
        "free_text": free_text(first, answer_by, is_instant=lesson.is_instant),
        "held_text": held_text(first, answer_by, is_instant=lesson.is_instant),
        "no_show_text": _no_show_text(first, booking),
        "away_text": _away_text(lesson.mentor),
        "cancel_text": cancel_text(booking.cancel_policy if booking else lesson.cancel_policy, lesson.starts_at),
        "is_rehearsal": settings().is_rehearsal,
        "time_left": policies.time_to_pay(now(), lesson.starts_at),
        "taken": card.state_note == "Fully booked" and booking is None,
        "obstacle": OBSTACLES.get(card.state_note or "", "") if booking is None else "",
    }


def held_text(mentor: str, answer_by: str, *, is_instant: bool) -> str:
    """What happens to the money between Confirm and the session."""
    if is_instant:
        return f"You are confirmed at once: {mentor} has said yes beforehand. Your money is held until you have met."
    no = f"If {mentor} says no, or has not answered by {answer_by}, all of it goes back."
    return f"Your money is held until {mentor} accepts. {no}"


def free_text(mentor: str, answer_by: str, *, is_instant: bool) -> str:
    """The same where there is nothing to pay."""
    return "There is nothing to pay. " + ("You are confirmed at once." if is_instant else f"{mentor} answers by {answer_by}.")


def _prices(learner: User, sold: ForSale, booking: Booking | None, code: str) -> dict:
    """What it costs and what is taken off: as agreed when the seat was claimed, or as it would be now."""
    if booking is not None:
        price, off, is_trial = booking.price, booking.list_price - booking.price, booking.is_trial
    else:
        quote = _quote(learner, sold, code)
        price, off, is_trial = quote.price, quote.discount, quote.is_trial
    return {
        "total": price_words(price),
        "price_minor": price.amount_minor,
        "list_price": str(price + off),
        "discount": "" if off.is_zero else f"-{off}",
        "discount_name": f"Your first session with {sold.mentor.name.split()[0]}" if is_trial else "Your code",
        "is_free": price.is_zero,
    }


def _quote(learner: User, sold: ForSale, code: str) -> Quote:
    try:
        return pricing.quote(learner, sold, code)
    except Invalid:
        return pricing.quote(learner, sold)


def _away_text(mentor: User) -> str:
    """That the mentor is away today, in their own words: their answer may take longer."""
    absence = absence_today(mentor)
    if absence is None:
        return ""
    return f"{mentor.name.split()[0]} is away today." + (f" “{absence.message}”" if absence.message else "")


def _no_show_text(mentor: str, booking: Booking | None) -> str:
    """What becomes of the money when somebody does not come, as it counts from the moment of booking."""
    percent = booking.no_show_refund_pct if booking else settings().learner_no_show_refund_pct
    missed = {0: "none of it comes back", 100: "it comes back too"}.get(percent, f"{percent} % of it comes back")
    return f"If {mentor} does not come, or is away for a part, that money comes back to you. If you do not come, {missed}."
