"""Reading proposals."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

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


def open_proposal_of(booking_id: int) -> Proposal | None:
    """The proposal of a booking that is written down as open, in time or not."""
    query = select(Proposal).where(Proposal.booking_id == booking_id, Proposal.state == ProposalState.OPEN)
    return db.session.scalar(query.execution_options(populate_existing=True))


def require_open(proposal: Proposal) -> None:
    """Raises Conflict, with what became of it, unless it waits for an answer."""
    state = ProposalState.EXPIRED if proposal.is_open and proposal.answer_by <= now() else proposal.state
    if state is not ProposalState.OPEN:
        raise Conflict(SAYINGS[state], code="moved_on")
