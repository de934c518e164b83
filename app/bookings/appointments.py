"""Booking an open slot: it becomes a session and the booking claims it, in one transaction; then it is paid like any other."""

from datetime import datetime
from typing import Unpack

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import policies, pricing, queries
from app.bookings.models import Booking
from app.bookings.service import SlotTaken, Terms, hold_seat, let_dead_holds_go, pay_for, refuse_second
from app.bookings.states import LIVE, BookingState
from app.bookings.unclaimed import withdraw_unclaimed
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotAllowed
from app.kernel.transaction import Transaction, transaction
from app.lessons import appointment_offers as offers
from app.lessons.appointment_offers import NotOffered
from app.lessons.calendar import CalendarClash
from app.lessons.models import Lesson
from app.lessons.slots import Rule
from app.payments.methods import Choice, instrument_for


def book_slot(learner: User, offer_id: int, starts_at: datetime, choice: Choice, **terms: Unpack[Terms]) -> Booking:
    """Claim a slot of an offer and pay for it, in one request; takes the same terms and comes back as `service.book` does.

    Raises Invalid for a payment choice or a code to mend, SlotTaken, NotOffered with the rule, PriceChanged, Conflict, NotAllowed,
    NotFound; then nothing was claimed or paid.
    """
    instrument = None
    if not _is_free_for(learner, offer_id, starts_at, terms.get("code", "")):
        instrument = instrument_for(learner, choice, policies.time_to_pay(now(), starts_at))
    booking = hold_slot(learner, offer_id, starts_at, **terms)
    if booking.state is BookingState.HELD and instrument is not None:
        pay_for(learner, booking, instrument, keep=choice.keep)
    return queries.of_learner(learner, booking.id)


def hold_slot(learner: User, offer_id: int, starts_at: datetime, **terms: Unpack[Terms]) -> Booking:
    """Claim a slot for ten minutes, or come back to the claim this learner has on it already; a free one is requested at once."""
    offer = offers.offer_by_id(offer_id)
    if offer.mentor_id == learner.id:
        raise NotAllowed("This is your own offer.")
    known = _open_claim(learner, offer_id, starts_at)
    if known is not None:
        return known
    with transaction() as tx:
        _let_dead_claim_go(tx, learner, offer_id, starts_at)
        try:
            lesson = offers.lesson_at(offer_id, starts_at)
        except CalendarClash as clash:
            raise SlotTaken from clash
        except NotOffered as fault:
            if fault.rule is not Rule.BUSY:
                raise
            known = _open_claim(learner, offer_id, starts_at)  # the same Confirm twice at once: the first one counts
            if known is not None:
                return known
            raise SlotTaken from fault
        return hold_seat(learner, lesson.id, **terms)


def _is_free_for(learner: User, offer_id: int, starts_at: datetime, code: str) -> bool:
    known = claim_on(learner, offer_id, starts_at)
    is_kept = known is not None and (known.state is not BookingState.HELD or known.held_until > now())
    return known.is_free if known is not None and is_kept else pricing.quote(learner, offers.offer_by_id(offer_id), code).is_free


def claim_on(learner: User, offer_id: int, starts_at: datetime) -> Booking | None:
    """The live claim a learner has on a slot; one whose ten minutes are over counts until the sweep has come by."""
    query = select(Booking).join(Booking.lesson).where(Lesson.offer_id == offer_id, Lesson.starts_at == starts_at)
    mine = (Booking.learner_id == learner.id) & Booking.state.in_(LIVE)
    return db.session.scalars(query.where(mine)).unique().first()


def _open_claim(learner: User, offer_id: int, starts_at: datetime) -> Booking | None:
    """The claim that can still be paid; raises Conflict for one that is booked, or whose payment is being checked."""
    known = claim_on(learner, offer_id, starts_at)
    if known is None or (known.state is BookingState.HELD and known.held_until > now()):
        return known
    refuse_second(known)
    return None


def _let_dead_claim_go(tx: Transaction, learner: User, offer_id: int, starts_at: datetime) -> None:
    """A claim of theirs that has run out, which the sweep has not come by to release, goes with the session made for it."""
    dead = claim_on(learner, offer_id, starts_at)
    if dead is not None:
        lesson = db.session.get_one(Lesson, dead.lesson_id, populate_existing=True, with_for_update={"of": Lesson})
        let_dead_holds_go(tx, learner, lesson)
        withdraw_unclaimed(lesson.id)
        db.session.flush()
