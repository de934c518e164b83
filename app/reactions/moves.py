"""What follows when another time is proposed, agreed on, or not: the other side hears of it, the room waits at the new time."""

from typing import get_args

from app.bookings import jobs as booking_jobs
from app.bookings import meeting_again, moving, proposals, queueing, relocating
from app.bookings import queries as bookings
from app.bookings.events import (
    BookingAccepted,
    BookingCanceled,
    BookingCompleted,
    BookingDeclined,
    BookingExpired,
    BookingMissed,
    BookingMoved,
    BookingReleased,
    BookingUnpaid,
    MeetingGivenUp,
    MoveClosed,
    MoveProposed,
    SeatFreed,
)
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import BookingState
from app.kernel.events import Reactions
from app.kernel.jobs import at
from app.kernel.transaction import transaction
from app.live import service as live
from app.notifications import service as notifications
from app.reactions.notices import wall_clock

Over = (
    BookingCanceled
    | BookingCompleted
    | BookingMissed
    | BookingDeclined
    | BookingExpired
    | BookingReleased
    | BookingUnpaid
    | MeetingGivenUp
)
OVER = get_args(Over)
"""After these a proposal makes no sense any more."""
EMPTIED = (BookingCanceled, BookingDeclined, BookingExpired, BookingReleased)
"""After these nobody may be left in a session that was made for one."""
ENDINGS = {
    ProposalState.DECLINED: "move.kept",
    ProposalState.WITHDRAWN: "move.withdrawn",
    ProposalState.EXPIRED: "move.unanswered",
}


def ask_other_side(event: MoveProposed) -> None:
    """Another time?"""
    proposal = proposals.by_id(event.proposal_id)
    _tell(proposal, "move.proposed", to_proposer=False)


def tell_of_ending(event: MoveClosed) -> None:
    """The old time stays: whoever waited for the answer hears of it, unless the whole booking is over."""
    proposal = proposals.by_id(event.proposal_id)
    if meeting_again.may_meet_again(proposal.booking):
        _tell(proposal, "again.kept", to_proposer=proposal.state is not ProposalState.WITHDRAWN)
    elif proposal.booking.state in moving.MOVABLE:
        _tell(proposal, ENDINGS[proposal.state], to_proposer=proposal.state is not ProposalState.WITHDRAWN)


def tell_both_of_move(event: BookingMoved) -> None:
    """Both get the new time in writing."""
    booking = bookings.by_id(event.booking_id)
    reference = f"{booking.id}-{booking.moved_at:%Y%m%d%H%M%S}"
    for person, other in ((booking.learner, booking.lesson.mentor), (booking.lesson.mentor, booking.learner)):
        when = wall_clock(booking.lesson.starts_at, person.timezone)
        words = {"title": booking.lesson.title, "person": other.name, "when": when}
        notifications.tell(person.id, "booking.moved", reference, link=_page(booking.id), **words)


def end_in_time(event: MoveProposed) -> None:
    """Nobody has to guess whether an old proposal still counts; an offer gives its request the same time."""
    proposal = proposals.by_id(event.proposal_id)
    at(proposal.answer_by, moving.expire_move, proposal.id)


def expire_request_in_time(event: MoveProposed | MoveClosed) -> None:
    """The printed time of a request may have changed with the offer."""
    booking = bookings.by_id(event.booking_id)
    if booking.state is BookingState.REQUESTED and booking.decide_by is not None:
        at(booking.decide_by, booking_jobs.expire_request, booking.id)


def end_proposal(event: Over) -> None:
    """The booking went on, and a proposal about it with it."""
    moving.end_with(event.booking_id)


def take_offer_back(event: BookingAccepted) -> None:
    """The mentor said yes to the old time after all."""
    moving.take_back_offer(event.booking_id)


def free_the_mentor(event: BookingCanceled | BookingDeclined | BookingExpired | BookingReleased) -> None:
    """A session made for one person goes with its booking."""
    with transaction():
        relocating.give_up_empty_copy(event.lesson_id)


def open_room_there(event: BookingMoved) -> None:
    """A copy needs a room of its own; the room of a session that moved as a whole is the same one."""
    if bookings.by_id(event.booking_id).state is BookingState.CONFIRMED:
        live.room_for(event.lesson_id)
        live.go_on_later(event.lesson_id)


def serve_line(event: SeatFreed) -> None:
    """The seat that was left behind goes to whoever waits for one."""
    queueing.hear_of(event.lesson_id)


def _tell(proposal: Proposal, kind: str, *, to_proposer: bool) -> None:
    booking = proposal.booking
    mentor, learner = booking.lesson.mentor, booking.learner
    proposer, answerer = (mentor, learner) if proposal.proposed_by_id == mentor.id else (learner, mentor)
    person, other = (proposer, answerer) if to_proposer else (answerer, proposer)
    usual = booking.meet_again_by or booking.lesson.starts_at
    moment = proposal.starts_at if kind == "move.proposed" else usual
    words = {"title": booking.lesson.title, "person": other.name, "when": wall_clock(moment, person.timezone)}
    notifications.tell(person.id, kind, str(proposal.id), link=_page(booking.id), **words)


def _page(booking_id: int) -> str:
    return f"/bookings/{booking_id}"


REACTIONS: Reactions = {
    MoveProposed: [ask_other_side, end_in_time, expire_request_in_time],
    MoveClosed: [tell_of_ending, expire_request_in_time],
    BookingMoved: [open_room_there, tell_both_of_move],
    BookingAccepted: [take_offer_back],
    SeatFreed: [serve_line],
    **{fact: [end_proposal, free_the_mentor] if fact in EMPTIED else [end_proposal] for fact in OVER},
}
