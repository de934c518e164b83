"""After a technical failure the two may meet at another time for the same money; for a day it waits for them (R10)."""

from datetime import datetime

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import policies, queries
from app.bookings.events import MeetingGivenUp
from app.bookings.models import Booking
from app.bookings.proposal_models import MOST_PROPOSALS
from app.bookings.proposals import counts_of
from app.bookings.states import BookingState, require_move
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.transaction import transaction
from app.payments import refunds

REASON = "technical"


def may_meet_again(booking: Booking) -> bool:
    """Whether the money still waits for another time: the day is not over, and the learner's bank has not taken it back."""
    is_here = booking.payment is None or not booking.payment.is_gone
    return booking.state is BookingState.MISSED and booking.meet_again_by is not None and booking.meet_again_by > now() and is_here


def wait_for_another_time(booking: Booking) -> None:
    """Nobody is to blame: all the money goes back in a day, unless they agree on another time. Joins the caller's transaction.

    It goes back at once when the two have proposed as often as they may: then there is nothing to wait for.
    """
    may_still_propose = counts_of([booking.id]).get(booking.id, 0) < MOST_PROPOSALS
    booking.meet_again_by = now() + policies.MEET_AGAIN if may_still_propose else None
    if booking.payment_id is not None:
        refunds.want_full_refund(booking.payment_id, REASON, due_at=booking.meet_again_by)


def want_money_back(learner: User, booking_id: int) -> Booking:
    """The learner wants no other time: the money goes back now. Twice does no harm.

    Raises NotFound unless the booking is theirs, Conflict when there is nothing to choose (any more).
    """
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.learner_id != learner.id:
            raise NotFound("We could not find this booking.")
        if booking.state is not BookingState.MISSED or booking.meet_again_by is None:
            raise Conflict("There is nothing to choose for this booking any more.", code="moved_on")
        if booking.meet_again_by > now():
            booking.meet_again_by = now()
            if booking.payment_id is not None:
                refunds.hasten(booking.payment_id, REASON)
            record(learner.id, AuditTag.BOOKING_GIVEN_UP, booking)
            tx.publish(MeetingGivenUp(booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id))
    return booking


def come_back(booking: Booking, person: User) -> None:
    """A missed booking is confirmed again, at the time it was just moved to; joins the caller's transaction.

    What was judged of the old time counts no more. Raises Conflict when the money is on its way back already.
    """
    require_move(booking.state, BookingState.CONFIRMED)
    if booking.payment_id is not None:
        refunds.take_back(booking.payment_id, REASON)
    if booking.settlement is not None:
        db.session.delete(booking.settlement)
    booking.state, booking.meet_again_by = BookingState.CONFIRMED, None
    booking.closed_at, booking.settled_at, booking.taught_seconds = None, None, 0
    db.session.flush()
    db.session.refresh(booking, ["settlement"])
    record(person.id, AuditTag.BOOKING_COME_BACK, booking)


def money_back_at(booking: Booking) -> datetime | None:
    """When the money goes back unless they agree; None when nothing waits for them."""
    return booking.meet_again_by if may_meet_again(booking) else None
