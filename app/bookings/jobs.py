"""Sweeps of bookings: what the clock brings about. Each looks again at every row it finds."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import (
    dispute_jobs,
    instant,
    moving,
    policies,
    queries,
    queueing,
    rejecting,
    relocating,
    service,
    settlement,
    suspending,
    unclaimed,
)
from app.bookings.attendance_models import PresenceInterval
from app.bookings.dispute_queries import disputed
from app.bookings.events import BookingExpired, SessionAhead, SessionNear
from app.bookings.line_models import IN_LINE, EntryState, WaitingEntry
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.schedule import Periodic, for_each
from app.kernel.transaction import transaction
from app.lessons.models import Lesson, LessonState
from app.payments.models import SECURED, Payment, PaymentState


def release_holds() -> None:
    """Free seats nobody paid for in ten minutes."""
    _each(select(Booking.id).where(Booking.state == BookingState.HELD, Booking.held_until <= now()), service.release_hold)


def expire_requests() -> None:
    """Send money back where the mentor did not answer in time."""
    due = (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_(None) & (Booking.decide_by <= now())
    _each(select(Booking.id).where(due), expire_request)


def expire_request(booking_id: int) -> None:
    """Close one unanswered request and send the money back, unless it was answered meanwhile."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        unanswered = booking.state is BookingState.REQUESTED and booking.accepted_at is None
        if not unanswered or booking.decide_by is None or booking.decide_by > now():
            return
        service.close(booking, BookingState.EXPIRED, refund_because="expired")
        record(None, AuditTag.BOOKING_EXPIRED, booking)
        tx.publish(BookingExpired(booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id))


def accept_instant_bookings() -> None:
    """Say the yes of instant sessions that a crash swallowed."""
    for_each(instant.waiting_for_acceptance(), instant.accept_at_once)


def withdraw_unclaimed_sessions() -> None:
    """Free the time of talks and slots that nobody claims any more."""
    for_each(unclaimed.unclaimed(), unclaimed.withdraw_unclaimed)


def give_up_on_late_money() -> None:
    """An accepted booking whose money has not come half an hour before the start is released; later money goes back."""
    late = (
        select(Booking.id)
        .join(Booking.lesson)
        .where(
            Booking.state == BookingState.REQUESTED,
            Booking.accepted_at.is_not(None),
            Lesson.starts_at <= now() + policies.BEFORE_START,
        )
    )
    _each(late, _give_up)


def finish_rejects() -> None:
    """Rejects that were not undone become final."""
    over = select(Booking.id).where(Booking.state == BookingState.DECLINED, Booking.undo_until <= now())
    _each(over, rejecting.finish_reject)


def remind() -> None:
    """Say that a session begins in a day, in an hour, in ten minutes: each once."""
    ahead = (
        select(Booking.id, Lesson.starts_at, Booking.reminded_at)
        .join(Booking.lesson)
        .where(
            Booking.state == BookingState.CONFIRMED,
            Lesson.starts_at <= now() + max(policies.REMINDERS),
            Lesson.starts_at > now(),
        )
    )
    rows = db.session.execute(ahead).all()
    for_each([one for one, starts_at, told_at in rows if policies.reminder_due(starts_at, told_at, now())], remind_about)


def remind_about(booking_id: int) -> None:
    """Say it for one booking, if it is still confirmed and a moment has come that they have not heard of."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        lead = policies.reminder_due(booking.lesson.starts_at, booking.reminded_at, now())
        if booking.state is not BookingState.CONFIRMED or lead is None:
            return
        booking.reminded_at = now()
        who = service.who(booking)
        tx.publish(SessionNear(*who) if lead == policies.REMINDER else SessionAhead(*who, int(lead.total_seconds() // 60)))


def settle_past() -> None:
    """Settle what is over, ended or not: nobody has to press End for the books to close."""
    over = (
        select(Booking.id)
        .join(Booking.lesson)
        .where(Booking.state == BookingState.CONFIRMED, Lesson.ends_at <= now() - policies.OVERRUN)
    )
    _each(over, settlement.settle)


def decide_absences() -> None:
    """End what somebody did not come to: bookings past their ten minutes for which one of the two has not been seen."""
    begun = (
        select(Booking.id)
        .join(Booking.lesson)
        .where(
            Booking.state == BookingState.CONFIRMED,
            Lesson.starts_at <= now() - policies.NO_SHOW_AFTER,
            ~(_seen(Lesson.mentor_id) & _seen(Booking.learner_id)),
        )
    )
    _each(begun, settlement.decide_absence)


def _seen(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    stay = exists().where(PresenceInterval.lesson_id == Lesson.id, PresenceInterval.user_id == person_id)
    return stay.where(PresenceInterval.left_at.is_(None) | (PresenceInterval.left_at > Lesson.starts_at))


def release_due_earnings() -> None:
    """Make yesterday's earnings available."""
    due = select(Booking.id).where(Booking.released_at.is_(None), Booking.release_at <= now(), ~disputed(Booking.id))
    _each(due, settlement.release_earnings)


