"""Facts about bookings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookingHeld:
    """A seat is claimed; it is not paid for yet."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingRequested:
    """The learner paid; the mentor is asked."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingUnpaid:
    """Money that was on its way failed; the seat is held while the learner may pay again."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingAccepted:
    """The mentor said yes; the money may still be on its way."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingConfirmed:
    """The mentor said yes and the money is here: they will meet."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingRejected:
    """The mentor tapped Reject, and may undo it for ten seconds; nobody else is told yet."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class RejectUndone:
    """It was a mistake: the request waits for an answer again."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingDeclined:
    """The mentor said no and left it at that; the money goes back."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingExpired:
    """The mentor did not answer in time; the money goes back."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingReleased:
    """Nobody paid in time; the seat is free again."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingCompleted:
    """Both were there; the mentor has earned it."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingMissed:
    """They were never in the room together; the money goes back."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class MeetingGivenUp:
    """After a technical failure the learner wants no other time; the money goes back at once."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingCanceled:
    """One of the two ended it before the start; the money moves by the rules."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class WaitedLonger:
    """Somebody gave the missing one ten minutes more."""

    lesson_id: int
    user_id: int
    booking_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EarningsReleased:
    """The mentor may withdraw it now."""

    booking_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class SessionNear:
    """A confirmed session begins in ten minutes; said once per booking."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class SessionAhead:
    """A confirmed session begins in a day, or in an hour: in `lead_minutes`. Each is said once per booking and time."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int
    lead_minutes: int


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """One of the two says that the outcome is wrong; the other is asked for their word."""

    dispute_id: int
    booking_id: int
    author_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class DisputeSpoken:
    """One of the two said something in a dispute, perhaps with an offer."""

    dispute_id: int
    booking_id: int
    statement_id: int
    author_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class DisputeUndecided:
    """Both have had their turn and do not agree: an admin decides."""

    dispute_id: int
    booking_id: int


@dataclass(frozen=True, slots=True)
class DisputeSilent:
    """The other side has two days left to answer and has not said anything; said once."""

    dispute_id: int
    booking_id: int
    author_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class DisputeLate:
    """The day an admin's decision was promised for has passed; said once."""

    dispute_id: int
    booking_id: int


@dataclass(frozen=True, slots=True)
class DisputeSettled:
    """Agreed, granted by silence, or decided."""

    dispute_id: int
    booking_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn:
    """Whoever opened it took it back; everything stays as it was measured."""

    dispute_id: int
    booking_id: int
    author_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class MoveProposed:
    """One side proposes another time; the other is asked."""

    proposal_id: int
    booking_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class MoveClosed:
    """A proposal came to nothing (declined, withdrawn, or never answered): the old time stays."""

    proposal_id: int
    booking_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class BookingMoved:
    """Both agreed on another time, and the booking is there now; `lesson_id` is where it is after the move."""

    booking_id: int
    lesson_id: int
    learner_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class SeatFreed:
    """A booking moved away from a session it had shared with others; its learner has no chair there any more."""

    lesson_id: int
    learner_id: int


@dataclass(frozen=True, slots=True)
class LineChanged:
    """Somebody joined the waiting list of a session, or left it."""

    lesson_id: int
    learner_id: int


@dataclass(frozen=True, slots=True)
class SeatOffered:
    """A seat became free and is held for the first in line."""

    entry_id: int
    booking_id: int
    lesson_id: int
    learner_id: int


@dataclass(frozen=True, slots=True)
class TurnPassed:
    """Somebody stands in line no more; why: "passed" (they did not take the seat), "busy" (they have something else then) or
    "over" (no seat became free in time)."""

    entry_id: int
    lesson_id: int
    learner_id: int
    why: str
