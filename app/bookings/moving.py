"""Another time for a booking: either side proposes, the other answers; until then the old time holds.

Price, payment and cancel policy stay as agreed. The database's guard of busy times has the last word.
"""

from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.service import known_timezone
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import policies, queries
from app.bookings.events import MoveClosed, MoveProposed
from app.bookings.meeting_again import come_back, may_meet_again
from app.bookings.models import Booking
from app.bookings.proposal_models import MOST_PROPOSALS, Proposal, ProposalState
from app.bookings.proposals import open_proposal_of, require_open
from app.bookings.relocating import relocate, require_both_free
from app.bookings.service import mark_accepted, take_money
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.lessons.service import HORIZON

MOVABLE = (BookingState.REQUESTED, BookingState.CONFIRMED)
LONGEST_NOTE = 200


def propose_move(person: User, booking_id: int, starts_at: datetime, timezone: str, note: str = "") -> Proposal:
    """Propose another time, as a clock on the wall of a zone shows it. A mentor who does so about a request says yes to it.

    Raises NotFound unless the booking is theirs; Invalid (starts_at, note) for a time that does not exist, has passed, is too far
    or in which one of the two is busy; Conflict when the booking cannot be moved (any more) or three were proposed already.
    """
    queries.of_either(person, booking_id)
    moment = _moment(starts_at, timezone)
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": f"Use at most {LONGEST_NOTE} characters."})
    with transaction() as tx:
        booking = queries.locked(booking_id)
        number = _next_number(person, booking)
        if moment == booking.lesson.starts_at:
            raise Invalid(fields={"starts_at": "That is the time it has already. Choose another one."})
        _require_free(person, booking, moment)
        proposal = _write(person, booking, number, moment, timezone, note)
        if proposal.proposed_by_id == booking.lesson.mentor_id and booking.accepted_at is None and booking.decide_by is not None:
            booking.decide_by = max(booking.decide_by, proposal.answer_by)  # they have answered; it is the learner's turn
        record(person.id, AuditTag.MOVE_PROPOSED, booking, proposal_id=proposal.id)
        tx.publish(MoveProposed(*_who(proposal)))
    return proposal


def accept_move(person: User, proposal_id: int) -> Booking:
    """The other side agrees: the booking is at the new time now. For a request this is the mentor's yes as well.

    Raises NotFound unless the booking is theirs, NotAllowed for whoever proposed it, Conflict when it no longer waits for an
    answer or one of the two has something else by now; then nothing was changed.
    """
    with transaction() as tx:
        proposal = _to_answer(person, proposal_id)
        booking = proposal.booking
        require_both_free(person, booking, proposal.starts_at)
        proposal.state, proposal.closed_at = ProposalState.ACCEPTED, now()
        relocate(tx, booking, proposal.starts_at)
        if booking.state is BookingState.MISSED:
            come_back(booking, person)
        record(person.id, AuditTag.MOVE_ACCEPTED, booking, proposal_id=proposal.id)
        if booking.state is BookingState.REQUESTED:
            mark_accepted(tx, booking)
    if booking.state is BookingState.REQUESTED:
        take_money(booking)
    return queries.of_either(person, booking.id)


def decline_move(person: User, proposal_id: int) -> Proposal:
    """The other side keeps the old time. Raises as accept_move does."""
    with transaction() as tx:
        proposal = _to_answer(person, proposal_id)
        _close(tx, proposal, ProposalState.DECLINED)
        record(person.id, AuditTag.MOVE_DECLINED, proposal.booking, proposal_id=proposal.id)
    return proposal


def withdraw_move(person: User, proposal_id: int) -> Proposal:
    """Whoever proposed it takes it back; twice does no harm.

    Raises NotFound unless the booking is theirs, NotAllowed for the other side, Conflict when it was answered.
    """
    with transaction() as tx:
        proposal = _locked_for(person, proposal_id)
        if proposal.proposed_by_id != person.id:
            raise NotAllowed("You did not propose this. You can say no to it.")
        if proposal.state is ProposalState.WITHDRAWN:
            return proposal
        require_open(proposal)
        _close(tx, proposal, ProposalState.WITHDRAWN)
        record(person.id, AuditTag.MOVE_WITHDRAWN, proposal.booking, proposal_id=proposal.id)
    return proposal


def expire_move(proposal_id: int) -> None:
    """End a proposal nobody answered in time, or whose booking can no longer be moved. Does nothing before that, or twice."""
    with transaction() as tx:
        proposal = _locked(proposal_id)
        if proposal.is_open and (proposal.answer_by <= now() or not _is_movable(proposal.booking)):
            _close(tx, proposal, ProposalState.EXPIRED)


def end_with(booking_id: int) -> None:
    """A booking went on to another state: a proposal about it ends when it makes no sense any more."""
    proposal = open_proposal_of(booking_id)
    if proposal is not None:
        expire_move(proposal.id)


