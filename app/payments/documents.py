"""Which documents a payment and a withdrawal need, and the sweep that writes what a crash left out.

A chargeback touches the payer's documents only: the loss is the platform's, so a mentor's statement stays true as it is.
A withdrawal that was paid is paid for good (payouts.py), so nothing takes from its document; one that came back moved no money.
"""

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import document_words as words
from app.payments import other_words, receipts, receipts_wanted, taxes
from app.payments.models import Payment, Refund, RefundState
from app.payments.payout_models import Payout, PayoutState
from app.payments.provider_models import StrayCharge
from app.payments.receipt_models import Receipt, ReceiptKind
from app.payments.receipt_wording import Wording
from app.payments.receipts import Draft
from app.payments.strays import of_payment
from app.payments.subjects import Subject, subject_of
from app.payments.taxes import Taxed

Known = dict[tuple[ReceiptKind, int], Receipt]


def document_payment(payment_id: int) -> None:
    """A receipt for what was taken, and a counter-document for each time money went back. Harmless any number of times.

    Each is written alone: a receipt stands even when the credit note after it cannot be written yet.
    """
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    due = _due(payment)
    known = _known(payment)
    for kind, subject_id in due:
        if (kind, subject_id) not in known:
            _document(payment_id, kind, subject_id)


def document_withdrawal(payout_id: int) -> None:
    """The mentor has it in writing once it arrived. Once."""
    with transaction():
        payout = db.session.get_one(Payout, payout_id, populate_existing=True)
        if payout.state is not PayoutState.PAID or receipts.written(ReceiptKind.WITHDRAWAL, payout.id) is not None:
            return
        receipts.write(
            Draft(
                kind=ReceiptKind.WITHDRAWAL,
                subject_id=payout.id,
                person_id=payout.mentor_id,
                amount=payout.amount,
                about="withdrawal",
                reference=str(payout.id),
                wording=other_words.withdrawal(payout),
            )
        )


def write_missing() -> None:
    """Find money whose document was lost between two commits, oldest first, and write it."""
    receipts_wanted.write_missing(
        {
            ReceiptKind.RECEIPT: document_payment,
            ReceiptKind.CREDIT: _document_refund,
            ReceiptKind.CHARGEBACK: document_payment,
            ReceiptKind.PUT_BACK: document_payment,
            ReceiptKind.STRAY: _document_stray,
            ReceiptKind.STRAY_BACK: _document_stray,
            ReceiptKind.WITHDRAWAL: document_withdrawal,
        }
    )


def _document_refund(refund_id: int) -> None:
    document_payment(db.session.get_one(Refund, refund_id).payment_id)


def _document_stray(stray_id: int) -> None:
    document_payment(db.session.get_one(StrayCharge, stray_id).payment_id)


def _due(payment: Payment) -> list[tuple[ReceiptKind, int]]:
    """Every document that what has happened so far needs, each after the one it names."""
    found: list[tuple[ReceiptKind, int]] = []
    if payment.captured_at is not None:  # else nothing was taken, so there is nothing to document
        found.append((ReceiptKind.RECEIPT, payment.id))
        back = [refund for refund in payment.refunds if refund.state is RefundState.DONE]
        found += [(ReceiptKind.CREDIT, refund.id) for refund in back if not _is_after_putting_back(payment, refund)]
        if payment.charged_back_at is not None:
            found.append((ReceiptKind.CHARGEBACK, payment.id))
        if payment.put_back_at is not None:
            found.append((ReceiptKind.PUT_BACK, payment.id))
        found += [(ReceiptKind.CREDIT, refund.id) for refund in back if _is_after_putting_back(payment, refund)]
    for charge in of_payment(payment.id):
        if charge.is_taken:  # what was only held and let go moved no money
            found.append((ReceiptKind.STRAY, charge.id))
            found += [(ReceiptKind.STRAY_BACK, charge.id)] if charge.state is not RefundState.WANTED else []
    return found


