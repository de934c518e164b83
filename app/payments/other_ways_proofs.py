"""What the books must say of money that went other ways than asked: charges that belong to nothing, and what banks took back."""

from sqlalchemy import String, case, cast, func, select

from app.payments.ledger import LOSSES
from app.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, RefundState
from app.payments.proof_sums import account_of, is_none_of, moved_through
from app.payments.provider_models import StrayCharge
from app.payments.proving import Question, count_of, fault

_THEN = LedgerTransaction


def questions() -> list[Question]:
    """Strays are held until they are back; a chargeback is a loss, less what was held to go back anyway."""
    return [_strays(), _strays_known(), _chargebacks(), _put_back(), _chargebacks_known(), _covered()]


def _strays() -> Question:
    """A charge that belongs to nothing is held until it is back."""
    moved = moved_through("stray")
    expected = case((StrayCharge.is_taken & (StrayCharge.state == RefundState.WANTED), StrayCharge.amount_minor), else_=0)
    found = func.coalesce(moved.c.held, 0)
    offenders = (
        select(*fault("stray charge", StrayCharge.id, expected, found, Payment.currency))
        .join(Payment, Payment.id == StrayCharge.payment_id)
        .outerjoin(moved, moved.c.account == account_of("stray", StrayCharge.id))
        .where(expected != found)
    )
    return Question("payments.strays", "A stray charge is held until it is back", count_of(StrayCharge), offenders)


def _strays_known() -> Question:
    moved = moved_through("stray")
    offenders = (
        select(*fault("account", moved.c.account, "a stray charge", "none"))
        .outerjoin(StrayCharge, moved.c.account == account_of("stray", StrayCharge.id))
        .where(StrayCharge.id.is_(None))
    )
    return Question("payments.strays_known", "Money held as a stray charge is one", count_of(moved), offenders)


def _chargebacks() -> Question:
    lost = _sum_at_losses("chargeback", -1)
    expected, found = func.coalesce(Payment.charged_back_minor, 0), func.coalesce(lost.c.minor, 0)
    offenders = (
        select(*fault("chargeback of payment", Payment.id, expected, found, Payment.currency))
        .outerjoin(lost, lost.c.reference == cast(Payment.id, String))
        .where(expected != found)
    )
    looked_at = count_of(select(Payment.id).where(Payment.charged_back_at.is_not(None)).subquery())
    return Question("payments.chargebacks", "Every chargeback is a loss of exactly its sum", looked_at, offenders)


def _put_back() -> Question:
    """A dispute that was won brings back exactly what was lost, and nothing is put back that was not lost."""
    won = _sum_at_losses("chargeback_won", 1)
    expected, found = func.coalesce(Payment.put_back_minor, 0), func.coalesce(won.c.minor, 0)
    offenders = (
        select(*fault("put back to payment", Payment.id, expected, found, Payment.currency))
        .outerjoin(won, won.c.reference == cast(Payment.id, String))
        .where((expected != found) | (expected.not_in((0, func.coalesce(Payment.charged_back_minor, 0)))))
    )
    looked_at = count_of(select(Payment.id).where(Payment.put_back_at.is_not(None)).subquery())
    return Question("payments.put_back", "Every dispute that was won brought back exactly what was lost", looked_at, offenders)


def _chargebacks_known() -> Question:
    offenders = (
        select(*fault("chargeback", _THEN.reference, "a payment", "none"))
        .where(is_none_of(Payment, "chargeback", "chargeback_won"))
    )
    looked_at = count_of(select(_THEN.id).where(_THEN.kind == "chargeback").subquery())
    return Question("payments.chargebacks_known", "Every chargeback in the ledger belongs to a payment", looked_at, offenders)


def _covered() -> Question:
    """What was to go back and had been taken back by the bank covers the loss, until the bank puts it back."""
    uncovered = _sum_at_losses("chargeback_uncovered", -1)
    covered = _sum_at_losses("chargeback_covered", 1)
    expected = case((Refund.state == RefundState.FAILED, Refund.amount_minor), else_=0)
    found = func.coalesce(covered.c.minor, 0) - func.coalesce(uncovered.c.minor, 0)
    offenders = (
        select(*fault("refund", Refund.id, expected, found, Payment.currency))
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(covered, covered.c.reference == cast(Refund.id, String))
        .outerjoin(uncovered, uncovered.c.reference == cast(Refund.id, String))
        .where(expected != found)
    )
    looked_at = count_of(select(Refund.id).where(Refund.state == RefundState.FAILED).subquery())
    return Question("refunds.covered", "What a bank took back before us covers its own loss", looked_at, offenders)


def _sum_at_losses(kind: str, sign: int):  # type: ignore[no-untyped-def]
    return (
        select(_THEN.reference, (sign * func.sum(LedgerEntry.amount_minor)).label("minor"))
        .join(_THEN.entries)
        .where(_THEN.kind == kind, LedgerEntry.account == LOSSES)
        .group_by(_THEN.reference)
        .subquery()
    )
