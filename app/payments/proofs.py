"""What the ledger, the payments, the refunds and the withdrawals must say of each other."""

from sqlalchemy import String, case, cast, func, literal, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.payments import other_ways_proofs as other_ways
from app.payments.balances import COUNTED_BY_KIND, EVERYTHING, MAY_BE_NEGATIVE, account_balances
from app.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, RefundState
from app.payments.payout_models import UNDER_WAY, Payout, PayoutState
from app.payments.proof_sums import is_none_of
from app.payments.proving import Question, count_of, fault

NAMES = (
    "provider:%",
    "held:booking:%",
    "held:gift:%",
    "held:stray:%",
    "held:unmatched:%",
    "mentor:%:available",
    "mentor:%:tips",
    "mentor:%:in_payout",
    "platform:fees",
    "platform:losses",
    "platform:provider_costs",
)
"""Every account there may be. Money of a new purpose needs questions of its own before it may have a name here."""
_THEN = LedgerTransaction
_AMOUNT = func.sum(LedgerEntry.amount_minor)


def questions() -> list[Question]:
    """All of them, the ledger's own first."""
    return [
        *_of_the_ledger(),
        *_of_balances(),
        *_of_payments(),
        *_of_refunds(),
        *other_ways.questions(),
        *_of_payouts(),
    ]


def at_the_provider(kind: str) -> ColumnElement[int]:
    """What a transaction of a kind moved into (positive) a provider's account, as a sum to select beside its reference."""
    return func.sum(case(((_THEN.kind == kind) & LedgerEntry.account.startswith("provider:"), LedgerEntry.amount_minor), else_=0))


def _of_the_ledger() -> list[Question]:
    uneven = select(*fault("transaction", LedgerEntry.transaction_id, literal(0), _AMOUNT, LedgerEntry.currency))
    currencies = select(*fault("all entries in", LedgerEntry.currency, literal(0), _AMOUNT, LedgerEntry.currency))
    names = func.min(LedgerEntry.account)
    below = select(*fault("account", names, literal(0), _AMOUNT, LedgerEntry.currency)).group_by(
        LedgerEntry.account, LedgerEntry.currency
    )
    theirs = [~LedgerEntry.account.startswith(prefix) for prefix in MAY_BE_NEGATIVE]
    named = or_(*(LedgerEntry.account.like(pattern) for pattern in NAMES))
    strange = select(*fault("account", LedgerEntry.account, "a name we know", "none")).where(~named).group_by(LedgerEntry.account)
    return [
        Question(
            "ledger.transactions",
            "Every transaction sums to zero",
            count_of(LedgerTransaction),
            uneven.group_by(LedgerEntry.transaction_id, LedgerEntry.currency).having(_AMOUNT != 0),
        ),
        Question(
            "ledger.currencies",
            "All entries of a currency sum to zero",
            count_of(LedgerEntry),
            currencies.group_by(LedgerEntry.currency).having(_AMOUNT != 0),
        ),
        Question(
            "ledger.floors",
            "No account of somebody's money is below zero",
            count_of(select(LedgerEntry.account).distinct().subquery()),
            below.where(*theirs).having(_AMOUNT < 0),
        ),
        Question(
            "ledger.names",
            "Every account is one whose money somebody asks after",
            count_of(select(LedgerEntry.account).distinct().subquery()),
            strange,
        ),
    ]


def _of_balances() -> list[Question]:
    kept, then, whose = account_balances.c, LedgerTransaction, (LedgerEntry.account, LedgerEntry.currency)
    own = LedgerTransaction.id == LedgerEntry.transaction_id
    mine, nothing = LedgerEntry.account.startswith(COUNTED_BY_KIND), literal(0)
    both = union_all(
        select(*whose, literal(EVERYTHING).label("kind"), _AMOUNT.label("entries"), nothing.label("kept")).group_by(*whose),
        select(*whose, then.kind, _AMOUNT, nothing).join(then, own).where(mine).group_by(*whose, then.kind),
        select(kept.account, kept.currency, kept.kind, nothing, kept.amount_minor),
    ).subquery()
    entries, balances, column = func.sum(both.c.entries), func.sum(both.c.kept), both.c
    name = column.account + case((column.kind == EVERYTHING, ""), else_=literal(" by ") + column.kind)
    apart = select(*fault("balance of", name, entries, balances, column.currency))
    return [
        Question(
            "ledger.balances",
            "Every kept balance is the sum of its entries",
            count_of(account_balances),
            apart.group_by(column.account, column.currency, column.kind).having(entries != balances),
        )
    ]


