"""Standing in line for a fully booked session: join, leave, and the freed seat that is held for whoever is first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import blocks
from app.accounts.models import User
from app.bookings import line, policies, queries, service
from app.bookings.events import BookingReleased, LineChanged, SeatOffered, TurnPassed
from app.bookings.line_models import IN_LINE, EntryState, WaitingEntry
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound, TooMany
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.models import Lesson, LessonState
from app.payments.models import PaymentState


def join_line(learner: User, lesson_id: int) -> WaitingEntry:
    """Stand in line for a seat; a second time changes nothing.

    Raises NotFound, NotAllowed (their own session, or no learner), Conflict when there is a free seat, they have one, or the line
    has closed: half an hour before the start.
    """
    try:
        with transaction() as tx:
            lesson = _lesson(lesson_id)
            service.let_dead_holds_go(tx, learner, lesson)
            entry = line.entry_of(learner, lesson_id) or _enter(learner, lesson)
            tx.publish(LineChanged(lesson_id, learner.id))
    except IntegrityError:  # the same tap twice
        known = line.entry_of(learner, lesson_id)
        if known is None:
            raise
        return known
    return entry


def leave_line(learner: User, lesson_id: int) -> None:
    """Stand in line no more; a seat that is held for them goes to the next one. Somebody who does not stand there changes nothing.

    Raises Conflict while a payment for the offered seat is being checked.
    """
    with transaction() as tx:
        _lesson(lesson_id)
        entry = line.entry_of(learner, lesson_id)
        if entry is None:
            return
        if entry.booking_id is not None:
            _let_go(tx, queries.locked(entry.booking_id))
        _close(entry, EntryState.LEFT)
        tx.publish(LineChanged(lesson_id, learner.id))


def serve_line(lesson_id: int) -> None:
    """Bring a waiting list up to date: who has a seat by now is out, who let the offer pass is too, and free seats are offered to
    whoever is first. Harmless at any time and any number of times."""
    with transaction() as tx:
        lesson = _lesson(lesson_id)
        _settle_offers(tx, lesson)
        if lesson.state is not LessonState.PUBLISHED or now() >= policies.line_closes_at(lesson.starts_at):
            for entry in line.first_in(lesson_id):
                _pass(tx, entry, "over")
            return
        for entry in line.first_in(lesson_id):
            if not service.free_seats(lesson):
                return
            _serve(tx, entry, lesson)


def hear_of(lesson_id: int) -> None:
    """Something moved in a session: serve its line, if it has one."""
    query = select(WaitingEntry.id).where(WaitingEntry.lesson_id == lesson_id, WaitingEntry.state.in_(IN_LINE)).limit(1)
    if db.session.scalar(query) is not None:
        serve_line(lesson_id)


def by_id(entry_id: int) -> WaitingEntry:
    """An entry, for code that acts for nobody in particular."""
    return db.session.get_one(WaitingEntry, entry_id)


def may_join(lesson: Lesson) -> bool:
    """Whether its line is open; whether there is a free seat is another question."""
    return lesson.state is LessonState.PUBLISHED and now() < policies.line_closes_at(lesson.starts_at)


def _enter(learner: User, lesson: Lesson) -> WaitingEntry:
    if lesson.mentor_id == learner.id:
        raise NotAllowed("This is your own session.")
    if not learner.is_learner:
        raise NotAllowed("Turn on learning in your settings first.")
    blocks.refuse_between(learner.id, lesson.mentor_id)
    if not may_join(lesson):
        raise Conflict("The waiting list closes half an hour before the start.", code="line_closed")
    if queries.live_of_learner_in(learner, lesson.id) is not None:
        raise Conflict("You have booked this session already.", code="booked_already")
    if len(service.free_seats(lesson)) > len(line.first_in(lesson.id)):
        raise Conflict("A seat is free by now: book it.", code="seat_free")
    entry = WaitingEntry(lesson_id=lesson.id, learner_id=learner.id, created_at=now())
    db.session.add(entry)
    db.session.flush()
    return entry


def _settle_offers(tx: Transaction, lesson: Lesson) -> None:
    query = select(WaitingEntry).where(WaitingEntry.lesson_id == lesson.id, WaitingEntry.state.in_(IN_LINE))
    for entry in db.session.scalars(query.order_by(WaitingEntry.id)).unique().all():
        booking = queries.live_of_learner_in(entry.learner, lesson.id)
        if booking is not None and (booking.state is not BookingState.HELD or entry.state is EntryState.WAITING):
            _close(entry, EntryState.TAKEN)
        elif booking is None and entry.state is EntryState.OFFERED:
            _pass(tx, entry, "passed")


def _serve(tx: Transaction, entry: WaitingEntry, lesson: Lesson) -> None:
    """Hold a free seat for somebody in line. Who has something else then is passed over; who holds too much keeps their place;
    who may not book here any more, by a block too, is in line no longer.
    """
    learner = entry.learner
    if learner.disabled_at is not None or not learner.is_learner or blocks.are_apart(learner.id, lesson.mentor_id):
        _close(entry, EntryState.LEFT)
        return
    until = min(now() + policies.HOLD_FROM_LINE, policies.line_closes_at(lesson.starts_at))
    booking = _hold(tx, entry, lesson, until)
    if booking is None:
        return
    if isinstance(booking, calendar.CalendarClash):
        _pass(tx, entry, "busy")
        return
    entry.state, entry.offered_until, entry.booking_id = EntryState.OFFERED, until, booking.id
    tx.publish(SeatOffered(entry.id, booking.id, lesson.id, learner.id))


def _hold(tx: Transaction, entry: WaitingEntry, lesson: Lesson, until: datetime) -> Booking | calendar.CalendarClash | None:
    try:
        with db.session.begin_nested():
            return service.claim(tx, entry.learner, lesson, held_until=until, is_from_line=True)
    except calendar.CalendarClash as clash:
        return clash
    except (TooMany, service.SlotTaken):
        return None


def _let_go(tx: Transaction, booking: Booking) -> None:
    if booking.state is not BookingState.HELD:
        return
    if booking.payment is not None and (
        booking.payment.state is not PaymentState.STARTED or any(attempt.outcome == "asked" for attempt in booking.payment.attempts)
    ):
        raise Conflict("Your payment for this seat is being checked. Please wait a moment.", code="already_paying")
    service.close(booking, BookingState.RELEASED, refund_because="unpaid")
    tx.publish(BookingReleased(*service.who(booking)))


def _pass(tx: Transaction, entry: WaitingEntry, why: str) -> None:
    _close(entry, EntryState.PASSED)
    tx.publish(TurnPassed(entry.id, entry.lesson_id, entry.learner_id, why))


def _close(entry: WaitingEntry, state: EntryState) -> None:
    entry.state, entry.closed_at = state, now()


def _lesson(lesson_id: int) -> Lesson:
    """Locked, as Book locks it: seats and lines of a session move one at a time."""
    lesson = db.session.get(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson})
    if lesson is None:
        raise NotFound("We could not find this session.")
    return lesson
