"""What the dialog behind "Cancel booking" says: what goes back, what does not and why, where the money goes and when."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.bookings.cancelling import Ending
from app.bookings.models import Booking
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.payments.manual.instructions import is_awaited
from app.payments.models import Payment, PaymentState
from app.payments.providers.registry import BY_HAND
from app.web.filters import viewer_zone, when, when_inside, zone_name


@dataclass(frozen=True, slots=True)
class CancelView:
    """The dialog for one booking and one of its people; `rows` are (what, sum)."""

    booking_id: int
    title: str
    about: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    why: str
    money: str
    warning: str
    terms: str


def cancel_view(booking: Booking, ending: Ending, viewer: User) -> CancelView:
    """All its sentences."""
    teaches = viewer.id == booking.lesson.mentor_id
    learner, mentor = booking.learner.name.split()[0], booking.lesson.mentor.name.split()[0]
    return CancelView(
        booking_id=booking.id,
        title=booking.lesson.title,
        about=f"{when(booking.lesson.starts_at)} with {learner if teaches else mentor}",
        rows=_rows(booking, ending, mentor),
        total=(f"Goes back to {learner if teaches else 'you'}", str(ending.refund) if is_paid(booking) else "Nothing was paid"),
        why=_why(booking, ending, mentor),
        money=_money(booking, ending, learner if teaches else ""),
        warning=_warning(ending, teaches=teaches),
        terms=ending.terms,
    )


def is_hold(booking: Booking) -> bool:
    """Whether nothing has been agreed yet."""
    return booking.state is BookingState.HELD


def is_paid(booking: Booking) -> bool:
    """Whether there is money that could go back."""
    return not (is_hold(booking) or booking.is_free)


def went_well(booking: Booking, viewer: User) -> str:
    """The pop-up afterwards."""
    settled = booking.settlement
    if booking.state is BookingState.RELEASED or settled is None:
        return "Let go. The seat is free again, and nothing is paid."
    whom = booking.learner.name.split()[0] if viewer.id == booking.lesson.mentor_id else "you"
    if booking.is_free:
        return "Canceled."
    if settled.refund.is_zero:
        return "Canceled. Nothing goes back."
    part = f"All of {settled.price}" if booking.kept.is_zero else f"{settled.refund} of {settled.price}"
    return f"Canceled. {part} goes back to {whom}."


def _rows(booking: Booking, ending: Ending, mentor: str) -> tuple[tuple[str, str], ...]:
    if ending.kept.is_zero:
        return (("Price", str(booking.price)),)
    return (("Price", str(booking.price)), (f"Stays with {mentor}", str(ending.kept)))


def _why(booking: Booking, ending: Ending, mentor: str) -> str:
    if is_hold(booking):
        return "The seat is only held for now, so letting it go costs nothing."
    if booking.is_free:
        return "It is free, so there is no money to send back."
    if ending.verdict is Verdict.CANCELED_BY_MENTOR:
        return "When a mentor cancels, everything goes back."
    if booking.accepted_at is None:
        return f"{mentor} has not answered yet, so everything goes back."
    if not ending.reason:
        return "Your payment has not arrived yet, so everything goes back."
    until = f" It is so until {_clock(ending.until)}." if ending.until and not ending.refund.is_zero else ""
    return f"{ending.reason}.{until}"


def _money(booking: Booking, ending: Ending, learner: str) -> str:
    """Where it goes, and when."""
    rest = ""
    if ending.released_at is not None:
        fee = ending.kept - ending.mentors_part
        after = f" ({ending.mentors_part} after the fee)" if not fee.is_zero else ""
        mentor = booking.lesson.mentor.name.split()[0]
        rest = f"{mentor} gets the rest{after} {_clock(ending.released_at)}, a day after the planned end."
    return f"{_way_back(booking.payment, learner)} {rest}".strip() if not ending.refund.is_zero else rest


def _way_back(payment: Payment | None, learner: str) -> str:
    if payment is None:
        return ""
    label = payment.method_label or "the method it was paid with"
    if payment.is_gone:
        return f"{f'{learner}’s' if learner else 'Your'} bank has this payment back already, so nothing more is sent."
    if payment.state is PaymentState.AUTHORIZED:
        return f"{label}: the bank is told at once to let the hold go. Nothing was taken."
    if payment.state is PaymentState.CAPTURED:
        whose = f"{learner}’s bank" if learner else "your bank"
        if payment.provider in BY_HAND:
            return f"We send it to {label} within a day; when it shows there depends on {whose}."
        return f"It leaves for {label} at once; when it shows there depends on {whose}."
    if is_awaited(payment):
        return f"If you have sent the transfer, it goes back to {label} as soon as it arrives."
    if payment.state in (PaymentState.PROCESSING, PaymentState.CHECKING):
        return f"The payment is still on its way: it is stopped, or sent back to {label} as soon as it arrives."
    return "Nothing was taken."


def _warning(ending: Ending, *, teaches: bool) -> str:
    if ending.is_strike:
        return "It is less than 24 hours before the start. Canceling now counts against you."
    return "The seat can be booked by others at once." if teaches else ""


def _clock(moment: datetime) -> str:
    return f"{when_inside(moment)} {zone_name(moment, viewer_zone())}"
