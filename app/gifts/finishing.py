"""How a gift ends: taken back within its minute, or final and a day later withdrawable. Each step is an entry in the ledger."""

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.gifts import queries
from app.gifts.events import GiftBecameFinal, GiftUndone, TipReleased
from app.gifts.limits import AVAILABLE_AFTER
from app.gifts.models import Gift, GiftState
from app.gifts.service import who
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import ledger, receipts_wanted, refunds
from app.payments.receipt_models import ReceiptKind


def undo_gift(giver: User, gift_id: int) -> Gift:
    """Take a gift back; all of it goes back to where it came from. A second tap does no harm.

    Raises NotFound unless it is theirs, Conflict when the minute is over or there is nothing to undo.
    """
    queries.given_by(giver, gift_id)
    with transaction() as tx:
        gift = queries.locked(gift_id)
        if gift.state is GiftState.UNDONE:
            return gift
        if not may_undo(gift):
            raise Conflict("The minute is over: your gift is on its way, and it cannot be taken back.", code="undo_over")
        gift.state, gift.closed_at = GiftState.UNDONE, now()
        if gift.payment_id is not None:
            refunds.want_full_refund(gift.payment_id, "undone")
        record(giver.id, AuditTag.GIFT_UNDONE, gift)
        tx.publish(GiftUndone(*who(gift)))
    return gift


def may_undo(gift: Gift) -> bool:
    """Whether it can still be taken back: until a minute after the money is here."""
    return gift.state is GiftState.ARRIVING and (gift.undo_until is None or now() < gift.undo_until)


def make_final(gift_id: int) -> None:
    """The minute is over: the money moves from what is held to the mentor's tips, less the fee. Once."""
    with transaction() as tx:
        gift = queries.locked(gift_id)
        if gift.state is not GiftState.ARRIVING or gift.undo_until is None or gift.undo_until > now():
            return
        held, tips = ledger.held_for("gift", str(gift.id)), ledger.tips_of(gift.mentor_id)
        ledger.post("gift", str(gift.id), {held: _minus(gift.amount), tips: gift.net, ledger.FEES: gift.fee})
        gift.state, gift.closed_at = GiftState.FINAL, now()
        gift.available_at = gift.undo_until + AVAILABLE_AFTER
        record(None, AuditTag.GIFT_FINAL, gift, amount_minor=gift.amount_minor)
        tx.publish(GiftBecameFinal(*who(gift)))


def release_tip(gift_id: int) -> None:
    """A day later: the mentor may withdraw it. Once."""
    with transaction() as tx:
        gift = queries.locked(gift_id)
        due = gift.state is GiftState.FINAL and gift.available_at is not None and gift.available_at <= now()
        if not due or gift.released_at is not None:
            return
        tips, available = ledger.tips_of(gift.mentor_id), ledger.available_to(gift.mentor_id)
        ledger.post("tip_release", str(gift.id), {tips: _minus(gift.net), available: gift.net})
        gift.released_at = now()
        receipts_wanted.want(ReceiptKind.TIP, gift.id)
        tx.publish(TipReleased(*who(gift)))


def _minus(amount: Money) -> Money:
    return Money(-amount.amount_minor, amount.currency)