def hear_money() -> None:
    """Find bookings whose payment moved on while nobody listened (a crash between the two commits)."""
    open_to_it = Booking.state.in_((BookingState.HELD, BookingState.RELEASED))
    accepted = (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_not(None)
    arrived = Payment.state.in_(SECURED) & (open_to_it | accepted)
    failed = (Payment.state == PaymentState.STARTED) & (Booking.state == BookingState.REQUESTED)
    unheard = select(Booking.id).join(Payment, Payment.id == Booking.payment_id).where(arrived | failed)
    _each(unheard, service.follow_money)


def end_proposals() -> None:
    """End proposals nobody answered in time, and those whose booking is over."""
    may_wait = (*moving.MOVABLE, BookingState.DECLINED)
    waits_no_more = Booking.meet_again_by.is_(None) | (Booking.meet_again_by <= now())
    is_over = Booking.state.not_in(may_wait) & waits_no_more
    due = (Proposal.answer_by <= now()) | is_over
    query = select(Proposal.id).join(Booking, Booking.id == Proposal.booking_id).where(Proposal.state == ProposalState.OPEN, due)
    _each(query, moving.expire_move)


def free_mentors() -> None:
    """Other times made for one person whose booking is over, where a crash swallowed what follows: their mentor is free then."""
    for_each(relocating.emptied(), _free_mentor_of)


def _free_mentor_of(lesson_id: int) -> None:
    with transaction():
        relocating.give_up_empty_copy(lesson_id)


def serve_lines() -> None:
    """Waiting lists in which something may have to be done: a free seat, an offer under way, or the start comes near."""
    claims = select(func.count()).where(Booking.lesson_id == Lesson.id, Booking.state.in_(LIVE)).correlate(Lesson).scalar_subquery()
    closes = Lesson.starts_at <= now() + policies.BEFORE_START
    due = (WaitingEntry.state == EntryState.OFFERED) | closes | (claims < Lesson.capacity) | (Lesson.state != LessonState.PUBLISHED)
    query = select(Lesson.id).join(WaitingEntry, WaitingEntry.lesson_id == Lesson.id).where(WaitingEntry.state.in_(IN_LINE), due)
    _each(query.distinct(), queueing.serve_line)


def _give_up(booking_id: int) -> None:
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.state is not BookingState.REQUESTED or booking.accepted_at is None:
            return
        if now() < policies.money_due_by(booking.accepted_at, booking.lesson.starts_at):
            return
        service.close(booking, BookingState.EXPIRED, refund_because="late")
        tx.publish(BookingExpired(booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id))


def _each(query: Select[int], function: Callable[[int], None]) -> None:
    for_each(db.session.scalars(query).all(), function)


PERIODIC = (
    Periodic("bookings.release_holds", 15, release_holds),
    Periodic("bookings.accept_instant_bookings", 15, accept_instant_bookings),
    Periodic("bookings.withdraw_unclaimed_sessions", 30, withdraw_unclaimed_sessions),
    Periodic("bookings.expire_requests", 30, expire_requests),
    Periodic("bookings.give_up_on_late_money", 30, give_up_on_late_money),
    Periodic("bookings.finish_rejects", 5, finish_rejects),
    Periodic("bookings.remind", 10, remind),
    Periodic("bookings.decide_absences", 10, decide_absences),
    Periodic("bookings.settle_past", 30, settle_past),
    Periodic("bookings.release_due_earnings", 60, release_due_earnings),
    Periodic("bookings.end_plans_of_closed_accounts", 60, suspending.end_plans_of_closed_accounts),
    Periodic("bookings.hear_money", 15, hear_money),
    *dispute_jobs.PERIODIC,
    Periodic("bookings.end_proposals", 30, end_proposals),
    Periodic("bookings.free_mentors", 60, free_mentors),
    Periodic("bookings.serve_lines", 15, serve_lines),
)
