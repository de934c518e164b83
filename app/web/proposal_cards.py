"""View models of another time that is proposed, for the one who looks."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal
from app.bookings.states import BookingState
from app.web.filters import their_clock, viewer_zone, when, when_inside, zone_name


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """A proposal that waits for an answer. `is_mine`: the viewer made it and may take it back; otherwise they answer it."""

    id: int
    booking_url: str
    title: str
    is_mine: bool
    says: str
    new_time: str
    their_time: str
    old_time: str
    note: str
    answer_by: datetime
    answer_text: str
    accept_label: str
    accept_url: str
    decline_label: str
    decline_url: str
    withdraw_url: str


def proposal_card(proposal: Proposal, booking: Booking, viewer: User) -> ProposalCard:
    """One proposal about a booking of the viewer's, on their own clock and beside it the other's."""
    lesson, is_mine = booking.lesson, proposal.proposed_by_id == viewer.id
    other = booking.learner if viewer.id == lesson.mentor_id else lesson.mentor
    first, theirs = other.name.split()[0], their_clock(proposal.starts_at, other.timezone)
    is_request = booking.state is BookingState.REQUESTED and booking.accepted_at is None and viewer.id == lesson.mentor_id
    until, missed = when_inside(proposal.answer_by), booking.state is BookingState.MISSED
    return ProposalCard(
        id=proposal.id,
        booking_url=url_for("booking.page", booking_id=booking.id),
        title=lesson.title,
        is_mine=is_mine,
        says="You proposed another time" if is_mine else f"{first} proposes another time",
        new_time=f"{when(proposal.starts_at)} {zone_name(proposal.starts_at, viewer_zone())}",
        their_time=f"{theirs} for {first}" if theirs else "",
        old_time=when_inside(lesson.starts_at),
        note=proposal.note,
        answer_by=proposal.answer_by,
        answer_text=f"{first} has until {until} to answer" if is_mine else f"Answer until {until}",
        accept_label="Accept the new time" if is_request else "Accept",
        accept_url=url_for("booking.accept_move", proposal_id=proposal.id),
        decline_label="Not then" if missed else "Keep the old time",
        decline_url=url_for("booking.decline_move", proposal_id=proposal.id),
        withdraw_url=url_for("booking.withdraw_move", proposal_id=proposal.id),
    )
