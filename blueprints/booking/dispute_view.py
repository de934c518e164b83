"""A dispute as one of the two people sees it: where it stands, what the room measured, both sides' words."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.accounts.models import User
from app.bookings.dispute_models import Dispute, DisputeKind, DisputeReason, DisputeState, DisputeStatement
from app.bookings.dispute_queries import kind_for, standing_offer
from app.bookings.explaining import explain_dispute
from app.bookings.models import Booking
from app.kernel.clock import now
from app.kernel.money import Money
from app.web.cards import PersonChip, person_chip
from app.web.filters import viewer_zone, when, when_inside, zone_name
from app.web.money import Side, side_of
from blueprints.booking.evidence_view import EvidenceView, evidence_of

REASONS = {
    DisputeReason.LATE_OR_AWAY: "Somebody came late or left",
    DisputeReason.TECHNICAL: "Sound, picture or the line failed",
    DisputeReason.NOT_AS_DESCRIBED: "It was not what was offered",
    DisputeReason.CONDUCT: "Somebody behaved badly",
    DisputeReason.I_WAS_THERE: "I was there, and it was not counted",
    DisputeReason.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class StatementView:
    """Something said; `offer` is the sum named with it, `is_standing` whether it still counts."""

    who: PersonChip
    is_mine: bool
    when: str
    at: datetime
    words: str
    offer: str


@dataclass(frozen=True, slots=True)
class DisputeView:
    """Everything the page shows of one. Addresses are empty where something cannot be done (any more)."""

    id: int
    title: str
    status: str
    tone: str
    turn: str
    is_live: bool
    reason: str
    outcome: str
    decision: str
    evidence: EvidenceView
    statements: tuple[StatementView, ...]
    accept_text: str
    accept_id: int
    agree_url: str
    speak_url: str
    withdraw_url: str
    takes_offers: bool
    offer_help: str


@dataclass(frozen=True, slots=True)
class OpeningView:
    """What somebody reads before they open one."""

    title: str
    until: str
    held: str
    asks_amount: bool
    reasons: tuple[tuple[str, str], ...]
    evidence: EvidenceView
    promise: str


def opening_view(booking: Booking, viewer: User, until: datetime) -> OpeningView:
    """The form's surroundings."""
    side = side_of(booking, viewer.id)
    is_appeal = kind_for(viewer, booking) is DisputeKind.STRIKE
    promise = (
        "What has gone back to your learner stays with them. What can change is the strike on your record."
        if is_appeal
        else f"It was free, so no money moves. {side.mentor} can answer for a week; without an answer it stands as you wrote it."
        if booking.is_free
        else f"Nothing is released to {side.mentor} while this is open. Without an answer in a week it comes back to you."
    )
    reasons = {reason: text for reason, text in REASONS.items() if is_appeal or reason is not DisputeReason.I_WAS_THERE}
    return OpeningView(
        title="Appeal against the strike" if is_appeal else "Report it" if booking.is_free else "Open a dispute",
        until=f"{when_inside(until)} {zone_name(until, viewer_zone())}",
        held=str(booking.kept),
        asks_amount=not is_appeal and not booking.is_free,
        reasons=tuple((reason.value, text) for reason, text in reasons.items()),
        evidence=evidence_of(booking, side),
        promise=promise,
    )


def dispute_view(booking: Booking, dispute: Dispute, viewer: User) -> DisputeView:
    """One dispute."""
    side, is_mine = side_of(booking, viewer.id), dispute.opened_by_id == viewer.id
    other_id = booking.learner_id if side.teaches else booking.lesson.mentor_id
    offer = standing_offer(dispute, by=other_id) if dispute.is_live else None
    ids = {"booking_id": booking.id, "dispute_id": dispute.id}
    is_strike = dispute.kind is DisputeKind.STRIKE
    status, tone = _status(dispute)
    return DisputeView(
        id=dispute.id,
        title="Appeal" if is_strike else "Dispute" if dispute.is_about_money else "Report",
        status=status,
        tone=tone,
        turn=_turn(dispute, side, is_mine=is_mine),
        is_live=dispute.is_live,
        reason=REASONS[dispute.reason],
        outcome=explain_dispute(dispute, to_mentor=side.teaches, other=side.other) if dispute.state is DisputeState.SETTLED else "",
        decision=dispute.decision,
        evidence=evidence_of(booking, side),
        statements=tuple(_statement(dispute, said, viewer) for said in dispute.statements),
        accept_text=_accept_text(dispute, offer, side) if offer else "",
        accept_id=offer.id if offer else 0,
        agree_url=url_for("booking.agree", **ids) if offer else "",
        speak_url=url_for("booking.speak", **ids) if dispute.is_live else "",
        withdraw_url=url_for("booking.withdraw", **ids) if dispute.is_live and is_mine else "",
        takes_offers=dispute.is_about_money,
        offer_help=f"Up to {booking.kept}. {side.other} can accept it with one tap." if dispute.is_about_money else "",
    )


def _status(dispute: Dispute) -> tuple[str, str]:
    """The word and its tone."""
    return {
        DisputeState.OPEN: ("Waiting for an answer", "held"),
        DisputeState.ANSWERED: ("To be decided", "requested"),
        DisputeState.SETTLED: ("Settled", "completed"),
        DisputeState.WITHDRAWN: ("Withdrawn", "canceled"),
    }[dispute.state]


def _turn(dispute: Dispute, side: Side, *, is_mine: bool) -> str:
    """Who has to act and by when."""
    if dispute.state is DisputeState.OPEN:
        by = f"{when_inside(dispute.answer_by)} {zone_name(dispute.answer_by, viewer_zone())}"
        silence = "without an answer we decide" if dispute.kind is DisputeKind.STRIKE else "without an answer it stands as reported"
        silence = f"without an answer {dispute.wanted} goes back" if dispute.is_about_money else silence
        return f"{side.other if is_mine else 'You'} can answer until {by}; {silence}"
    if dispute.state is DisputeState.ANSWERED and dispute.decide_by is not None:
        by = f"{when_inside(dispute.decide_by)} {zone_name(dispute.decide_by, viewer_zone())}"
        if dispute.decide_by <= now():
            return "Our decision is later than promised. Nothing is lost: the money stays where it is until then."
        return f"We decide by {by}. Until then you can still agree"
    return f"Since {when_inside(dispute.closed_at)}" if dispute.closed_at else ""


def _accept_text(dispute: Dispute, offer: DisputeStatement, side: Side) -> str:
    if dispute.kind is DisputeKind.STRIKE:
        return "Agree: the strike does not count"
    if not dispute.is_about_money:
        return "Agree: it was as reported"
    amount = Money(offer.offer_minor or 0, dispute.currency)
    return f"Agree: {amount} goes back" if side.teaches else f"Accept {amount}"


def _statement(dispute: Dispute, said: DisputeStatement, viewer: User) -> StatementView:
    is_mine = said.author_id == viewer.id
    has_sum = said.offer_minor is not None and dispute.is_about_money
    amount = str(Money(said.offer_minor or 0, dispute.currency)) if has_sum else ""
    verb = "wants" if said.author_id == dispute.opened_by_id else "offers"
    mine = "want" if said.author_id == dispute.opened_by_id else "offer"
    who = f"You {mine}" if is_mine else f"{said.author.name.split()[0]} {verb}"
    return StatementView(
        who=person_chip(said.author),
        is_mine=is_mine,
        when=when(said.at),
        at=said.at,
        words=said.words,
        offer=f"{who} {amount}{' back' if verb == 'wants' else ''}" if amount else "",
    )
