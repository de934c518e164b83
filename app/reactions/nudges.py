"""Whose pages look again, and at which sections."""

from app.accounts.events import SignInsClosed
from app.bookings.events import (
    BookingAccepted,
    BookingCanceled,
    BookingCompleted,
    BookingConfirmed,
    BookingDeclined,
    BookingExpired,
    BookingHeld,
    BookingMissed,
    BookingMoved,
    BookingRejected,
    BookingReleased,
    BookingRequested,
    BookingUnpaid,
    DisputeOpened,
    DisputeSettled,
    DisputeSpoken,
    DisputeWithdrawn,
    EarningsReleased,
    MeetingGivenUp,
    MoveClosed,
    MoveProposed,
    RejectUndone,
)
from app.bookings.queries import by_id, paying_learner
from app.community.events import ReviewWritten
from app.kernel.events import Reactions
from app.lessons.events import LessonEdited, LessonPublished, LessonWithdrawn
from app.notifications.events import Noticed
from app.payments.events import (
    PaymentFailed,
    PaymentReturned,
    PaymentWaits,
    PayoutLate,
    PayoutMethodAdded,
    PayoutPaid,
    PayoutReturned,
    PayoutWanted,
)
from app.realtime.nudge import nudge, nudge_everybody, sign_out_sockets

BookingFact = (
    BookingHeld
    | BookingUnpaid
    | BookingRequested
    | BookingAccepted
    | BookingConfirmed
    | BookingDeclined
    | BookingExpired
    | BookingReleased
    | BookingCanceled
    | BookingMissed
    | BookingCompleted
    | MeetingGivenUp
    | BookingMoved
    | MoveProposed
    | MoveClosed
)

PayoutFact = PayoutMethodAdded | PayoutWanted | PayoutPaid | PayoutReturned | PayoutLate
DisputeFact = DisputeOpened | DisputeSpoken | DisputeSettled | DisputeWithdrawn


LessonFact = LessonEdited | LessonPublished | LessonWithdrawn


def both_look_again(event: BookingFact) -> None:
    """The booking moved: both sides re-read it, and its money."""
    nudge([event.mentor_id], "requests", "bookings", "earnings")
    nudge([event.learner_id], "bookings", "payments")


def mentor_may_undo(event: BookingRejected | RejectUndone) -> None:
    """Only the mentor sees it move: for the learner nothing is decided yet."""
    nudge([event.mentor_id], "requests", "bookings")


def catalog_looks_again(event: BookingFact | LessonFact) -> None:
    """What can be booked has changed for everybody."""
    nudge_everybody("lessons")


def mentor_looks_at_earnings(event: EarningsReleased | PayoutFact) -> None:
    """Held money became available, or available money is on its way out, has arrived, or came back."""
    nudge([event.mentor_id], "earnings")


def learner_sees_release(event: EarningsReleased) -> None:
    """What they paid is the mentor's now: their payments and the booking's page say so."""
    nudge([paying_learner(event.booking_id)], "bookings", "payments")


def people_look_at_dispute(event: DisputeFact) -> None:
    """Both see at once what was said, offered or decided, wherever the booking stands on their page."""
    booking = by_id(event.booking_id)
    nudge([booking.lesson.mentor_id], "dispute", "bookings", "earnings")
    nudge([booking.learner_id], "dispute", "bookings", "payments")


def payer_looks_again(event: PaymentFailed | PaymentReturned | PaymentWaits) -> None:
    """A try failed, waits for their approval, or money came back."""
    if event.purpose == "booking":
        nudge([paying_learner(int(event.reference))], "bookings", "payments")


def reader_looks_again(event: Noticed) -> None:
    """There is something new behind the bell."""
    nudge([event.user_id], "notices")


def rated_person_looks_again(event: ReviewWritten) -> None:
    """Somebody rated them."""
    nudge([event.person_id], "reviews", "bookings")


def mentor_sees_new_lesson(event: LessonFact) -> None:
    """Their own list has one more, one less, or another one."""
    nudge([event.mentor_id], "bookings")


PRIVATE_FACTS = (
    BookingRequested,
    BookingAccepted,
    BookingConfirmed,
    BookingMissed,
    BookingCompleted,
    MeetingGivenUp,
    BookingUnpaid,
    MoveProposed,
    MoveClosed,
)
"""What moves a booking but not the catalog."""

SEAT_FACTS = (BookingHeld, BookingReleased, BookingDeclined, BookingExpired, BookingCanceled, BookingMoved)
"""What takes a seat or frees one."""

PAYOUT_FACTS = (PayoutMethodAdded, PayoutWanted, PayoutPaid, PayoutReturned, PayoutLate)
"""What moves a mentor's earnings but no booking."""

REACTIONS: Reactions = {
    **{fact: [both_look_again] for fact in PRIVATE_FACTS},
    **{fact: [both_look_again, catalog_looks_again] for fact in SEAT_FACTS},
    **{fact: [mentor_may_undo] for fact in (BookingRejected, RejectUndone)},
    LessonPublished: [mentor_sees_new_lesson, catalog_looks_again],
    LessonWithdrawn: [mentor_sees_new_lesson, catalog_looks_again],
    LessonEdited: [mentor_sees_new_lesson, catalog_looks_again],
    EarningsReleased: [mentor_looks_at_earnings, learner_sees_release],
    **{fact: [mentor_looks_at_earnings] for fact in PAYOUT_FACTS},
    **{fact: [people_look_at_dispute] for fact in (DisputeOpened, DisputeSpoken, DisputeSettled, DisputeWithdrawn)},
    PaymentFailed: [payer_looks_again],
    PaymentWaits: [payer_looks_again],
    PaymentReturned: [payer_looks_again],
    Noticed: [reader_looks_again],
    ReviewWritten: [rated_person_looks_again],
    SignInsClosed: [sign_out_sockets],
}