def take_back_offer(booking_id: int) -> None:
    """The mentor accepted the old time: the other time they had offered is off the table."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        proposal = open_proposal_of(booking_id)
        if proposal is not None and proposal.proposed_by_id == booking.lesson.mentor_id:
            _close(tx, proposal, ProposalState.WITHDRAWN)


def proposals_left(booking_id: int) -> int:
    """How many more times the two may propose."""
    query = select(func.count()).where(Proposal.booking_id == booking_id)
    return max(0, MOST_PROPOSALS - (db.session.scalar(query) or 0))


def may_propose(booking: Booking) -> bool:
    """Whether another time can be proposed at all, leaving aside how often it was."""
    return (booking.state in MOVABLE and booking.lesson.starts_at > now()) or may_meet_again(booking)


def _moment(wall: datetime, timezone: str) -> datetime:
    if known_timezone(timezone) != timezone:
        raise Invalid(fields={"starts_at": "We do not know this time zone."})
    moment = calendar.moment_from_wall_clock(wall, timezone)
    if moment <= now():
        raise Invalid(fields={"starts_at": "This time has passed. Choose a later one."})
    if moment > now() + HORIZON:
        raise Invalid(fields={"starts_at": "Choose a time within the next year."})
    return moment


def _next_number(person: User, booking: Booking) -> int:
    if not may_propose(booking):
        raise Conflict("This booking cannot be moved any more.", code="moved_on")
    before = list(db.session.scalars(select(Proposal).where(Proposal.booking_id == booking.id)))
    if any(one.is_open and one.answer_by > now() for one in before):
        raise Conflict("Another time is proposed already. It needs an answer first.", code="proposed_already")
    if len(before) >= MOST_PROPOSALS:
        raise Conflict("Three other times were proposed already. Nothing was moved.", code="too_many_proposals")
    for one in before:
        if one.is_open:  # its time is over and the sweep has not come by yet
            one.state, one.closed_at = ProposalState.EXPIRED, now()
    db.session.flush()
    return len(before) + 1


def _require_free(person: User, booking: Booking, moment: datetime) -> None:
    try:
        require_both_free(person, booking, moment)
    except calendar.CalendarClash as clash:
        raise Invalid(fields={"starts_at": clash.message}) from None


def _write(person: User, booking: Booking, number: int, moment: datetime, timezone: str, note: str) -> Proposal:
    lesson = booking.lesson
    deadlines = [now() + policies.ANSWER_MOVE, booking.meet_again_by or lesson.starts_at, moment]
    if person.id == booking.learner_id and booking.accepted_at is None and booking.decide_by is not None:
        deadlines.append(booking.decide_by)
    proposal = Proposal(
        booking_id=booking.id,
        number=number,
        proposed_by_id=person.id,
        starts_at=moment,
        ends_at=moment + lesson.duration,
        timezone=timezone,
        note=note.strip(),
        created_at=now(),
        answer_by=min(deadlines),
    )
    db.session.add(proposal)
    db.session.flush()
    return proposal


def _to_answer(person: User, proposal_id: int) -> Proposal:
    proposal = _locked_for(person, proposal_id)
    if proposal.proposed_by_id == person.id:
        raise NotAllowed("You proposed this time yourself; the other side answers.")
    require_open(proposal)
    if not may_propose(proposal.booking):
        raise Conflict("This booking has moved on. Nothing was changed.", code="moved_on")
    return proposal


def _locked_for(person: User, proposal_id: int) -> Proposal:
    proposal = _locked(proposal_id)
    if person.id not in (proposal.booking.learner_id, proposal.booking.lesson.mentor_id):
        raise NotFound("We could not find this proposal.")
    return proposal


def _locked(proposal_id: int) -> Proposal:
    """The proposal with its booking locked first, so that answers, cancellations and settlements wait for each other."""
    booking_id = db.session.scalar(select(Proposal.booking_id).where(Proposal.id == proposal_id))
    if booking_id is None:
        raise NotFound("We could not find this proposal.")
    queries.locked(booking_id)
    return db.session.get_one(Proposal, proposal_id, populate_existing=True)


def _is_movable(booking: Booking) -> bool:
    undoable = booking.state is BookingState.DECLINED and booking.undo_until is not None
    return ((booking.state in MOVABLE or undoable) and booking.lesson.starts_at > now()) or may_meet_again(booking)


def _close(tx: Transaction, proposal: Proposal, state: ProposalState) -> None:
    proposal.state, proposal.closed_at = state, now()
    booking = proposal.booking
    offered = proposal.proposed_by_id == booking.lesson.mentor_id
    if offered and booking.state is BookingState.REQUESTED and booking.accepted_at is None and booking.requested_at is not None:
        usual = policies.decide_by(booking.requested_at, booking.lesson.starts_at)
        least = min(now() + policies.ANSWER_AFTER_OFFER, booking.lesson.starts_at)
        booking.decide_by = max(usual, least) if state is not ProposalState.EXPIRED else max(usual, now())
    tx.publish(MoveClosed(*_who(proposal)))


def _who(proposal: Proposal) -> tuple[int, int, int, int]:
    booking = proposal.booking
    return proposal.id, booking.id, booking.learner_id, booking.lesson.mentor_id
