"""Use cases of bookings: book, pay again, accept, and what follows when money arrives or does not."""

from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts import blocks
from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import line, policies, pricing, queries
from app.bookings.events import (
    BookingAccepted,
    BookingConfirmed,
    BookingHeld,
    BookingReleased,
    BookingRequested,
    BookingUnpaid,
)
from app.bookings.models import Booking
from app.bookings.states import BookingState, require_move
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound, TooMany
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.models import Lesson, LessonState
from app.payments import refunds
from app.payments import service as payments
from app.payments.methods import Choice, instrument_for
from app.payments.models import SECURED, PaymentState
from app.payments.providers.base import Instrument


class SlotTaken(Conflict):
    """Somebody else has the seat."""

    code = "slot_taken"
    message = "Slot taken, try another"


class PriceChanged(Conflict):
    """Between the dialog and Confirm a code ended, or a first session became a second."""

    code = "price_changed"
    message = "The price has changed while you were looking. Nothing was booked: please look again."


class Terms(TypedDict, total=False):
    """What was shown and said beside the choice of how to pay: see `book`."""

    code: str
    agreed_minor: int | None
    note: str
    meant_for: datetime | None


def book(learner: User, lesson_id: int, choice: Choice, **terms: Unpack[Terms]) -> Booking:
    """Claim a seat and pay for it, in one request. A seat that is free needs no choice.

    `code` is a mentor's coupon, `agreed_minor` the price that was shown: another one is refused (PriceChanged).
    `note` is what the mentor should know, `meant_for` the start that was shown: another one is refused too.

    The booking comes back requested (paid), or still held when the payment was declined or is being checked: its payment tells.
    Raises Invalid for a payment choice to mend, SlotTaken, Conflict (the session was moved meanwhile, too), NotAllowed, NotFound;
    then nothing was claimed or paid.
    """
    instrument = None
    if not _is_free_for(learner, lesson_id, terms.get("code", "")):
        instrument = instrument_for(learner, choice, _time_left(lesson_id))
    booking = hold_seat(learner, lesson_id, **terms)
    if booking.state is BookingState.HELD and instrument is not None:
        pay_for(learner, booking, instrument, keep=choice.keep)
    return queries.of_learner(learner, booking.id)


def pay_again(learner: User, booking_id: int, choice: Choice, *, note: str = "") -> Booking:
    """Pay for a seat that is held: with the same or another method; raises Conflict when the hold has run out."""
    booking = queries.of_learner(learner, booking_id)
    instrument = None if booking.is_free else instrument_for(learner, choice, _time_left(booking.lesson_id))
    if booking.state is not BookingState.HELD or booking.held_until <= now():
        span = "half an hour" if booking.was_offered else "ten minutes"
        raise Conflict(f"Your seat was held for {span} and is free again. Book it once more.", code="hold_over")
    with transaction() as tx:
        booking = queries.locked(booking_id)
        booking.note = note.strip() or booking.note
        if booking.is_free and booking.state is BookingState.HELD:  # a free seat from the waiting list
            _become_requested(booking)
            tx.publish(BookingRequested(*who(booking)))
    if instrument is not None:
        pay_for(learner, booking, instrument, keep=choice.keep)
    return queries.of_learner(learner, booking.id)


def pay_differently(learner: User, booking_id: int) -> Booking:
    """Rather than approve, choose another way to pay: what waits is dropped at the provider first, so nothing is paid twice.

    Raises Conflict when it was approved meanwhile, or the provider is silent.
    """
    booking = queries.of_learner(learner, booking_id)
    if booking.state is not BookingState.HELD or booking.payment_id is None:
        raise Conflict("This booking has moved on. Please look again.", code="moved_on")
    payments.stop_waiting(learner, booking.payment_id)
    return queries.of_learner(learner, booking_id)


def pay_for(learner: User, booking: Booking, instrument: Instrument, *, keep: bool) -> None:
    """Pay for a held seat, with the money kept until the mentor has answered. Outside any transaction."""
    if booking.payment_id is None:
        raise NotFound
    decided_by = policies.decide_by(now(), booking.lesson.starts_at)
    payments.pay(learner, booking.payment_id, instrument, keep=keep, hold_until=decided_by)


def _time_left(lesson_id: int) -> timedelta | None:
    """How long money may be on its way; None when there is no such lesson."""
    lesson = db.session.get(Lesson, lesson_id)
    return None if lesson is None else policies.time_to_pay(now(), lesson.starts_at)


