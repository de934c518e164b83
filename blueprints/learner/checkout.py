"""Book and Confirm: the dialog, and one request that claims the seat and pays."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.bookings import policies, pricing, service
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.pricing import ForSale
from app.bookings.service import SlotTaken
from app.bookings.states import BookingState
from app.bookings.visibility import lesson_for
from app.gifts import queries as gifts
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.kernel.jobs import later
from app.lessons.models import Lesson
from app.payments import service as payments
from app.payments.manual.instructions import instructions_for, picture_of
from app.web.cards import lesson_cards
from app.web.filters import when_inside
from app.web.fragments import close_dialog, is_htmx
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from app.web.lines import line_view
from app.web.transfers import transfer_of
from blueprints.learner.blueprint import learner
from blueprints.learner.checkout_form import CheckoutForm
from blueprints.learner.checkout_view import checkout_of

NOT_FREE = "This code does not make it free, and a transfer would not be here in time."
NO_CODE = "Type a code that makes it free, or choose a later time."


@learner.get("/sessions/<int:lesson_id>/book")
def book(lesson_id: int) -> ResponseReturnValue:
    """The dialog: at its first step, or wherever this learner stands. Without scripts: the session's page."""
    lesson = _asked_for(lesson_id)
    if not is_htmx():
        return redirect(url_for("visitor.lesson", lesson_id=lesson.id, book=1, key=lesson.link_token))
    return dialog_for(lesson)


@learner.post("/sessions/<int:lesson_id>/book")
@write_by_person
def confirm(lesson_id: int) -> ResponseReturnValue:
    """Claim a seat and pay for it."""
    lesson = _asked_for(lesson_id)
    form = CheckoutForm.for_payer(me(), policies.time_to_pay(now(), lesson.starts_at))
    if not form.validate():
        return dialog_for(lesson, form), 422
    try:
        if not agrees(lesson, form, bookings.live_of_learner_in(me(), lesson.id)):
            return dialog_for(lesson, form), 409
        return outcome_of(service.book(me(), lesson.id, form.choice(), **form.terms()), form)
    except Invalid as fault:
        form.accept(fault)
        return dialog_for(lesson, form), 422
    except SlotTaken:
        return _slot_taken(lesson), 409
    except service.PriceChanged as change:
        form.accept(Invalid(change.message))
        return dialog_for(lesson, form), 409
    except (Conflict, NotAllowed, TooMany) as refusal:
        return _refused(lesson, refusal.message), refusal.status


@learner.post("/bookings/<int:booking_id>/payment")
@write_by_person
def retry(booking_id: int) -> ResponseReturnValue:
    """Pay again while the seat is held."""
    lesson = bookings.of_learner(me(), booking_id).lesson
    form = CheckoutForm.for_payer(me(), policies.time_to_pay(now(), lesson.starts_at))
    if not form.validate():
        return dialog_for(lesson, form), 422
    try:
        return outcome_of(service.pay_again(me(), booking_id, form.choice(), note=form.said), form)
    except Invalid as fault:
        form.accept(fault)
        return dialog_for(lesson, form), 422
    except Conflict as refusal:
        return _refused(lesson, refusal.message), refusal.status


@learner.post("/bookings/<int:booking_id>/payment/another")
@write_by_person
def pay_differently(booking_id: int) -> ResponseReturnValue:
    """Another way to pay instead of approving."""
    booking = service.pay_differently(me(), booking_id)
    if not is_htmx():
        return see_other(url_for("visitor.lesson", lesson_id=booking.lesson_id, book=1))
    return dialog_for(booking.lesson)


@learner.get("/payments/<int:payment_id>/return")
def back_from_provider(payment_id: int) -> ResponseReturnValue:
    """Where a provider's page sends the payer. That they are here proves nothing: the provider is asked, soon and by the worker."""
    payment = payments.of_payer(me(), payment_id)
    later(payments.reconcile, payment.id)
    if payment.purpose == "booking":
        return redirect(url_for("booking.page", booking_id=int(payment.reference)))
    if payment.purpose == "gift":
        return redirect(url_for("booking.page", booking_id=gifts.given_by(me(), int(payment.reference)).booking_id))
    return redirect(url_for("learner.payments"))


@learner.get("/payments/<int:payment_id>/code.svg")
def transfer_code(payment_id: int) -> Response:
    """The QR code of a transfer that is awaited, for its payer; 404 for anybody else, and where there is none."""
    transfer = instructions_for(payments.of_payer(me(), payment_id))
    if transfer is None or not transfer.code:
        raise NotFound("There is no code for this payment.")
    answer = Response(picture_of(transfer.code), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked_for(lesson_id: int) -> Lesson:
    return lesson_for(me(), lesson_id, request.args.get("key", ""))


def agrees(sold: ForSale, form: CheckoutForm, mine: Booking | None) -> bool:
    """Whether the price that was shown is the price; one that a code just changed is shown before Confirm counts.

    Raises Invalid for a code that does not make it free where no money would be here in time.
    """
    if mine is not None:
        return True
    quote = pricing.quote(me(), sold, form.code.data or "")
    if not quote.is_free and not form.offered:
        raise Invalid(fields={"code": NOT_FREE if form.code.data else NO_CODE})
    if form.agreed_minor is None:
        return True
    if quote.price.amount_minor == form.agreed_minor:
        return True
    form.news = f"With this it {'is free' if quote.is_free else f'costs {quote.price}'}. Confirm once more to book."
    return False


def outcome_of(booking: Booking, form: CheckoutForm) -> ResponseReturnValue:
    """Requested: the dialog goes. Held: it says why, and what to do next."""
    if not is_htmx():
        awaited = transfer_of(booking) is not None
        return see_other(url_for("booking.page", booking_id=booking.id) if awaited else url_for("learner.bookings"))
    if booking.state is BookingState.HELD:
        return dialog_for(booking.lesson, form), 402
    if transfer_of(booking) is not None:
        return dialog_for(booking.lesson, form)
    name = booking.lesson.mentor.name.split()[0]
    if booking.accepted_at is not None:
        here = booking.state is BookingState.CONFIRMED
        words = "You are confirmed." if here else f"{name} has accepted. You are confirmed when your payment has arrived."
        return close_dialog(words, link=url_for("learner.bookings"))
    until = f" {name} has until {when_inside(booking.decide_by)} to answer." if booking.decide_by else ""
    return close_dialog(f"Request sent.{until}", link=url_for("learner.bookings"))


def dialog_for(lesson: Lesson, form: CheckoutForm | None = None) -> str:
    """The dialog where this learner stands now, with what was typed; after three declines another method is chosen."""
    checkout = checkout_of(me(), lesson, (form.code.data or "") if form else "")
    if checkout.taken:
        return _slot_taken(lesson)
    if checkout.obstacle:
        return _refused(lesson, checkout.obstacle)
    form = form or CheckoutForm.fresh(me(), checkout.time_left)
    if checkout.step == "another" and not form.errors:
        form.suggest_another(checkout.refused_kind)
    if checkout.is_rehearsal:
        form.fill_test_values()
    return render_template("learner/_checkout.html", checkout=checkout, form=form)


def _slot_taken(lesson: Lesson) -> str:
    others = lesson_cards(bookings.alternatives_to(lesson, me()), me())
    waiting = line_view(lesson, me(), is_full=True)
    return render_template("learner/_slot_taken.html", lesson=lesson, others=others, line=waiting)


def _refused(lesson: Lesson, message: str) -> str:
    return render_template("learner/_refused.html", lesson=lesson, message=message)
