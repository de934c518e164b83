"""Ringing somebody who is here: a session that begins in three minutes, and ninety seconds for the mentor's yes.

It is an ordinary booking in every other way: paid into held money, given back by itself when nobody answers, settled by presence.
Nobody pays for a talk that did not happen: whoever does not come, all of it goes back.
"""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import queries
from app.bookings.models import Booking
from app.bookings.service import SlotTaken, hold_seat
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound
from app.kernel.transaction import transaction
from app.lessons import calendar, talk
from app.lessons import queries as lessons
from app.lessons.calendar import CalendarClash
from app.lessons.models import Lesson, LessonTopic
from app.lessons.service import search_text_of
from app.lessons.talk import TalkOffer
from app.payments import service as payments
from app.payments.methods import Choice, can_pay_at_once, instrument_for

RING = timedelta(seconds=90)


class NotHere(Conflict):
    """They cannot be rung now."""

    code = "not_here"


def ring(learner: User, mentor_id: int, choice: Choice) -> Booking:
    """Pay and ring, in one request; the booking comes back requested, or still held when the payment was not taken.

    Raises Invalid for a payment choice to mend, NotHere when the mentor is away, busy or being rung by somebody else.
    """
    offer = talk.offer_of(mentor_id)
    if offer is None:
        raise NotFound("We could not find this person.")
    if offer.mentor_id == learner.id:
        raise NotAllowed("This is you.")
    if not can_pay_at_once():
        raise NotHere("Nobody can be rung here: money comes by bank transfer, and that takes days. Book a session instead.")
    instrument = instrument_for(learner, choice)
    first = offer.mentor.name.split()[0]
    try:
        with transaction():
            lesson = _lesson_now(offer.id)
            booking = hold_seat(learner, lesson.id)
    except (SlotTaken, CalendarClash) as clash:
        own = calendar.clash_for(learner.id, now(), now() + talk.TIME_TO_COME + timedelta(minutes=offer.minutes))
        raise NotHere(clash.message if own else f"{first} is talking to somebody else. Try again in a while.") from clash
    if booking.payment_id is None:
        raise NotFound
    payments.pay(learner, booking.payment_id, instrument, keep=choice.keep)
    return queries.of_learner(learner, booking.id)


def ringing_for(mentor: User) -> Booking | None:
    """Who rings a mentor now, unanswered; None when nobody does."""
    waiting = (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_(None) & (Booking.decide_by > now())
    rung = (Lesson.mentor_id == mentor.id) & Lesson.answer_seconds.is_not(None)
    query = select(Booking).join(Booking.lesson).where(rung, waiting)
    return db.session.scalars(query.order_by(Booking.decide_by)).unique().first()


def _lesson_now(offer_id: int) -> Lesson:
    """A session of the mentor's that begins in three minutes and that no list shows; NotHere unless they can be rung."""
    offer = db.session.get_one(TalkOffer, offer_id, populate_existing=True, with_for_update={"of": TalkOffer})
    mentor = offer.mentor
    first = mentor.name.split()[0]
    if not talk.is_here(offer):
        raise NotHere(f"{first} is not here just now. Nothing was taken.")
    starts_at = (now() + talk.TIME_TO_COME).replace(microsecond=0)
    title, topics = f"A talk with {first}", lessons.topics_taught_by(mentor.id, 3)
    lesson = Lesson(
        mentor=mentor,
        title=title[:80],
        description="A short session, at once.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=offer.minutes),
        timezone=mentor.timezone,
        duration_minutes=offer.minutes,
        price_minor=offer.price_minor,
        currency=offer.currency,
        capacity=1,
        is_listed=False,
        answer_seconds=int(RING.total_seconds()),
        search_text=search_text_of(title),
        created_at=now(),
        lesson_topics=[LessonTopic(topic=topic) for topic in topics],
    )
    db.session.add(lesson)
    db.session.flush()
    calendar.keep_free(mentor.id, lesson)
    return lesson
