"""What every gift's money must be, given its state."""

from sqlalchemy import String, and_, case, cast, func, literal, select

from app.gifts.models import Gift, GiftState
from app.payments.models import LedgerEntry, LedgerTransaction, Payment
from app.payments.proof_sums import account_of, moved_through, refunded
from app.payments.proving import Question, count_of, fault
from app.payments.receipt_models import ReceiptKind
from app.payments.receipt_proofs import documented

OVER = (GiftState.FAILED, GiftState.UNDONE)
_NET = Gift.amount_minor - Gift.amount_minor * Gift.fee_bps // 10_000


def questions() -> list[Question]:
    """Held until final or given back; what became final went to the mentor; no money without its gift."""
    return [_held(), _final(), *_tips(), _known()]


def questions_of_documents() -> list[Question]:
    """What became withdrawable has its statement; `gifts.released` lays the sum beside the ledger."""
    released = select(Gift.id, _NET.label("minor"), Gift.currency).where(Gift.released_at.is_not(None))
    return [documented(ReceiptKind.TIP, "statement of gift", "What was given has its statement", released)]


def _held() -> Question:
    """While it may be undone: all of it. Afterwards nothing, or what is still to go back."""
    moved, refunds = moved_through("gift"), refunded()
    captured, held = func.coalesce(moved.c.captured, 0), func.coalesce(moved.c.held, 0)
    done, wanted = func.coalesce(refunds.c.done, 0), func.coalesce(refunds.c.wanted, 0)
    expected = case((captured == 0, 0), (Gift.state.in_(OVER), wanted), (Gift.state == GiftState.FINAL, 0), else_=captured - done)
    unheard = and_(Gift.state.in_(OVER), Payment.captured_at > Gift.closed_at, refunds.c.payment_id.is_(None))
    offenders = (
        select(*fault("gift", Gift.id, expected, held, Gift.currency))
        .outerjoin(Payment, Payment.id == Gift.payment_id)
        .outerjoin(moved, moved.c.account == account_of("gift", Gift.id))
        .outerjoin(refunds, refunds.c.payment_id == Gift.payment_id)
        .where(expected != held, func.coalesce(unheard, False).is_(False))
    )
    return Question("gifts.held", "Every gift holds the money its state says", count_of(Gift), offenders)


def _final() -> Question:
    moved = moved_through("gift", "gift")
    expected, found = case((Gift.state == GiftState.FINAL, Gift.amount_minor), else_=0), func.coalesce(moved.c.out, 0)
    offenders = (
        select(*fault("gift", Gift.id, expected, found, Gift.currency))
        .outerjoin(moved, moved.c.account == account_of("gift", Gift.id))
        .where(expected != found)
    )
    return Question("gifts.final", "Every final gift was given once, and no other", count_of(Gift), offenders)


def _tips() -> list[Question]:
    """What came into the mentor's tips and what left them, gift by gift: the amount less the fee agreed when giving."""
    found = []
    for name, title, kind, condition, sign in (
        ("gifts.fees", "The mentor got the gift less the fee", "gift", Gift.state == GiftState.FINAL, 1),
        ("gifts.released", "Released is what the ledger released", "tip_release", Gift.released_at.is_not(None), -1),
    ):
        tips = (
            select(LedgerTransaction.reference, (sign * func.sum(LedgerEntry.amount_minor)).label("net"))
            .join(LedgerTransaction.entries)
            .where(LedgerTransaction.kind == kind, LedgerEntry.account.endswith(":tips"))
            .group_by(LedgerTransaction.reference)
            .subquery()
        )
        expected, moved = case((condition, _NET), else_=0), func.coalesce(tips.c.net, 0)
        offenders = (
            select(*fault("gift", Gift.id, expected, moved, Gift.currency))
            .outerjoin(tips, tips.c.reference == cast(Gift.id, String))
            .where(expected != moved)
        )
        found.append(Question(name, title, count_of(Gift), offenders))
    return found


def _known() -> Question:
    own = and_(Gift.payment_id == Payment.id, cast(Gift.id, String) == Payment.reference)
    offenders = (
        select(*fault("payment", Payment.id, literal("gift ") + Payment.reference, "none"))
        .outerjoin(Gift, own)
        .where(Payment.purpose == "gift", Gift.id.is_(None))
    )
    looked_at = count_of(select(Payment.id).where(Payment.purpose == "gift").subquery())
    return Question("gifts.known", "No payment without its gift", looked_at, offenders)