def hold_seat(
    learner: User,
    lesson_id: int,
    *,
    code: str = "",
    agreed_minor: int | None = None,
    note: str = "",
    meant_for: datetime | None = None,
) -> Booking:
    """Claim a seat for ten minutes, or come back to the one they hold already; a free one is requested at once."""
    known = queries.live_of_learner_in(learner, lesson_id)
    if known is not None:
        if known.state is BookingState.HELD and known.held_until > now():
            return known
        refuse_second(known)
    try:
        with transaction() as tx:
            lesson = _bookable(learner, lesson_id)
            let_dead_holds_go(tx, learner, lesson)
            if meant_for is not None and lesson.starts_at.replace(microsecond=0) != meant_for.replace(microsecond=0):
                raise Conflict("This session was moved to another time a moment ago. Please look again.", code="moved_on")
            booking = claim(tx, learner, lesson, held_until=now() + policies.HOLD, code=code, note=note)
            if agreed_minor is not None and booking.price_minor != agreed_minor:
                raise PriceChanged
            if booking.is_free:
                _become_requested(booking)
                tx.publish(BookingRequested(*who(booking)))
    except IntegrityError as error:  # somebody took it between our look and our claim
        raise SlotTaken from error
    return booking


def accept_booking(mentor: User, booking_id: int) -> Booking:
    """The mentor says yes: money held on a card is taken, and once it is here they are confirmed.

    Raises NotFound unless the request is for their lesson, Conflict if it no longer waits for an answer. A second yes does no harm.
    """
    queries.of_mentor(mentor, booking_id)
    with transaction() as tx:
        booking = queries.locked(booking_id)
        mark_accepted(tx, booking)
    take_money(booking)
    return queries.of_mentor(mentor, booking_id)


def mark_accepted(tx: Transaction, booking: Booking) -> None:
    """Write down the mentor's yes, once; take_money follows after the commit. Raises Conflict if there is nothing to accept."""
    if booking.accepted_at is None:
        require_move(booking.state, BookingState.CONFIRMED)
        booking.accepted_at = now()
        record(booking.lesson.mentor_id, AuditTag.BOOKING_ACCEPTED, booking)
        tx.publish(BookingAccepted(*who(booking)))


def take_money(booking: Booking) -> None:
    """After a yes: take what is held on a card, and confirm once the money is here. Outside any transaction."""
    if booking.payment_id is not None:
        payments.capture(booking.payment_id)
    follow_money(booking.id)


def follow_money(booking_id: int) -> None:
    """Look at the payment again and move with it. Harmless at any time and any number of times.

    held → requested when a provider said yes, accepted → confirmed when the money is here, requested → held when it failed on its
    way. Money for a booking that is over goes back.
    """
    with transaction() as tx:
        booking = queries.locked(booking_id)
        payment = booking.payment
        if payment is not None and payment.state is PaymentState.STARTED and booking.state is BookingState.REQUESTED:
            require_move(booking.state, BookingState.HELD)
            booking.state, booking.held_until = BookingState.HELD, now() + policies.HOLD
            tx.publish(BookingUnpaid(*who(booking)))
        if booking.is_free and booking.state is BookingState.REQUESTED and booking.accepted_at is not None:
            _confirm(tx, booking)
        if payment is None or payment.state not in SECURED:
            return
        if booking.state is BookingState.HELD:
            _become_requested(booking)
            tx.publish(BookingRequested(*who(booking)))
        if booking.state is BookingState.REQUESTED and booking.accepted_at is not None and payment.state is PaymentState.CAPTURED:
            _confirm(tx, booking)
        if booking.state is BookingState.RELEASED:
            refunds.want_full_refund(payment.id, "late")


def _confirm(tx: Transaction, booking: Booking) -> None:
    booking.state, booking.reminded_at = BookingState.CONFIRMED, policies.reminded_by_agreeing(booking.lesson.starts_at, now())
    tx.publish(BookingConfirmed(*who(booking)))


