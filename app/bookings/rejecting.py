"""Reject: the state moves at once, seat and money stay for ten seconds in which it can be undone, then it is final."""

from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import policies, queries
from app.bookings.events import BookingDeclined, BookingRejected, RejectUndone
from app.bookings.models import Booking
from app.bookings.service import who
from app.bookings.states import BookingState, require_move
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.payments import refunds

REASON = "declined"


def reject_booking(mentor: User, booking_id: int) -> Booking:
    """The mentor says no: all the money goes back in ten seconds, and the seat is free then.

    Raises NotFound unless the request is for their lesson, Conflict if it no longer waits for an answer.
    """
    queries.of_mentor(mentor, booking_id)
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.accepted_at is not None:
            raise Conflict("You have accepted this request already.", code="moved_on")
        require_move(booking.state, BookingState.DECLINED)
        booking.state, booking.closed_at = BookingState.DECLINED, now()
        booking.undo_until = now() + policies.UNDO_REJECT
        if booking.payment_id is not None:
            refunds.want_full_refund(booking.payment_id, REASON, due_at=booking.undo_until)
        record(mentor.id, AuditTag.BOOKING_REJECTED, booking)
        tx.publish(BookingRejected(*who(booking)))
    return booking


def undo_reject(mentor: User, booking_id: int) -> Booking:
    """It was a mistake: the request waits again, as if nothing had happened.

    Raises NotFound unless the request is for their lesson, Conflict when the ten seconds are over.
    """
    queries.of_mentor(mentor, booking_id)
    try:
        with transaction() as tx:
            booking = queries.locked(booking_id)
            if booking.state is BookingState.REQUESTED:
                return booking
            if booking.undo_until is None or booking.undo_until <= now():
                raise Conflict("The ten seconds are over: the money is on its way back.", code="undo_over")
            require_move(booking.state, BookingState.REQUESTED)
            if booking.payment_id is not None:
                refunds.take_back(booking.payment_id, REASON)
            booking.state, booking.closed_at, booking.undo_until = BookingState.REQUESTED, None, None
            db.session.flush()
            record(mentor.id, AuditTag.BOOKING_REJECT_UNDONE, booking)
            tx.publish(RejectUndone(*who(booking)))
    except IntegrityError as error:  # the same learner has booked another seat meanwhile
        raise Conflict("Somebody has this seat by now.", code="slot_taken") from error
    return booking


def finish_reject(booking_id: int) -> None:
    """The ten seconds are over: the seat is free, and the learner is told. Once; an undone one is none."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.state is not BookingState.DECLINED or booking.undo_until is None or booking.undo_until > now():
            return
        booking.undo_until = None
        if queries.live_of_learner_in(booking.learner, booking.lesson_id) is None:  # they may have booked it anew meanwhile
            calendar.set_free(booking.learner_id, booking.lesson)
        tx.publish(BookingDeclined(*who(booking)))