def _is_after_putting_back(payment: Payment, refund: Refund) -> bool:
    """Then the payment stands again when it is heard of, perhaps long after it was made."""
    return payment.put_back_at is not None and refund.done_at is not None and refund.done_at >= payment.put_back_at


def _known(payment: Payment) -> Known:
    payer = words.payer_of(payment)
    written = receipts.of_references(payer, payment.purpose, [payment.reference]).get(payment.reference, [])
    return {(one.kind, one.subject_id): one for one in written}


def _document(payment_id: int, kind: ReceiptKind, subject_id: int) -> None:
    """One document, behind the payment's lock: two that share a receipt's taxes must not be worded at once."""
    taxed = _taxed(payment_id) if kind is ReceiptKind.RECEIPT else Taxed()
    with transaction():
        payment = db.session.get_one(Payment, payment_id, populate_existing=True, with_for_update={"of": Payment})
        subject, known = subject_of(payment, words.payer_of(payment)), _known(payment)
        amount, wording, cancels = _said(payment, subject, kind, subject_id, known, taxed)
        receipts.write(
            Draft(
                kind=kind,
                subject_id=subject_id,
                person_id=payment.payer_id,
                amount=amount,
                about=payment.purpose,
                reference=payment.reference,
                wording=wording,
                cancels=cancels,
            )
        )


def _said(
    payment: Payment, subject: Subject, kind: ReceiptKind, subject_id: int, known: Known, taxed: Taxed
) -> tuple[Money, Wording, Receipt | None]:
    """The amount, the words, and the document that it takes from."""
    if kind is ReceiptKind.RECEIPT:
        return payment.amount, words.receipt(payment, subject, taxed), None
    if kind is ReceiptKind.CREDIT:
        refund = db.session.get_one(Refund, subject_id)
        of = _credited(payment, refund, known)
        return Money(refund.amount_minor, payment.currency), words.credit(payment, subject, refund, of), of
    if kind is ReceiptKind.CHARGEBACK:
        of = known[ReceiptKind.RECEIPT, payment.id]
        return payment.charged_back, words.chargeback(payment, of), of
    if kind is ReceiptKind.PUT_BACK:
        of = known[ReceiptKind.CHARGEBACK, payment.id]
        return payment.put_back, words.put_back(payment, of), of
    charge = db.session.get_one(StrayCharge, subject_id)
    if kind is ReceiptKind.STRAY:
        return charge.amount, other_words.stray(charge, subject), None
    of = known[ReceiptKind.STRAY, charge.id]
    return charge.amount, other_words.stray_back(charge, of), of


def _credited(payment: Payment, refund: Refund, known: Known) -> Receipt:
    """The receipt that a refund takes from. After a dispute that was won it is the one that says so; but what had gone back before
    the bank took the rest takes from the first one, of which the bank has left just that much."""
    first, again = known[ReceiptKind.RECEIPT, payment.id], known.get((ReceiptKind.PUT_BACK, payment.id))
    if again is None or payment.charged_back_at is None:
        return first
    taken = sum(one.amount_minor for one in known.values() if one.cancels_id == first.id)
    was_wanted_before = refund.wanted_at <= payment.charged_back_at
    return first if was_wanted_before and taken + refund.amount_minor <= first.amount_minor else again


def _taxed(payment_id: int) -> Taxed:
    """What the operator's tax rule says; asked before anything is locked."""
    payment = db.session.get_one(Payment, payment_id)
    payer = words.payer_of(payment)
    mentor = subject_of(payment, payer).mentor
    sale = taxes.Sale(
        amount=payment.amount,
        payer=_person(payer),
        mentor=_person(mentor) if mentor is not None else None,
        at=payment.captured_at or now(),
        purpose=payment.purpose,
    )
    return taxes.taxed(sale)


def _person(user: User) -> taxes.Person:
    return taxes.Person(user.id, user.name, user.timezone)
