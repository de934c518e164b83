"""Where the money of one booking is, from the first moment to the last: a pure function from its rows to the steps of a line.

    held → accepted → taught → (a part goes back) → (disputed) → (taken back by the bank) → released → withdrawn

The small line on cards and the large one on the booking's page are two drawings of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.bookings import policies
from app.bookings.meeting_again import money_back_at
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.bookings.states import BookingState
from app.kernel.money import Money
from app.payments.models import Payment, PaymentState, Refund, RefundState


class Stage(StrEnum):
    """A step of the line, by what it is about."""

    HELD = "held"
    ACCEPTED = "accepted"
    TAUGHT = "taught"
    ENDED = "ended"  # it will not take place, or did not: the state of the booking says why
    BACK = "back"
    DISPUTED = "disputed"
    TAKEN_BACK = "taken_back"  # by the payer's own bank, past everybody
    PUT_BACK = "put_back"  # by the same bank, once it sees it our way
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Reach(StrEnum):
    """How far the line has come at a step."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Mark:
    """One step. `at` is when it happened or will happen, None when nobody can say; `sum` is what it is about."""

    stage: Stage
    reach: Reach
    at: datetime | None = None
    sum: Money | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """The price and what became of it: what goes back, the fee on the rest, and what is left for the mentor."""

    price: Money
    back: Money
    fee: Money
    mentors: Money

    @property
    def is_all_back(self) -> bool:
        """Whether nothing is left for anybody else."""
        return self.back == self.price


UNTAUGHT = (BookingState.DECLINED, BookingState.EXPIRED, BookingState.RELEASED, BookingState.CANCELED, BookingState.MISSED)


def sums_of(booking: Booking) -> Sums:
    """Both people see the same ones. Of what was never earned everything goes back."""
    nothing = Money(0, booking.currency)
    was_never_earned = booking.state in (BookingState.DECLINED, BookingState.EXPIRED, BookingState.RELEASED)
    if was_never_earned or (booking.state is BookingState.CANCELED and booking.settlement is None):
        return Sums(booking.price, booking.price, nothing, nothing)
    fee = fee_of(booking)
    return Sums(booking.price, booking.price - booking.kept, fee, booking.kept - fee)


def money_line(
    booking: Booking, refunds: Sequence[Refund] | None = None, *, for_mentor: bool = False, withdrawn_at: datetime | None = None
) -> tuple[Mark, ...]:
    """The steps, first to last; without `for_mentor` it ends where the money is released. A chargeback stands where it came.

    Without the payment's refunds a part that goes back is left out: reading them for every card would cost a query each.
    """
    if booking.state is BookingState.RELEASED:
        return (Mark(Stage.ENDED, Reach.DONE, booking.closed_at, booking.price),)
    marks = [_held(booking)]
    if booking.accepted_at is not None or booking.state not in UNTAUGHT:
        marks.append(Mark(Stage.ACCEPTED, _reach(booking.accepted_at), booking.accepted_at or booking.decide_by))
    if booking.state in UNTAUGHT:
        marks.append(Mark(Stage.ENDED, Reach.DONE, booking.settled_at or booking.closed_at))
    else:
        marks.append(Mark(Stage.TAUGHT, _reach(booking.settled_at), booking.settled_at or booking.lesson.starts_at))
    marks += _after(booking, refunds)
    if booking.payment is not None and booking.payment.charged_back_at is not None:
        taken_back = Mark(Stage.TAKEN_BACK, Reach.DONE, booking.payment.charged_back_at, booking.payment.charged_back)
        reached = next((index for index, mark in enumerate(marks) if mark.reach is not Reach.DONE), len(marks))
        place = min(reached, len(marks) - (marks[-1].stage is Stage.RELEASED))
        marks[place:place] = [taken_back, *_put_back(booking.payment)]
    if for_mentor and marks[-1].stage is Stage.RELEASED:
        marks.append(Mark(Stage.WITHDRAWN, _reach(withdrawn_at), withdrawn_at))
    return _in_order(marks)


def _put_back(payment: Payment) -> list[Mark]:
    if payment.put_back_at is None:
        return []
    return [Mark(Stage.PUT_BACK, Reach.DONE, payment.put_back_at, payment.put_back)]


def _held(booking: Booking) -> Mark:
    on_its_way = booking.payment is not None and booking.payment.state is PaymentState.PROCESSING
    secured = booking.requested_at is not None and not on_its_way
    return Mark(
        Stage.HELD, _reach(booking.requested_at if secured else None), booking.requested_at or booking.held_until, booking.price
    )


def _after(booking: Booking, refunds: Sequence[Refund] | None) -> list[Mark]:
    """What follows once it is clear what the session is worth."""
    if booking.state not in (*UNTAUGHT, BookingState.COMPLETED):
        return [_released(booking)]
    marks = _back(booking, refunds)
    if booking.is_disputed and booking.dispute is not None:
        marks.append(
            Mark(Stage.DISPUTED, Reach.NOW, booking.dispute.decide_by or booking.dispute.answer_by, booking.dispute.wanted)
        )
    return marks if sums_of(booking).is_all_back else [*marks, _released(booking)]


def _released(booking: Booking) -> Mark:
    usual = None if booking.is_disputed else booking.release_at or booking.lesson.ends_at + policies.RELEASE_AFTER
    return Mark(Stage.RELEASED, _reach(booking.released_at), booking.released_at or usual, sums_of(booking).mentors)


def _back(booking: Booking, refunds: Sequence[Refund] | None) -> list[Mark]:
    """What returns to the learner; done when the provider has done it."""
    sums, payment = sums_of(booking), booking.payment
    if sums.back.is_zero or booking.requested_at is None:
        return []
    is_whole = payment is None or payment.state in (PaymentState.CANCELED, PaymentState.REFUNDED)
    if refunds is None:
        return [Mark(Stage.BACK, Reach.DONE if is_whole else Reach.NOW, None, sums.back)] if sums.is_all_back else []
    is_done = is_whole or not any(refund.state is RefundState.WANTED for refund in refunds)
    at = max((refund.done_at for refund in refunds if refund.done_at), default=None)
    return [Mark(Stage.BACK, Reach.DONE if is_done else Reach.NOW, at if is_done else money_back_at(booking), sums.back)]


def _reach(at: datetime | None) -> Reach:
    return Reach.NEXT if at is None else Reach.DONE


def _in_order(marks: list[Mark]) -> tuple[Mark, ...]:
    """The first step that has not been reached is where it stands now, unless another one says so itself."""
    if any(mark.stage is Stage.DISPUTED for mark in marks) or (marks[-1].stage is Stage.BACK and marks[-1].reach is Reach.NOW):
        return tuple(marks)
    first = next((index for index, mark in enumerate(marks) if mark.reach is Reach.NEXT), None)
    return tuple(replace(mark, reach=Reach.NOW) if index == first else mark for index, mark in enumerate(marks))
