"""Giving: written down first, then paid, as every payment; the same ticket is the same gift."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.config import settings
from app.extensions import db
from app.gifts import queries
from app.gifts.events import GiftArrived, GiftFailed
from app.gifts.limits import DAY, GIVING, LONGEST_NOTE, UNDO, UNPAID, limits, read_gift_amount
from app.gifts.models import Gift, GiftState
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, TooMany
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.kernel.transaction import Transaction, transaction
from app.payments import refunds
from app.payments import service as payments
from app.payments.methods import Choice, can_pay_at_once, instrument_for
from app.payments.models import SECURED, PaymentState
from app.payments.payout_methods import is_payout_place_of, lock_money_of
from app.payments.providers.base import Instrument

MET = (BookingState.CONFIRMED, BookingState.COMPLETED)
"""Bookings whose learner may give: those that are kept, from the start of the session on."""

@dataclass(frozen=True, slots=True)
class GiftDraft:
    """What a giver typed. The same ticket twice is one gift; `tries` is how many tries at paying they have seen fail.

    A try that was made in the meantime is not made again: a second tap shows what came of the first.
    """

    amount: str
    note: str = ""
    is_private: bool = False
    ticket: str = ""
    tries: int = 0


def give(giver: User, booking_id: int, draft: GiftDraft, choice: Choice) -> Gift:
    """Give the mentor of a session something, at once.

    It comes back arriving, or still started when the payment was declined or is being checked: its payment tells.
    Raises Invalid with the field to mend, Conflict when it is too early or too late, TooMany, NotFound.
    """
    instrument = instrument_for(giver, choice)
    gift = _write_down(giver, booking_id, draft, instrument)
    if gift.state is GiftState.STARTED and gift.payment is not None and len(gift.payment.attempts) == draft.tries:
        try:
            payments.pay(giver, gift.payment.id, instrument, keep=choice.keep)
        except Conflict as fault:
            if fault.code != "already_paying":
                raise
        follow_money(gift.id)
    return queries.given_by(giver, gift.id)


def gives_until(booking: Booking) -> datetime:
    """Until when the learner of a booking may give."""
    return booking.lesson.ends_at + GIVING


def may_give(giver: User, booking: Booking) -> bool:
    """Whether the dialog can be opened for a booking now."""
    return _obstacle(giver, booking) is None


def require_may_give(giver: User, booking: Booking) -> None:
    """Raises Conflict with the reason why not."""
    obstacle = _obstacle(giver, booking)
    if obstacle is not None:
        raise Conflict(obstacle, code="no_gift")


def follow_money(gift_id: int) -> None:
    """Look at the payment again and move with it. Harmless at any time and any number of times.

    started → arriving when a provider said yes; money that is only held is taken at once. arriving → failed when it did not come.
    """
    with transaction() as tx:
        gift = queries.locked(gift_id)
        payment = gift.payment
        if payment is None:
            return
        if gift.state is GiftState.STARTED and payment.state in SECURED:
            gift.state = GiftState.ARRIVING
            record(gift.giver_id, AuditTag.GIFT_GIVEN, gift, amount_minor=gift.amount_minor)
            tx.publish(GiftArrived(*who(gift)))
        if gift.state is GiftState.ARRIVING and payment.state is PaymentState.CAPTURED and gift.undo_until is None:
            gift.undo_until = now() + UNDO
        if gift.state is GiftState.ARRIVING and payment.state in (PaymentState.STARTED, PaymentState.CANCELED):
            _fail(tx, gift, was_seen=True)
        if gift.state in (GiftState.FAILED, GiftState.UNDONE) and payment.state in SECURED:
            refunds.want_full_refund(payment.id, "late")
        take_now = gift.state is GiftState.ARRIVING and payment.state is PaymentState.AUTHORIZED
    if take_now:
        payments.capture(payment.id)


def give_up(gift_id: int) -> None:
    """Nobody paid in time: nothing is given, and whatever should still come goes back. Not while a payment is being checked."""
    with transaction() as tx:
        gift = queries.locked(gift_id)
        is_unpaid = gift.payment is None or gift.payment.state is PaymentState.STARTED
        if gift.state is GiftState.STARTED and gift.created_at + UNPAID <= now() and is_unpaid:
            _fail(tx, gift, was_seen=False)


def who(gift: Gift) -> tuple[int, int, int, int]:
    """The ids every fact about a gift carries: gift, booking, giver, mentor."""
    return gift.id, gift.booking_id, gift.giver_id, gift.mentor_id


def _fail(tx: Transaction, gift: Gift, *, was_seen: bool) -> None:
    gift.state, gift.closed_at = GiftState.FAILED, now()
    if gift.payment_id is not None:
        refunds.want_full_refund(gift.payment_id, "failed")
    tx.publish(GiftFailed(*who(gift), was_seen=was_seen))


def _write_down(giver: User, booking_id: int, draft: GiftDraft, instrument: Instrument) -> Gift:
    """The gift of this ticket: the one there is, or a new one with its payment."""
    booking = bookings.of_learner(giver, booking_id)
    key = queries.key_of(giver, draft.ticket or new_public_id())
    known = _of_key(key, booking)
    if known is None:
        require_may_give(giver, booking)
        _refuse_own(booking.lesson.mentor, instrument)
    with transaction():
        lock_money_of(giver)
        known = _of_key(key, booking)
        if known is not None:
            return known
        amount = _checked(giver, draft)
        gift = Gift(
            giver_id=giver.id,
            mentor_id=booking.lesson.mentor_id,
            booking_id=booking.id,
            key=key,
            amount_minor=amount.amount_minor,
            currency=amount.currency,
            fee_bps=settings().gift_fee_bps,
            note=draft.note,
            is_private=draft.is_private,
            created_at=now(),
        )
        db.session.add(gift)
        db.session.flush()
        gift.payment = payments.prepare(giver, "gift", str(gift.id), amount)
        db.session.flush()
    return gift


def _of_key(key: str, booking: Booking) -> Gift | None:
    known = db.session.scalar(select(Gift).where(Gift.key == key))
    if known is not None and known.booking_id != booking.id:
        raise Conflict("This page was open for too long. Open the gift once more; nothing was taken.")
    return known


def _checked(giver: User, draft: GiftDraft) -> Money:
    amount = read_gift_amount(draft.amount)
    if len(draft.note) > LONGEST_NOTE:
        raise Invalid(fields={"note": f"Use at most {LONGEST_NOTE} characters."})
    gone = (GiftState.FAILED, GiftState.UNDONE)
    today = (Gift.giver_id == giver.id, Gift.created_at > now() - DAY, Gift.state.not_in(gone), Gift.currency == amount.currency)
    spent = Money(int(db.session.scalar(select(func.sum(Gift.amount_minor)).where(*today)) or 0), amount.currency)
    left = limits().a_day - spent
    if left < limits().least:
        raise TooMany(f"You have given {spent} today, which is as much as we take in a day. Thank you! Come back tomorrow.")
    if amount > left:
        raise Invalid(fields={"amount": f"You can give up to {left} more today."})
    return amount


def _refuse_own(mentor: User, instrument: Instrument) -> None:
    if is_payout_place_of(mentor, instrument):
        raise Invalid(fields={"method": f"This is where {mentor.name.split()[0]}’s own money goes. Choose another way to pay."})


def _obstacle(giver: User, booking: Booking) -> str | None:
    first = booking.lesson.mentor.name.split()[0]
    if not can_pay_at_once():
        return "Gifts cannot be sent here: money comes by bank transfer, and that takes days."
    if booking.learner_id != giver.id or booking.lesson.mentor_id == giver.id:
        return "You can give to the mentors of your own sessions."
    if booking.state not in MET:
        return "You can give once a session has taken place."
    if now() < booking.lesson.starts_at:
        return f"You can give {first} something once the session has begun."
    if now() >= gives_until(booking):
        return "A gift can be sent until seven days after the session."
    return f"{first} cannot take gifts at the moment." if booking.lesson.mentor.disabled_at is not None else None
