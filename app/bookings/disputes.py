"""Disputes: somebody says that the outcome is wrong, the other one answers, they agree or an admin decides.

What is held stays held meanwhile. The settlement is never changed: what comes of a dispute is added to it, as a refund of its own.
A free session can be reported the same way; then no sum is named and no money moves.
"""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import dispute_queries, policies, queries
from app.bookings.dispute_endings import locked_dispute, refresh_money, settle_dispute
from app.bookings.dispute_models import Dispute, DisputeEnding, DisputeKind, DisputeReason, DisputeState, DisputeStatement
from app.bookings.events import DisputeOpened, DisputeSpoken, DisputeUndecided, DisputeWithdrawn
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, TooMany
from app.kernel.money import Money, exponent, parse_money
from app.kernel.transaction import Transaction, transaction

LONGEST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody writes when they open one, as typed; the amount is in major units and only asked of learners."""

    reason: str
    words: str
    amount: str = ""


def open_dispute(person: User, booking_id: int, claim: Claim) -> Dispute:
    """Say that the outcome of a booking is wrong; what is held is not released meanwhile.

    Raises NotFound for somebody else's booking, Invalid for the fields to mend ("reason", "words", "amount"), Conflict when the
    printed time is over or one is open already, TooMany after the third.
    """
    queries.of_either(person, booking_id)
    try:
        with transaction() as tx:
            booking = queries.locked(booking_id)
            refresh_money(booking)
            if dispute_queries.may_open(person, booking) is None:
                raise Conflict("This can no longer be disputed. Please look at the booking again.", code="too_late")
            if dispute_queries.opened_by(person, booking.id) >= policies.MOST_DISPUTES:
                raise TooMany("You have opened this three times. Please write to us instead.", code="too_many_disputes")
            words, wanted = _checked(dispute_queries.kind_for(person, booking), booking, claim)
            return _write(tx, person, booking, DisputeReason(claim.reason), words, wanted)
    except IntegrityError as error:  # another tab was quicker
        raise Conflict("This dispute is open already.", code="open_already") from error


def open_for_admins(tx: Transaction, person: User, booking: Booking, words: str) -> Dispute | None:
    """Hold all that is held of a booking until an admin decides, whatever the other side says; None when nothing can be disputed
    (any more) or is disputed already. Joins the caller's transaction, which holds the booking's lock."""
    refresh_money(booking)
    if dispute_queries.may_open(person, booking) is None:
        return None
    dispute = _write(tx, person, booking, DisputeReason.CONDUCT, words, booking.kept.amount_minor)
    hand_to_admins(tx, dispute)
    return dispute


def speak(person: User, booking_id: int, dispute_id: int, words: str, amount: str = "") -> DisputeStatement:
    """Add one's own words and, if an amount is given, what one would agree to. The other side's first words are their answer.

    Raises NotFound for anybody but the two, Invalid ("words", "amount"), Conflict when it is over.
    """
    queries.of_either(person, booking_id)
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id, booking_id)
        _require_live(dispute)
        if sum(one.author_id == person.id for one in dispute.statements) >= policies.MOST_STATEMENTS:
            raise TooMany("You have said a lot already. The dispute will be decided from what is here.", code="too_many_words")
        offer = _offer(booking, dispute, amount)
        statement = _say(dispute, person, _words(words, "Say in your own words what happened."), offer)
        if dispute.state is DisputeState.OPEN and person.id != dispute.opened_by_id:
            hand_to_admins(tx, dispute)
            record(person.id, AuditTag.DISPUTE_ANSWERED, booking, dispute=dispute.id)
        tx.publish(DisputeSpoken(dispute.id, booking.id, statement.id, person.id, other_side(booking, person.id)))
        return statement


def accept_offer(person: User, booking_id: int, dispute_id: int, statement_id: int) -> Dispute:
    """Agree to what the other side asked for or offered last, in one click; then it is settled.

    Raises NotFound for anybody but the two, Conflict when it is over or they have named something else since.
    """
    queries.of_either(person, booking_id)
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id, booking_id)
        _require_live(dispute)
        offer = dispute_queries.standing_offer(dispute, by=other_side(booking, person.id))
        if offer is None or offer.id != statement_id or offer.offer_minor is None:
            raise Conflict("This offer has changed in the meantime. Please look again.", code="offer_changed")
        lifted = dispute.kind is DisputeKind.STRIKE
        settle_dispute(tx, booking, dispute, DisputeEnding.AGREED, offer.offer_minor, lifts_strike=lifted)
        record(person.id, AuditTag.DISPUTE_AGREED, booking, dispute=dispute.id, refund_minor=dispute.decided_minor)
        return dispute


def withdraw_dispute(person: User, booking_id: int, dispute_id: int) -> Dispute:
    """Take it back: everything stays as it was measured, and what is held is released at its time. Twice does no harm.

    Raises NotFound unless they opened it, Conflict when it is settled.
    """
    queries.of_either(person, booking_id)
    with transaction() as tx:
        booking, dispute = locked_dispute(dispute_id, booking_id)
        if dispute.opened_by_id != person.id:
            raise NotFound("We could not find this dispute.")
        if dispute.state is DisputeState.WITHDRAWN:
            return dispute
        _require_live(dispute)
        dispute.state, dispute.closed_at = DisputeState.WITHDRAWN, now()
        db.session.flush()
        refresh_money(booking)
        record(person.id, AuditTag.DISPUTE_WITHDRAWN, booking, dispute=dispute.id)
        tx.publish(DisputeWithdrawn(dispute.id, booking.id, person.id, other_side(booking, person.id)))
        return dispute


def hand_to_admins(tx: Transaction, dispute: Dispute) -> None:
    """Both have had their turn: from now on an admin may decide, and must by the printed day. Joins the caller's transaction."""
    dispute.state, dispute.decide_by = DisputeState.ANSWERED, now() + policies.DECIDE_DISPUTE
    tx.publish(DisputeUndecided(dispute.id, dispute.booking_id))


