"""Where a learner's money is: a status, the sentence that explains it, and the next date."""

from app.bookings import policies
from app.bookings.explaining import explain, explain_dispute
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import BookingState
from app.payments.manual.instructions import is_awaited
from app.payments.models import PaymentState
from app.web.cancel_words import cancel_text, policy_name
from app.web.filters import when_inside

OVER = (BookingState.DECLINED, BookingState.EXPIRED, BookingState.MISSED, BookingState.RELEASED, BookingState.CANCELED)


def standing(booking: Booking, *, came_back: bool = False) -> tuple[str, str, str]:
    """Status, the tone that names its colour, and the sentence about the money of one booking; `came_back`: a refund of it did,
    and waits for another account."""
    state = booking.payment.state if booking.payment else PaymentState.CANCELED
    if booking.payment is not None and booking.payment.is_gone:
        part = "it" if booking.payment.charged_back == booking.price else f"{booking.payment.charged_back} of it"
        return "Taken back", "canceled", f"Your bank took {part} back"
    if state is PaymentState.REFUNDED:
        return "Refunded", "released", "All of it went back"
    if state is PaymentState.CANCELED:
        return "Nothing taken", "canceled", "Your bank has let it go"
    if booking.is_disputed:
        return "In dispute", "held", f"Nothing is released until it is settled{_dispute_date(booking)}"
    if booking.dispute is not None:
        return "Settled", "completed", explain_dispute(booking.dispute, to_mentor=False, other=_mentor(booking))
    if booking.settlement is not None and not booking.kept.is_zero:
        return _settled(booking, booking.settlement)
    if booking.state in OVER and came_back:
        return "Refund came back", "missed", "Your bank did not take it: say where else it may go"
    if booking.state in OVER:
        return "Refund on its way", "held", "All of it goes back"
    return _on_its_way(booking, state) or _held(booking)


def terms(booking: Booking) -> str:
    """The policy it was booked under; with its moments while they still matter."""
    name = policy_name(booking.cancel_policy)
    if booking.state is BookingState.REQUESTED and booking.accepted_at is None:
        return f"{name} policy. Until {_mentor(booking)} accepts, all of it comes back."
    if booking.state in (BookingState.REQUESTED, BookingState.CONFIRMED):
        return f"{name} policy. {cancel_text(booking.cancel_policy, booking.lesson.starts_at)}"
    return f"{name} policy"


def _on_its_way(booking: Booking, state: PaymentState) -> tuple[str, str, str] | None:
    """Money that no bank has handed over yet."""
    if is_awaited(booking.payment):
        return "To be sent", "held", "We wait for your transfer"
    if state is PaymentState.PROCESSING:
        due = policies.money_due_by(booking.accepted_at or booking.created_at, booking.lesson.starts_at)
        return "On its way", "requested", f"Your bank is sending it; it has until {when_inside(due)}"
    if state is PaymentState.REQUIRES_ACTION:
        return "To approve", "held", "Waiting for your approval"
    if state in (PaymentState.STARTED, PaymentState.CHECKING):
        return "Being checked", "held", "We are asking your bank"
    return None


def _held(booking: Booking) -> tuple[str, str, str]:
    name = _mentor(booking)
    if booking.state is BookingState.REQUESTED and booking.accepted_at is None:
        by = f", by {when_inside(booking.decide_by)}" if booking.decide_by else ""
        return "Held", "held", f"Until {name} answers{by}"
    if booking.state is BookingState.COMPLETED:
        return "Paid", "completed", f"For your session with {name}"
    return "Held", "held", f"Until you have met, {when_inside(booking.lesson.starts_at)}"


def _settled(booking: Booking, settled: Settlement) -> tuple[str, str, str]:
    """Some of it, or all of it, is the mentor's: the sum and its reason, and when the mentor gets it."""
    why = explain(settled, to_mentor=False, other=_mentor(booking))
    if booking.release_at is not None and booking.released_at is None:
        why = f"{why} {_mentor(booking)} gets {'the rest' if settled.refund_minor else 'it'} {when_inside(booking.release_at)}."
    if booking.state is BookingState.CANCELED and settled.refund.is_zero:
        return "Not refunded", "canceled", why
    return ("Partly refunded", "released", why) if settled.refund_minor else ("Paid", "completed", why)


def _dispute_date(booking: Booking) -> str:
    dispute = booking.dispute
    if dispute is None:
        return ""
    if dispute.decide_by is not None:
        return f": we decide by {when_inside(dispute.decide_by)}"
    return f": {_mentor(booking)} answers by {when_inside(dispute.answer_by)}"


def _mentor(booking: Booking) -> str:
    return booking.lesson.mentor.name.split()[0]
