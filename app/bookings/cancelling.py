"""Cancel: what it means is said first, then it is done by either side, once, with the money that goes with it.

A learner gets back what the policy says that they booked under; before the mentor has accepted and the money is here, everything.
A mentor always gives everything back, and late ones count against them. What does not go back is the mentor's.
"""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import policies, queries
from app.bookings.cancellation_terms import is_late_for_mentor, what_comes_back
from app.bookings.events import BookingCanceled, BookingReleased
from app.bookings.models import Booking
from app.bookings.service import close, who
from app.bookings.settlement_models import Settlement, Verdict
from app.bookings.states import BookingState, require_move
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.money import Money, share
from app.kernel.transaction import Transaction, transaction
from app.payments import refunds

REASON = "canceled"


class TermsChanged(Conflict):
    """Between the preview and the confirmation a tier ended."""

    code = "terms_changed"
    message = "What comes back has changed while you were looking. Nothing was canceled: please look again."


@dataclass(frozen=True, slots=True)
class Ending:
    """What canceling means at a moment.

    `refund` goes back, `kept` does not; of that `mentors_part` is left after the fee and theirs from `released_at` on. `until` is
    when the tier ends that `reason` names; both are empty when everything goes back by rule.
    """

    verdict: Verdict
    refund: Money
    kept: Money
    mentors_part: Money
    is_strike: bool
    reason: str = ""
    until: datetime | None = None
    released_at: datetime | None = None

    @property
    def terms(self) -> str:
        """What somebody agrees to, as a form carries it: the sum, and whether it counts against them."""
        return f"{self.refund.amount_minor}{'-strike' if self.is_strike else ''}"


def preview_cancel(person: User, booking_id: int) -> Ending:
    """What it would mean to cancel now; nothing is changed.

    Raises NotFound for a booking of others, Conflict when it cannot be canceled (any more).
    """
    booking = queries.of_either(person, booking_id)
    require_cancelable(booking)
    return ending_of(booking, _side_of(person, booking), now())


def cancel_booking(person: User, booking_id: int, agreed: str | None = None) -> Booking:
    """End a booking for either of its two people; the seat and the time are free at once, the money moves by the rules.

    `agreed` is the `terms` of the Ending that was shown. Raises NotFound for a booking of others, Conflict when it cannot be
    canceled (any more), TermsChanged when what was shown is not true any more. A second time does no harm.
    """
    queries.of_either(person, booking_id)
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.canceled_by_id == person.id:
            return booking
        require_cancelable(booking)
        ending = ending_of(booking, _side_of(person, booking), now())
        if agreed is not None and agreed != ending.terms:
            raise TermsChanged
        end_booking(tx, booking, ending, person.id)
    return booking


def can_be_canceled(booking: Booking) -> bool:
    """Whether there is something to cancel: a hold at any time, the rest until the session begins."""
    if booking.state is BookingState.HELD:
        return True
    return booking.state in (BookingState.REQUESTED, BookingState.CONFIRMED) and now() < booking.lesson.starts_at


def require_cancelable(booking: Booking) -> None:
    """Raises Conflict with the reason why a booking cannot be canceled."""
    if booking.state is not BookingState.HELD:
        require_move(booking.state, BookingState.CANCELED)
    if not can_be_canceled(booking):
        raise Conflict("This session has begun. Who is in the room decides about the money now.", code="begun")


def ending_of(booking: Booking, verdict: Verdict, moment: datetime) -> Ending:
    """What it means when the side of this verdict cancels at a moment."""
    nothing = Money(0, booking.currency)
    if verdict is Verdict.CANCELED_BY_LEARNER and booking.state is BookingState.CONFIRMED:
        back = what_comes_back(booking, moment)
        kept = booking.price - back.refund
        released_at = None if kept.is_zero else booking.lesson.ends_at + policies.RELEASE_AFTER
        mentors_part = kept - share(kept, booking.fee_bps)
        return Ending(verdict, back.refund, kept, mentors_part, False, back.reason, back.until, released_at)
    late = booking.accepted_at is not None and is_late_for_mentor(booking.lesson.starts_at, moment)
    is_strike = verdict is Verdict.CANCELED_BY_MENTOR and booking.state is not BookingState.HELD and late
    return Ending(verdict, booking.price, nothing, nothing, is_strike)


def end_booking(tx: Transaction, booking: Booking, ending: Ending, by_id: int | None) -> None:
    """Carry an Ending out for a locked booking that can be canceled; joins the caller's transaction. `by_id` None: the system."""
    booking.canceled_by_id = by_id
    if booking.state is BookingState.HELD:  # nothing was agreed yet; money that is being asked for goes back when it comes
        close(booking, BookingState.RELEASED, refund_because=REASON)
        record(by_id, AuditTag.BOOKING_LET_GO, booking)
        tx.publish(BookingReleased(*who(booking)))
        return
    close(booking, BookingState.CANCELED)
    _write_down(booking, ending)
    booking.settled_at, booking.release_at = now(), ending.released_at
    if booking.payment_id is not None:
        if ending.kept.is_zero:
            refunds.want_full_refund(booking.payment_id, REASON)
        elif not ending.refund.is_zero:
            refunds.want_refund(booking.payment_id, ending.refund.amount_minor, REASON)
    details = {"refund_minor": ending.refund.amount_minor, "is_strike": ending.is_strike, "verdict": ending.verdict.value}
    record(by_id, AuditTag.BOOKING_CANCELED, booking, **details)
    tx.publish(BookingCanceled(*who(booking)))


def _side_of(person: User, booking: Booking) -> Verdict:
    return Verdict.CANCELED_BY_LEARNER if person.id == booking.learner_id else Verdict.CANCELED_BY_MENTOR


def _write_down(booking: Booking, ending: Ending) -> None:
    lesson = booking.lesson
    settled = Settlement(
        booking_id=booking.id,
        mentor_id=lesson.mentor_id,
        verdict=ending.verdict,
        duration_seconds=int((lesson.ends_at - lesson.starts_at).total_seconds()),
        both_seconds=0,
        mentor_away_seconds=0,
        technical_seconds=0,
        removed_seconds=0,
        lost_seconds=0,
        notice_seconds=int((lesson.starts_at - now()).total_seconds()),
        price_minor=booking.price_minor,
        refund_minor=ending.refund.amount_minor,
        currency=booking.currency,
        is_strike=ending.is_strike,
        decided_at=now(),
    )
    db.session.add(settled)
    db.session.flush()
    db.session.refresh(booking, ["settlement"])