def _of_payments() -> list[Question]:
    taken = select(_THEN.reference, (-at_the_provider("capture")).label("taken")).join(_THEN.entries)
    taken_of = taken.where(_THEN.kind == "capture").group_by(_THEN.reference).subquery()
    expected = case((Payment.captured_at.is_not(None), Payment.amount_minor), else_=0)
    found = func.coalesce(taken_of.c.taken, 0)
    matched = select(*fault("payment", Payment.id, expected, found, Payment.currency)).outerjoin(
        taken_of, taken_of.c.reference == cast(Payment.id, String)
    )
    nobodys = select(*fault("capture", _THEN.reference, "a payment", "none")).where(is_none_of(Payment, "capture"))
    return [
        Question("payments.captured", "Every payment has exactly its entries", count_of(Payment), matched.where(expected != found)),
        Question(
            "payments.known",
            "Every capture in the ledger belongs to a payment",
            count_of(select(_THEN.id).where(_THEN.kind == "capture").subquery()),
            nobodys,
        ),
    ]


def _of_refunds() -> list[Question]:
    kinds = _THEN.kind == "refund"
    moved = select(_THEN.reference, at_the_provider("refund").label("back")).join(_THEN.entries).where(kinds)
    back_of = moved.group_by(_THEN.reference).subquery()
    is_back = (Refund.state == RefundState.DONE) & Payment.captured_at.is_not(None)
    expected, found = case((is_back, Refund.amount_minor), else_=0), func.coalesce(back_of.c.back, 0)
    matched = (
        select(*fault("refund", Refund.id, expected, found, Payment.currency))
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(back_of, back_of.c.reference == cast(Refund.id, String))
    )
    nobodys = select(*fault("refund", _THEN.reference, "a refund's row", "none")).where(is_none_of(Refund, "refund"))
    wanted = func.sum(Refund.amount_minor)
    too_much = (
        select(*fault("payment", Payment.id, Payment.amount_minor, wanted, Payment.currency))
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.state != RefundState.FAILED)
        .group_by(Payment.id, Payment.amount_minor, Payment.currency)
        .having(wanted > Payment.amount_minor)
    )
    return [
        Question("refunds.within", "No refunds exceed their payment", count_of(Payment), too_much),
        Question("refunds.entries", "Every refund has exactly its entries", count_of(Refund), matched.where(expected != found)),
        Question(
            "refunds.known",
            "Every refund in the ledger belongs to a refund's row",
            count_of(select(_THEN.id).where(kinds).subquery()),
            nobodys,
        ),
    ]


PAYOUT_KINDS = ("payout", "payout_paid", "payout_returned")


def _of_payouts() -> list[Question]:
    """A withdrawal moves into `:in_payout` when wanted, and out of it when it arrived or came back."""
    into = select(_THEN.reference, _AMOUNT.label("there")).join(_THEN.entries).where(_THEN.kind.in_(PAYOUT_KINDS))
    there_of = into.where(LedgerEntry.account.endswith(":in_payout")).group_by(_THEN.reference).subquery()
    cash = select(_THEN.reference, at_the_provider("payout_paid").label("gone")).join(_THEN.entries)
    gone_of = cash.where(_THEN.kind == "payout_paid").group_by(_THEN.reference).subquery()
    under_way = case((Payout.state.in_(UNDER_WAY), Payout.amount_minor), else_=0)
    paid = case((Payout.state == PayoutState.PAID, Payout.amount_minor), else_=0)
    there, gone = func.coalesce(there_of.c.there, 0), func.coalesce(gone_of.c.gone, 0)
    waiting = select(*fault("payout", Payout.id, under_way, there, Payout.currency)).outerjoin(
        there_of, there_of.c.reference == cast(Payout.id, String)
    )
    arrived = select(*fault("payout", Payout.id, paid, gone, Payout.currency)).outerjoin(
        gone_of, gone_of.c.reference == cast(Payout.id, String)
    )
    nobodys = select(*fault("payout", _THEN.reference, "a withdrawal's row", "none")).outerjoin(
        Payout, cast(Payout.id, String) == _THEN.reference
    )
    begun = select(*fault("payout", Payout.id, literal("its entries"), literal("none"))).outerjoin(
        _THEN, (_THEN.kind == "payout") & (_THEN.reference == cast(Payout.id, String))
    )
    return [
        Question("payouts.begun", "Every withdrawal left what was available", count_of(Payout), begun.where(_THEN.id.is_(None))),
        Question(
            "payouts.under_way",
            "On its way is what was withdrawn and has no answer",
            count_of(Payout),
            waiting.where(under_way != there),
        ),
        Question(
            "payouts.paid", "Every paid withdrawal left the provider, and no other", count_of(Payout), arrived.where(paid != gone)
        ),
        Question(
            "payouts.known",
            "Every withdrawal in the ledger has its row",
            count_of(select(_THEN.id).where(_THEN.kind.in_(PAYOUT_KINDS)).subquery()),
            nobodys.where(_THEN.kind.in_(PAYOUT_KINDS), Payout.id.is_(None)),
        ),
    ]
