"""Reading proposals."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select

from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal, ProposalState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound

_OPEN = select(Proposal).where(
    Proposal.booking_id.in_(bindparam("booking_ids", expanding=True)),
    Proposal.state == ProposalState.OPEN,
    Proposal.answer_by > bindparam("moment"),
)

SAYINGS = {
    ProposalState.ACCEPTED: "This was accepted already.",
    ProposalState.DECLINED: "This was declined: nothing was moved.",
    ProposalState.WITHDRAWN: "This was taken back: nothing was moved.",
    ProposalState.EXPIRED: "The time to answer is over: nothing was moved.",
}


def by_id(proposal_id: int) -> Proposal:
    """A proposal, for code that acts for nobody in particular; NotFound when there is none."""
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound("We could not find this proposal.")
    return proposal


def open_of(booking_ids: Iterable[int]) -> dict[int, Proposal]:
    """What waits for an answer, by booking: one query for any number of bookings."""
    found = db.session.scalars(_OPEN, {"booking_ids": list(booking_ids), "moment": now()})
    return {proposal.booking_id: proposal for proposal in found}


def open_about(people: Sequence[int]) -> Sequence[Proposal]:
    """Proposals that wait for an answer and would take the time of one of these people."""
    theirs = Booking.mentor_id.in_(people) | Booking.learner_id.in_(people)
    is_open = (Proposal.state == ProposalState.OPEN) & (Proposal.answer_by > now())
    return db.session.scalars(select(Proposal).join(Booking, Booking.id == Proposal.booking_id).where(is_open, theirs)).all()


def counts_of(booking_ids: Iterable[int]) -> dict[int, int]:
    """How often another time was proposed, by booking; those without a proposal are left out."""
    query = select(Proposal.booking_id, func.count()).where(Proposal.booking_id.in_(list(booking_ids)))
    return {int(number): int(count) for number, count in db.session.execute(query.group_by(Proposal.booking_id))}


def open_proposal_of(booking_id: int) -> Proposal | None:
    """The proposal of a booking that is written down as open, in time or not."""
    query = select(Proposal).where(Proposal.booking_id == booking_id, Proposal.state == ProposalState.OPEN)
    return db.session.scalar(query.execution_options(populate_existing=True))


def require_open(proposal: Proposal) -> None:
    """Raises Conflict, with what became of it, unless it waits for an answer."""
    state = ProposalState.EXPIRED if proposal.is_open and proposal.answer_by <= now() else proposal.state
    if state is not ProposalState.OPEN:
        raise Conflict(SAYINGS[state], code="moved_on")
