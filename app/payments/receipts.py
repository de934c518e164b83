"""Writing and finding documents; whoever knows what the money was for hands the words in."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, text

from app.accounts.models import User
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.money import Money
from app.kernel.offload import in_a_process
from app.kernel.transaction import transaction
from app.payments import receipts_wanted
from app.payments.events import ReceiptWritten
from app.payments.receipt_models import Receipt, ReceiptCounter, ReceiptKind
from app.payments.receipt_wording import Wording, wording_from

PREFIX = {
    ReceiptKind.RECEIPT: "R",
    ReceiptKind.STRAY: "R",
    ReceiptKind.PUT_BACK: "R",
    ReceiptKind.CREDIT: "C",
    ReceiptKind.CHARGEBACK: "C",
    ReceiptKind.STRAY_BACK: "C",
    ReceiptKind.STATEMENT: "S",
    ReceiptKind.TIP: "S",
    ReceiptKind.WITHDRAWAL: "W",
}
"""The series a kind is numbered in: what was taken, what takes from that, what became a mentor's, what they withdrew."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be documented: the row (`subject_id`), for whom, how much, what it was for, and the words."""

    kind: ReceiptKind
    subject_id: int
    person_id: int
    amount: Money
    about: str
    reference: str
    wording: Wording
    cancels: Receipt | None = None


def write(draft: Draft) -> Receipt:
    """Give the document the next number of its series and write it down; the same subject twice is one document.

    The counter's row is locked until the commit, so numbers have no gaps: what is rolled back takes its number back with it.
    """
    moment = now()
    series = f"{PREFIX[draft.kind]}-{moment:%Y}"
    with transaction() as tx:
        counter = _locked_counter(series)
        known = written(draft.kind, draft.subject_id)
        if known is not None:
            return known
        counter.last += 1
        receipt = Receipt(
            number=f"{series}-{counter.last:06d}",
            kind=draft.kind,
            subject_id=draft.subject_id,
            person_id=draft.person_id,
            cancels_id=draft.cancels.id if draft.cancels else None,
            about=draft.about,
            reference=draft.reference,
            amount_minor=draft.amount.amount_minor,
            currency=draft.amount.currency,
            wording=asdict(draft.wording),
            issued_at=moment,
        )
        db.session.add(receipt)
        db.session.flush()
        receipts_wanted.is_written(draft.kind, draft.subject_id)
        tx.publish(ReceiptWritten(receipt.id, receipt.person_id, receipt.kind.value))
    return receipt


def written(kind: ReceiptKind, subject_id: int) -> Receipt | None:
    """The document of one row, if there is one."""
    return db.session.scalar(select(Receipt).where(Receipt.kind == kind, Receipt.subject_id == subject_id))


def of_person(person: User, number: str) -> Receipt:
    """Somebody's own document; NotFound for anybody else's."""
    receipt = db.session.scalar(select(Receipt).where(Receipt.number == number, Receipt.person_id == person.id))
    if receipt is None:
        raise NotFound("We could not find this receipt.")
    return receipt


def countering(receipt: Receipt) -> list[Receipt]:
    """What takes from a document so far, the first one first."""
    query = select(Receipt).where(Receipt.person_id == receipt.person_id, Receipt.about == receipt.about)
    query = query.where(Receipt.reference == receipt.reference, Receipt.cancels_id == receipt.id)
    return list(db.session.scalars(query.order_by(Receipt.id)))


def of_references(person: User, about: str, references: Iterable[int | str]) -> dict[str, list[Receipt]]:
    """Somebody's documents about many things, oldest first, by reference: one query."""
    wanted = [str(reference) for reference in references]
    query = select(Receipt).where(Receipt.person_id == person.id, Receipt.about == about, Receipt.reference.in_(wanted))
    found: dict[str, list[Receipt]] = {}
    for receipt in db.session.scalars(query.order_by(Receipt.id)):
        found.setdefault(receipt.reference, []).append(receipt)
    return found


def wording_of(receipt: Receipt) -> Wording:
    """The words of a document, as they were written."""
    return wording_from(receipt.wording)


def address_of(receipt: Receipt) -> str:
    """Where a document stands as a page."""
    return f"{settings().base_url}/receipts/{receipt.number}"


def pdf_of(receipt: Receipt) -> bytes:
    """The same as a PDF."""
    return pdf_from(receipt.number, wording_of(receipt), receipt.issued_at, address_of(receipt))


def pdf_from(number: str, wording: Wording, issued_at: datetime, address: str) -> bytes:
    """A document of these words as a PDF, drawn by a process of its own: half a second of work that must stop nobody else's."""
    given = {"number": number, "wording": asdict(wording), "issued_at": issued_at.isoformat(), "address": address}
    return in_a_process("app.payments.receipt_pdf", json.dumps(given).encode())


def _locked_counter(series: str) -> ReceiptCounter:
    begin = text("INSERT INTO receipt_counters (series, last) VALUES (:series, 0) ON CONFLICT DO NOTHING")
    db.session.execute(begin, {"series": series})
    query = select(ReceiptCounter).where(ReceiptCounter.series == series).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
