"""What the stories of documents ask of them."""

from app.accounts.models import User
from app.extensions import db
from app.payments import receipts
from app.payments.receipt_models import Receipt, ReceiptKind


def of(person: User, *kinds: ReceiptKind) -> list[Receipt]:
    """Somebody's documents of some kinds (of all), the first one first."""
    query = db.select(Receipt).where(Receipt.person_id == person.id).order_by(Receipt.id)
    return list(db.session.scalars(query.where(Receipt.kind.in_(kinds)) if kinds else query))


def said(receipt: Receipt) -> dict[str, str]:
    """Everything a document says, by label."""
    words = receipts.wording_of(receipt)
    return {line.label: line.text for line in (*words.facts, *words.sums, words.total, *words.taxes)}