def release_hold(booking_id: int) -> None:
    """Nobody paid in time: the seat is free again. A payment that is still being checked keeps it."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        asked = booking.payment is not None and booking.payment.state is not PaymentState.STARTED
        if booking.state is BookingState.HELD and booking.held_until <= now() and not asked:
            _release(tx, booking)


def let_dead_holds_go(tx: Transaction, learner: User, lesson: Lesson) -> None:
    """Release what the sweep has not come by to release: this learner's holds that have run out, and everybody's of this lesson.

    Joins the caller's transaction, which holds the lesson's lock. What may still be paid stays.
    """
    ran_out = (Booking.state == BookingState.HELD) & (Booking.held_until <= now())
    concerned = (Booking.learner_id == learner.id) | (Booking.lesson_id == lesson.id)
    for booking_id in db.session.scalars(select(Booking.id).where(ran_out, concerned).order_by(Booking.id)).all():
        booking = queries.locked(booking_id)
        if booking.state is BookingState.HELD and booking.held_until <= now() and not _may_be_paid(booking):
            _release(tx, booking)
    db.session.flush()


def _may_be_paid(booking: Booking) -> bool:
    """Whether a provider was asked for the money of a hold and has not said no."""
    payment = booking.payment
    is_asked = payment is not None and any(attempt.outcome == "asked" for attempt in payment.attempts)
    return payment is not None and (is_asked or payment.state is not PaymentState.STARTED)


def _release(tx: Transaction, booking: Booking) -> None:
    close(booking, BookingState.RELEASED, refund_because="unpaid")
    tx.publish(BookingReleased(*who(booking)))


def refuse_second(known: Booking) -> None:
    """Raises Conflict, unless what a learner has is a hold that has run out and that nobody is paying for."""
    if known.state is not BookingState.HELD:
        raise Conflict("You have booked this session already.", code="booked_already")
    if _may_be_paid(known):
        raise Conflict("Your payment for this seat is being checked. Please wait a moment.", code="already_paying")


def close(booking: Booking, state: BookingState, *, refund_because: str | None = None) -> None:
    """End a live claim: free the seat and the learner's time; joins the caller's transaction.

    With a reason for it, all the money goes back.
    """
    require_move(booking.state, state)
    booking.state, booking.closed_at = state, now()
    calendar.set_free(booking.learner_id, booking.lesson)
    if booking.payment_id is not None and refund_because is not None:
        refunds.want_full_refund(booking.payment_id, refund_because)


def _is_free_for(learner: User, lesson_id: int, code: str) -> bool:
    known, lesson = queries.live_of_learner_in(learner, lesson_id), db.session.get(Lesson, lesson_id)
    is_kept = known is not None and (known.state is not BookingState.HELD or known.held_until > now())
    if is_kept or lesson is None:
        return known is not None and known.is_free
    return pricing.quote(learner, lesson, code).is_free


def _bookable(learner: User, lesson_id: int) -> Lesson:
    lesson = db.session.get(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson})
    if lesson is None:
        raise NotFound("We could not find this session.")
    if lesson.mentor_id == learner.id:
        raise NotAllowed("This is your own session.")
    if learner.disabled_at is not None:
        raise NotAllowed("This account is closed.")
    if not learner.is_learner:
        raise NotAllowed("Turn on learning in your settings first.")
    blocks.refuse_between(learner.id, lesson.mentor_id)
    if lesson.state is not LessonState.PUBLISHED or lesson.mentor.disabled_at is not None:
        raise Conflict("This session is no longer offered.", code="withdrawn")
    if lesson.starts_at <= now():
        raise Conflict("This session has already begun.", code="begun")
    return lesson


def claim(
    tx: Transaction,
    learner: User,
    lesson: Lesson,
    *,
    held_until: datetime,
    code: str = "",
    note: str = "",
    is_from_line: bool = False,
) -> Booking:
    """Take a free seat of a locked lesson until a moment, with the payment it waits for; joins the caller's transaction.

    Raises SlotTaken when none is free, or those that are belong to people who wait in line; TooMany, CalendarClash.
    """
    holds = select(func.count()).where(Booking.learner_id == learner.id, Booking.state == BookingState.HELD)
    if (db.session.scalar(holds) or 0) >= policies.MOST_UNPAID_HOLDS:
        raise TooMany("You hold three unpaid seats. Pay for one or let it go first.", code="too_many_holds")
    free = free_seats(lesson)
    if len(free) <= (0 if is_from_line else line.count_before(learner.id, lesson)):
        raise SlotTaken
    price = pricing.quote(learner, lesson, code, lock=True)
    booking = Booking(
        lesson_id=lesson.id,
        mentor_id=lesson.mentor_id,
        learner_id=learner.id,
        seat_no=free[0],
        price_minor=price.price.amount_minor,
        discount_minor=price.discount.amount_minor,
        coupon_id=price.coupon.id if price.coupon else None,
        is_trial=price.is_trial,
        currency=lesson.currency,
        fee_bps=settings().platform_fee_bps,
        no_show_refund_pct=settings().learner_no_show_refund_pct if lesson.answer_seconds is None else 100,
        cancel_policy=lesson.cancel_policy,
        held_until=held_until,
        note=note.strip(),
        created_at=now(),
    )
    db.session.add(booking)
    db.session.flush()
    calendar.keep_free(learner.id, lesson)
    if booking.is_free:
        pricing.require_few_free(learner)
    else:
        booking.payment_id = payments.prepare(learner, "booking", str(booking.id), booking.price).id
    tx.publish(BookingHeld(*who(booking)))
    return booking


def free_seats(lesson: Lesson) -> list[int]:
    """The numbers of the seats nobody claims, in order."""
    taken = set(db.session.scalars(select(Booking.seat_no).where(Booking.lesson_id == lesson.id, queries.claims_seat())))
    free = [seat for seat in range(1, lesson.capacity + 1) if seat not in taken]
    return free[: max(0, lesson.capacity - len(taken))]


def _become_requested(booking: Booking) -> None:
    booking.state, booking.requested_at = BookingState.REQUESTED, now()
    booking.decide_by = policies.decide_by(now(), booking.lesson.starts_at, booking.lesson.answer_seconds)
    record(booking.learner_id, AuditTag.BOOKING_REQUESTED, booking)


def who(booking: Booking) -> tuple[int, int, int, int]:
    """The ids every fact about a booking carries: booking, lesson, learner, mentor."""
    return booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id
