"""Documents in a town at rest: one for each movement of money, numbered without gaps, and as they were when first seen."""

import hashlib
import json

from sqlalchemy import func, select

from app.extensions import db
from app.payments.ledger import LOSSES
from app.payments.models import LedgerEntry, LedgerTransaction, Refund
from app.payments.receipt_models import Receipt, ReceiptCounter, ReceiptKind, ReceiptWanted

MOVED = {
    ReceiptKind.RECEIPT: (("capture",), "held:"),
    ReceiptKind.CREDIT: (("refund",), "held:"),
    ReceiptKind.CHARGEBACK: (("chargeback",), LOSSES),
    ReceiptKind.PUT_BACK: (("chargeback_won",), LOSSES),
    ReceiptKind.STRAY: (("stray",), "held:stray:"),
    ReceiptKind.STRAY_BACK: (("stray_back", "stray_taken_back"), "held:stray:"),
    ReceiptKind.STATEMENT: (("release",), "mentor:"),
    ReceiptKind.TIP: (("tip_release",), "mentor:%:available"),
    ReceiptKind.WITHDRAWAL: (("payout_paid",), "mentor:"),
}
"""Which deeds of the ledger each kind documents, and in whose account its sum stands."""
COUNTERS = (ReceiptKind.CREDIT, ReceiptKind.CHARGEBACK, ReceiptKind.PUT_BACK, ReceiptKind.STRAY_BACK)
UNDOCUMENTED = ("gift", "payout", "payout_returned", "chargeback_covered", "chargeback_uncovered", "stray_put_back")
"""Deeds that move money between accounts of ours only: nobody has got or given anything by them."""


def prints_of_all() -> dict[str, str]:
    """A fingerprint of each document, by number."""
    return {one.number: _print_of(one) for one in db.session.scalars(select(Receipt).execution_options(populate_existing=True))}


def papers_are_in_order() -> None:
    """AssertionError says which money has no document, two, or one that says something else."""
    assert db.session.scalars(select(ReceiptWanted.id)).all() == [], "a document is still to be written"
    documented = {kind for kinds, _account in MOVED.values() for kind in kinds}
    assert set(db.session.scalars(select(LedgerTransaction.kind))) <= documented | set(UNDOCUMENTED), "a deed nobody documents"
    for kind, (deeds, account) in MOVED.items():
        assert _said(kind) == _moved(deeds, account), f"every {kind.value} is written once, of what the ledger moved"
    _counters_name_what_they_take_from()
    _numbers_have_no_gaps()


def _said(kind: ReceiptKind) -> list[tuple[int, int]]:
    found = db.session.execute(select(Receipt.subject_id, Receipt.amount_minor).where(Receipt.kind == kind))
    return sorted((number, minor) for number, minor in found)


def _moved(deeds: tuple[str, ...], account: str) -> list[tuple[int, int]]:
    """What deeds moved through the accounts of a name, by the row they are about; nothing at all is documented too."""
    pattern = account if "%" in account else f"{account}%"
    theirs = func.abs(func.sum(LedgerEntry.amount_minor).filter(LedgerEntry.account.like(pattern)))
    query = select(LedgerTransaction.reference, func.coalesce(theirs, 0)).join(LedgerTransaction.entries)
    found = db.session.execute(query.where(LedgerTransaction.kind.in_(deeds)).group_by(LedgerTransaction.id, LedgerTransaction.reference))
    return sorted({(int(reference), int(minor)) for reference, minor in found})  # a stray may be back twice: one document says so


def _counters_name_what_they_take_from() -> None:
    payment_of = dict(map(tuple, db.session.execute(select(Refund.id, Refund.payment_id)).all()))
    by_id = {one.id: one for one in db.session.scalars(select(Receipt))}
    taken: dict[int, int] = {}
    for one in by_id.values():
        if one.kind not in COUNTERS:
            assert one.cancels_id is None, f"{one.number} takes from nothing"
            continue
        named = by_id[one.cancels_id or 0]
        expected = {
            ReceiptKind.CREDIT: (ReceiptKind.RECEIPT, payment_of.get(one.subject_id)),
            ReceiptKind.CHARGEBACK: (ReceiptKind.RECEIPT, one.subject_id),
            ReceiptKind.PUT_BACK: (ReceiptKind.CHARGEBACK, one.subject_id),
            ReceiptKind.STRAY_BACK: (ReceiptKind.STRAY, one.subject_id),
        }[one.kind]
        stands_again = one.kind is ReceiptKind.CREDIT and named.kind is ReceiptKind.PUT_BACK
        found = (ReceiptKind.RECEIPT if stands_again else named.kind, named.subject_id)
        assert found == expected, f"{one.number} names another document than the one it takes from"
        assert (named.person_id, named.currency) == (one.person_id, one.currency)
        taken[named.id] = taken.get(named.id, 0) + one.amount_minor
    for number, minor in taken.items():
        assert minor <= by_id[number].amount_minor, f"more was taken from {by_id[number].number} than it says"


def _numbers_have_no_gaps() -> None:
    numbers = sorted(db.session.scalars(select(Receipt.number)))
    for counter in db.session.scalars(select(ReceiptCounter)):
        own = [number for number in numbers if number.startswith(f"{counter.series}-")]
        assert own == [f"{counter.series}-{count:06d}" for count in range(1, counter.last + 1)], f"gaps in {counter.series}"
    series = set(db.session.scalars(select(ReceiptCounter.series)))
    assert {number.rpartition("-")[0] for number in numbers} <= series


def _print_of(one: Receipt) -> str:
    said = [one.kind.value, one.subject_id, one.person_id, one.cancels_id, one.amount_minor, one.currency, one.wording, str(one.issued_at)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()

