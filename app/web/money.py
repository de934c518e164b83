"""The line of a booking's money in words, for one of its two people: when, how much, and who has to act by when."""

from dataclasses import dataclass
from datetime import datetime

from app.bookings.cancellation_terms import TERMS
from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.bookings.money_line import Mark, Reach, Stage, money_line, sums_of
from app.bookings.states import BookingState
from app.payments.manual.instructions import is_awaited
from app.payments.models import PaymentState, Refund
from app.web.filters import viewer_zone, when, when_inside, zone_name
from app.web.refund_lines import refund_lines, returned_of

ENDINGS = {
    BookingState.DECLINED: "Declined",
    BookingState.EXPIRED: "No answer",
    BookingState.MISSED: "Missed",
    BookingState.CANCELED: "Canceled",
    BookingState.RELEASED: "Not paid",
}
LABELS = {
    Stage.HELD: "Held",
    Stage.ACCEPTED: "Accepted",
    Stage.TAUGHT: "Taught",
    Stage.DISPUTED: "In dispute",
    Stage.TAKEN_BACK: "Taken back",
    Stage.PUT_BACK: "Put back",
    Stage.RELEASED: "Released",
    Stage.WITHDRAWN: "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class MoneyStep:
    """A step as it is drawn; `when` is empty where nobody can say, `at` is the same moment for machines."""

    stage: str
    reach: str
    label: str
    when: str
    at: datetime | None
    sum: str
    note: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The whole line. `turn` says who has to act and by when, `turn_url` leads there when it is elsewhere; `sums` and `rules`
    are (name, value) rows."""

    steps: tuple[MoneyStep, ...]
    turn: str
    turn_url: str
    is_my_turn: bool
    sums: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Side:
    """Who looks: their part, and the first names of both."""

    teaches: bool
    mentor: str
    learner: str

    @property
    def other(self) -> str:
        """The first name of the one on the other side."""
        return self.learner if self.teaches else self.mentor


def side_of(booking: Booking, viewer_id: int) -> Side:
    """One of a booking's two people."""
    lesson = booking.lesson
    return Side(viewer_id == lesson.mentor_id, lesson.mentor.name.split()[0], booking.learner.name.split()[0])


def label_of(mark: Mark, booking: Booking) -> str:
    """One or two words for a step."""
    state = booking.payment.state if booking.payment is not None else PaymentState.STARTED
    if mark.stage is Stage.HELD and mark.reach is not Reach.DONE:
        on_its_way = "Not here yet" if is_awaited(booking.payment) else "On its way"
        names = {PaymentState.CHECKING: "Checking", PaymentState.PROCESSING: on_its_way}
        return names.get(state, "To be paid")
    if mark.stage is Stage.ENDED:
        return ENDINGS[booking.state]
    if mark.stage is Stage.BACK:
        return "Money back" if mark.sum == booking.price else "Part back"
    return LABELS[mark.stage]


def money_view(booking: Booking, refunds: list[Refund], viewer_id: int, withdrawn_at: datetime | None) -> MoneyView:
    """Everything templates/booking/_money.html shows."""
    side = side_of(booking, viewer_id)
    marks = money_line(booking, refunds, for_mentor=side.teaches, withdrawn_at=withdrawn_at)
    zone = viewer_zone()
    came_back = next((line for line in refund_lines(booking.payment, returned_of([booking.payment])) if line.url), None)
    turn, is_mine = _turn_to_redirect(side) if came_back else _turn(booking, marks, side)
    return MoneyView(
        steps=tuple(_step(mark, booking, side, came_back=came_back is not None) for mark in marks),
        turn=turn,
        turn_url=came_back.url if came_back and is_mine else "",
        is_my_turn=is_mine,
        sums=_sums(booking, side),
        rules=_rules(booking, side),
        zone=f"{zone.replace('_', ' ')} ({zone_name(booking.lesson.starts_at, zone)})" if zone != "UTC" else "UTC",
    )


def _step(mark: Mark, booking: Booking, side: Side, *, came_back: bool) -> MoneyStep:
    return MoneyStep(
        stage=mark.stage.value,
        reach=mark.reach.value,
        label=label_of(mark, booking),
        when=when(mark.at) if mark.at else "",
        at=mark.at,
        sum=str(mark.sum) if mark.sum is not None and not mark.sum.is_zero else "",
        note=_came_back_note(side) if came_back and mark.stage is Stage.BACK else _note(mark, booking, side),
    )


def _note(mark: Mark, booking: Booking, side: Side) -> str:
    match mark.stage:
        case Stage.HELD:
            return _held_note(mark, booking, side)
        case Stage.ACCEPTED:
            return _accepted_note(mark, side)
        case Stage.TAUGHT | Stage.ENDED:
            return _taught_note(mark, booking, side)
        case Stage.BACK:
            to = f"to {side.learner}" if side.teaches else "to you"
            if mark.reach is Reach.NOW and mark.at is not None:
                return f"Back {to}, unless you agree on another time"
            return f"Back {to}, the way it was paid" + ("" if mark.reach is Reach.DONE else ": on its way")
        case Stage.DISPUTED:
            return "Nothing is released until this is settled"
        case Stage.TAKEN_BACK:
            whose = f"{side.learner}’s" if side.teaches else "Your"
            return f"{whose} bank took this payment back; the loss is ours, not {'yours' if side.teaches else f'{side.mentor}’s'}"
        case Stage.PUT_BACK:
            return f"{f'{side.learner}’s' if side.teaches else 'Your'} bank put it back: the payment stands"
        case Stage.RELEASED:
            return _released_note(mark, side)
        case Stage.WITHDRAWN:
            return (
                "To your bank or UPI"
                if mark.reach is Reach.DONE
                else "Available to withdraw"
                if mark.reach is Reach.NOW
                else "When you like"
            )


def _came_back_note(side: Side) -> str:
    return f"{f'{side.learner}’s' if side.teaches else 'Your'} bank did not take it: it waits for another account"


def _held_note(mark: Mark, booking: Booking, side: Side) -> str:
    if mark.reach is not Reach.DONE:
        return f"By {side.learner}" if side.teaches else "Your seat is held meanwhile"
    if booking.payment is None:
        return "Nothing to pay"
    method = booking.payment.method_label if booking.payment is not None else ""
    return (
        f"{side.learner} has paid; it waits here"
        if side.teaches
        else f"You paid{f' with {method}' if method else ''}; it waits here"
    )


def _accepted_note(mark: Mark, side: Side) -> str:
    if mark.reach is Reach.DONE:
        return "You said yes" if side.teaches else f"{side.mentor} said yes"
    return "Until then you can answer" if side.teaches else f"Until then {side.mentor} can answer"


def _taught_note(mark: Mark, booking: Booking, side: Side) -> str:
    if booking.settlement is not None:
        return explain(booking.settlement, to_mentor=side.teaches, other=side.other)
    if mark.stage is Stage.TAUGHT:
        return "You meet"
    return {BookingState.RELEASED: "Nothing was taken"}.get(booking.state, "Nothing is kept")


def _released_note(mark: Mark, side: Side) -> str:
    if mark.reach is Reach.DONE:
        return "Yours" if side.teaches else f"{side.mentor} has it"
    return "Yours from then on" if side.teaches else f"Goes to {side.mentor}"


def _turn(booking: Booking, marks: tuple[Mark, ...], side: Side) -> tuple[str, bool]:
    """Who has to act and by when, and whether that is whoever looks."""
    here = next((mark for mark in marks if mark.reach is Reach.NOW), marks[-1])
    at = f"by {when_inside(here.at)}" if here.at else "soon"
    match here.stage:
        case Stage.HELD if booking.payment is not None and booking.payment.state is PaymentState.STARTED:
            return (f"{side.learner} pays {at}" if side.teaches else f"Pay {at}"), not side.teaches
        case Stage.HELD if booking.payment is not None and booking.payment.state is PaymentState.REQUIRES_ACTION:
            return (f"{side.learner} approves the payment {at}" if side.teaches else f"Approve your payment {at}"), not side.teaches
        case Stage.HELD if is_awaited(booking.payment):
            return (f"{side.learner}’s transfer has not come yet" if side.teaches else "Send your transfer"), not side.teaches
        case Stage.ACCEPTED if booking.accepted_at is None:
            return (f"Answer {at}" if side.teaches else f"{side.mentor} answers {at}"), side.teaches
        case Stage.DISPUTED if booking.dispute is not None:
            return _dispute_turn(booking, at, side)
        case Stage.BACK if here.at and here.reach is Reach.NOW:
            return f"Agree on another time {at}, if you like", True
        case Stage.TAUGHT:
            return f"Nothing to do until you meet: {when_inside(booking.lesson.starts_at)}", False
        case Stage.RELEASED if here.reach is not Reach.DONE and here.at:
            return (f"Yours {when_inside(here.at)}. Nothing to do" if side.teaches else "Nothing to do"), False
        case Stage.WITHDRAWN if here.reach is Reach.NOW:
            return "Yours: withdraw it whenever you like", False
        case _:
            return "Nothing to do", False


def _turn_to_redirect(side: Side) -> tuple[str, bool]:
    """A refund came back from the bank: its owner says where else it may go."""
    return (f"{side.learner} says where the money may go" if side.teaches else "Say where your money may go"), not side.teaches


def _dispute_turn(booking: Booking, at: str, side: Side) -> tuple[str, bool]:
    if booking.dispute is not None and booking.dispute.decide_by is not None:
        return f"We decide {at}, unless you agree before", False
    return (f"Answer {at}" if side.teaches else f"{side.mentor} answers {at}"), side.teaches


def _sums(booking: Booking, side: Side) -> tuple[tuple[str, str], ...]:
    sums = sums_of(booking)
    back = f"Back to {side.learner}" if side.teaches else "Back to you"
    mentors = "For you" if side.teaches else f"For {side.mentor}"
    rows = (("Price", sums.price), (back, sums.back), ("Fee", sums.fee), (mentors, sums.mentors))
    return tuple((name, str(value)) for name, value in rows if name in ("Price", mentors) or not value.is_zero)


def _rules(booking: Booking, side: Side) -> tuple[tuple[str, str], ...]:
    """The policy as it was when this was booked; what the session says today changes nothing."""
    you, name = f"If {side.learner} does not come" if side.teaches else "If you do not come", "Platform fee"
    percent = booking.no_show_refund_pct
    back = {0: "Nothing comes back", 100: "All of it comes back"}.get(percent, f"{percent} % comes back")
    fee = f"{booking.fee_bps / 100:g} % of what is kept" if booking.fee_bps else "None"
    cancels = f"If {side.learner} cancels" if side.teaches else "If you cancel"
    return ((cancels, TERMS[booking.cancel_policy].sentence), (you, back), (name, fee))