def _write(tx: Transaction, person: User, booking: Booking, reason: DisputeReason, words: str, wanted: int) -> Dispute:
    dispute = Dispute(
        booking_id=booking.id,
        kind=dispute_queries.kind_for(person, booking),
        opened_by_id=person.id,
        reason=reason,
        wanted_minor=wanted,
        currency=booking.currency,
        answer_by=now() + policies.ANSWER_DISPUTE,
        created_at=now(),
    )
    db.session.add(dispute)
    db.session.flush()
    _say(dispute, person, words, wanted)
    refresh_money(booking)
    record(person.id, AuditTag.DISPUTE_OPENED, booking, dispute=dispute.id, wanted_minor=wanted)
    tx.publish(DisputeOpened(dispute.id, booking.id, person.id, other_side(booking, person.id)))
    return dispute


def _checked(kind: DisputeKind, booking: Booking, claim: Claim) -> tuple[str, int]:
    """The words and the amount in minor units; Invalid with every fault at once."""
    faults: dict[str, str] = {}
    words, wanted = "", 0
    if claim.reason not in set(DisputeReason):
        faults["reason"] = "Choose what was wrong."
    try:
        words = _words(claim.words, "Say in your own words what was wrong.")
    except Invalid as fault:
        faults.update(fault.fields)
    if kind is DisputeKind.REFUND and not booking.is_free:
        try:
            wanted = _amount(claim.amount, booking.kept).amount_minor
        except Invalid as fault:
            faults.update(fault.fields)
    if faults:
        raise Invalid(fields=faults)
    return words, wanted


def _say(dispute: Dispute, person: User, words: str, offer_minor: int | None) -> DisputeStatement:
    statement = DisputeStatement(dispute_id=dispute.id, author_id=person.id, words=words, offer_minor=offer_minor, at=now())
    dispute.statements.append(statement)
    db.session.flush()
    return statement


def _words(typed: str, missing: str) -> str:
    words = typed.strip()
    if not words:
        raise Invalid(fields={"words": missing})
    if len(words) > LONGEST_WORDS:
        raise Invalid(fields={"words": f"Use at most {LONGEST_WORDS:,} characters."})
    return words


def _offer(booking: Booking, dispute: Dispute, typed: str) -> int | None:
    """What comes with the words, if anything; about a strike or a free session there is no sum to speak of."""
    if not typed.strip() or not dispute.is_about_money:
        return None
    return _amount(typed, booking.kept).amount_minor


def _amount(typed: str, held: Money) -> Money:
    """Major units as typed, above zero and at most what is held."""
    try:
        amount = parse_money(typed, held.currency)
    except ValueError:
        example = "18 or 18.50" if exponent(held.currency) else "1800"
        raise Invalid(fields={"amount": f"Write an amount such as {example}."}) from None
    if amount.is_zero:
        raise Invalid(fields={"amount": "Write an amount above zero."})
    if amount > held:
        raise Invalid(fields={"amount": f"At most {held} is held for this booking."})
    return amount


def other_side(booking: Booking, person_id: int) -> int:
    """The id of the one on the other side of a booking."""
    return booking.learner_id if person_id == booking.lesson.mentor_id else booking.lesson.mentor_id


def _require_live(dispute: Dispute) -> None:
    if not dispute.is_live:
        raise Conflict("This dispute is over. Please look at what came of it.", code="dispute_over")
