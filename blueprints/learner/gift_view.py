"""What the gift dialog shows at each step, in plain words."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.bookings.models import Booking
from app.config import settings
from app.gifts.finishing import may_undo
from app.gifts.limits import limits
from app.gifts.models import Gift, GiftState
from app.kernel.money import share
from app.payments.models import Payment, PaymentState
from app.payments.service import MOST_TRIES
from app.web.cards import LessonCard, lesson_cards
from blueprints.learner.checkout_view import FINAL, REASONS, declines_in_a_row


@dataclass(frozen=True, slots=True)
class GiftView:
    """The dialog for one booking and its learner.

    step: "pay" (nothing happened yet), "declined", "another" (three declines or a dead card), "approve" (the payer's own yes is
    missing; `action_url` leads to their bank where there is a page for it), "checking", "thanks", "undone" or "failed".
    """

    step: str
    booking_id: int
    card: LessonCard
    first_name: str
    range_text: str
    fee_text: str
    gift_id: int | None = None
    amount: str = ""
    reason: str = ""
    tries: int = 0
    most_tries: int = MOST_TRIES
    refused_kind: str = ""
    action_url: str = ""
    may_undo: bool = False
    undo_until: datetime | None = None
    is_final: bool = False
    is_rehearsal: bool = False


def gift_view(giver: User, booking: Booking, gift: Gift | None = None) -> GiftView:
    """Where this giver stands: before the first tap, or with a gift."""
    bounds, own = limits(), settings()
    fee = share(bounds.most, own.gift_fee_bps)
    facts = {
        "booking_id": booking.id,
        "card": lesson_cards([booking.lesson], giver)[0],
        "first_name": booking.lesson.mentor.name.split()[0],
        "range_text": f"{bounds.least} to {bounds.most}",
        "fee_text": "All of it goes to them." if fee.is_zero else f"After our fee of {own.gift_fee_bps / 100:g} %.",
        "is_rehearsal": own.is_rehearsal,
    }
    return GiftView(step="pay", **facts) if gift is None else GiftView(**_of(gift), **facts)


def _of(gift: Gift) -> dict:
    known = {"gift_id": gift.id, "amount": str(gift.amount)}
    if gift.state is GiftState.STARTED and gift.payment is not None:
        return {**known, **_unpaid(gift.payment)}
    steps = {GiftState.UNDONE: "undone", GiftState.FAILED: "failed"}
    moments = {"may_undo": may_undo(gift), "undo_until": gift.undo_until, "is_final": gift.state is GiftState.FINAL}
    return {**known, **moments, "step": steps.get(gift.state, "thanks")}


def _unpaid(payment: Payment) -> dict:
    last = payment.attempts[-1] if payment.attempts else None
    if payment.state is PaymentState.REQUIRES_ACTION:
        return {"step": "approve", "action_url": (last.action_url if last is not None else "") or ""}
    if payment.state is not PaymentState.STARTED or (last is not None and last.outcome == "asked"):
        return {"step": "checking"}
    if last is None:
        return {"step": "pay"}
    run = declines_in_a_row(payment)
    spent = last.decline_code in FINAL or run >= MOST_TRIES
    reason = REASONS.get(last.decline_code, "Your bank said no.")
    return {"step": "another" if spent else "declined", "reason": reason, "tries": run, "refused_kind": last.kind}
