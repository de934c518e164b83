"""The bank's side beside ours: every line of a statement and every transfer we sent has its place in the books, to the cent."""

from sqlalchemy import String, case, cast, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.payments.ledger import provider_account
from app.payments.manual.models import OWED, HandTransfer, LineState, ManualPayment, StatementLine, TransferKind, TransferState
from app.payments.models import LedgerEntry, Payment, PaymentAttempt, Refund, RefundState
from app.payments.payout_models import UNDER_WAY, Payout, PayoutState
from app.payments.proof_sums import account_of, moved_through
from app.payments.provider_models import StrayCharge
from app.payments.providers.manual import NAME
from app.payments.proving import Question, count_of, fault

_SENT = func.coalesce(case((HandTransfer.state == TransferState.DONE, HandTransfer.amount_minor), else_=0), 0)


def questions() -> list[Question]:
    """The account at the bank as a whole, what came, and what was sent."""
    return [_of_the_account(), *_of_lines(), *_of_transfers()]


def _of_the_account() -> Question:
    """What came, less what was sent, is what the ledger says lies at the bank."""
    nothing, came, sent = literal(0), StatementLine, HandTransfer
    both = union_all(
        select(came.currency, came.amount_minor.label("bank"), nothing.label("ours")).where(came.state != LineState.SET_ASIDE),
        select(sent.currency, -sent.amount_minor, nothing).where(sent.state == TransferState.DONE),
        select(LedgerEntry.currency, nothing, -LedgerEntry.amount_minor).where(LedgerEntry.account == provider_account(NAME)),
    ).subquery()
    bank, ours = func.sum(both.c.bank), func.sum(both.c.ours)
    apart = select(*fault("money in", both.c.currency, bank, ours, both.c.currency)).group_by(both.c.currency).having(bank != ours)
    return Question("manual.account", "What came and was sent is what lies at the bank", count_of(StatementLine), apart)


def _of_lines() -> list[Question]:
    came = func.coalesce(func.sum(StatementLine.amount_minor), 0)
    expected = case((Payment.captured_at.is_not(None), Payment.amount_minor), else_=0) + _strays_of_payment()
    paid = (
        select(*fault("payment", Payment.id, expected, came, Payment.currency))
        .outerjoin(PaymentAttempt, PaymentAttempt.payment_id == Payment.id)
        .outerjoin(ManualPayment, (ManualPayment.key == PaymentAttempt.key) & (ManualPayment.currency == Payment.currency))
        .outerjoin(StatementLine, StatementLine.payment_id == ManualPayment.id)
        .where(Payment.provider == NAME)
        .group_by(Payment.id, Payment.captured_at, Payment.amount_minor, Payment.currency)
        .having(expected != came)
    )
    nobodys = (
        select(*fault("transfer", ManualPayment.id, "a try to pay", "none"))
        .outerjoin(PaymentAttempt, PaymentAttempt.key == ManualPayment.key)
        .where(PaymentAttempt.id.is_(None))
    )
    moved = moved_through("unmatched")
    is_held = (StatementLine.state == LineState.UNMATCHED) | HandTransfer.state.in_(OWED)
    held, found = case((is_held, StatementLine.amount_minor), else_=0), func.coalesce(moved.c.held, 0)
    strange = (
        select(*fault("statement line", StatementLine.id, held, found, StatementLine.currency))
        .outerjoin(moved, moved.c.account == account_of("unmatched", StatementLine.id))
        .outerjoin(HandTransfer, HandTransfer.key == literal("line-") + cast(StatementLine.id, String))
        .where(held != found)
    )
    return [
        Question("manual.paid", "Every payment has exactly the lines that paid it", count_of(ManualPayment), paid),
        Question("manual.known", "Every reference we gave out is a try of ours", count_of(ManualPayment), nobodys),
        Question("manual.unmatched", "Money nobody could be found for is held until it is", count_of(StatementLine), strange),
    ]


def _strays_of_payment() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(StrayCharge.amount_minor), 0))
        .where(StrayCharge.payment_id == Payment.id, StrayCharge.is_taken)
        .correlate(Payment)
        .scalar_subquery()
    )


def _of_transfers() -> list[Question]:
    back = case(((Refund.state == RefundState.DONE) & Payment.captured_at.is_not(None), Refund.amount_minor), else_=0)
    refunds = (
        select(*fault("refund", Refund.id, back, _SENT, Payment.currency))
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(HandTransfer, HandTransfer.key == Refund.key)
        .where(Payment.provider == NAME, back != _SENT)
    )
    stray = case((StrayCharge.is_taken & (StrayCharge.state == RefundState.DONE), StrayCharge.amount_minor), else_=0)
    strays = (
        select(*fault("stray charge", StrayCharge.id, stray, _SENT, Payment.currency))
        .join(Payment, Payment.id == StrayCharge.payment_id)
        .outerjoin(HandTransfer, HandTransfer.key == StrayCharge.key)
        .where(Payment.provider == NAME, stray != _SENT)
    )
    paid = case((Payout.state == PayoutState.PAID, Payout.amount_minor), else_=0)
    payouts = (
        select(*fault("payout", Payout.id, paid, _SENT, Payout.currency))
        .outerjoin(HandTransfer, HandTransfer.key == Payout.key)
        .where(Payout.provider == NAME, Payout.state.not_in(UNDER_WAY), paid != _SENT)
    )
    rows = [
        select(HandTransfer.id)
        .join(model, model.key == HandTransfer.key)
        .where(HandTransfer.purpose.in_(purposes), amount == HandTransfer.amount_minor)
        for model, amount, purposes in (
            (Refund, Refund.amount_minor, (TransferKind.REFUND,)),
            (StrayCharge, StrayCharge.amount_minor, (TransferKind.REFUND,)),
            (Payout, Payout.amount_minor, (TransferKind.WITHDRAWAL,)),
        )
    ]
    of_line = select(HandTransfer.id).join(StatementLine, HandTransfer.key == literal("line-") + cast(StatementLine.id, String))
    rows.append(of_line.where(StatementLine.amount_minor == HandTransfer.amount_minor))
    known = select(union_all(*rows).subquery().c.id)
    nobodys = select(*fault("to send", HandTransfer.id, "a row it was made for", "none")).where(
        HandTransfer.id.in_(select(HandTransfer.id).except_(known))
    )
    return [
        Question("manual.refunds", "Every refund that is done was sent, and no other", count_of(Refund), refunds),
        Question("manual.strays", "Every stray charge that is back was sent", count_of(StrayCharge), strays),
        Question("manual.payouts", "Every withdrawal that is paid was sent, and no other", count_of(Payout), payouts),
        Question("manual.sent_known", "Everything on the list to send has its row and its sum", count_of(HandTransfer), nobodys),
    ]
