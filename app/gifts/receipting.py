"""What documents say about gifts: to the giver what they gave, to the mentor what became theirs."""

from app.accounts.models import User
from app.bookings.receipt_words import session_facts
from app.extensions import db
from app.gifts.models import Gift
from app.gifts.queries import SOMEBODY, by_id
from app.kernel.clock import now
from app.kernel.schedule import Periodic
from app.payments import receipts, receipts_wanted
from app.payments.models import Payment
from app.payments.receipt_models import ReceiptKind
from app.payments.receipt_phrases import clock, exact, issuer, minus, percent
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import Draft
from app.payments.subjects import Subject

BECAUSE = {
    "undone": "You took it back within the minute.",
    "failed": "It could not be given.",
    "late": "The payment came too late.",
}
"""Reasons of refunds, as bookings/receipt_words.py has them."""
GIFT = "Gift to a mentor"


def subject(payment: Payment, reader: User) -> Subject:
    """What a payment of purpose "gift" is for, to its giver."""
    gift = db.session.get(Gift, int(payment.reference))
    if gift is None:
        return Subject(GIFT, because=BECAUSE)
    facts = (*session_facts(gift.booking, reader), Line("Mentor", gift.mentor.name))
    return Subject(GIFT, mentor=gift.mentor, facts=facts, because=BECAUSE)


def document_tip(gift_id: int) -> None:
    """The mentor's statement, once the gift is theirs to withdraw. Once."""
    gift = by_id(gift_id)
    if gift.released_at is None or receipts.written(ReceiptKind.TIP, gift.id) is not None:
        return
    receipts.write(
        Draft(
            kind=ReceiptKind.TIP,
            subject_id=gift.id,
            person_id=gift.mentor_id,
            amount=gift.net,
            about="gift",
            reference=str(gift.id),
            wording=statement(gift),
        )
    )


def statement(gift: Gift) -> Wording:
    """For the mentor: what was given, the fee if there is one, and what is theirs. Of a private gift neither giver nor session."""
    mentor = gift.mentor
    session = [] if gift.is_private else session_facts(gift.booking, mentor)
    fee = [] if gift.fee.is_zero else [Line(f"Platform fee ({percent(gift.fee_bps)} of the gift)", minus(gift.fee))]
    return Wording(
        title="Statement of a gift",
        issuer=issuer(),
        to=mentor.name,
        issued=clock(now(), mentor.timezone),
        facts=(
            Line("From", SOMEBODY if gift.is_private else gift.giver.name),
            *session,
            Line("Given", clock(gift.created_at, mentor.timezone)),
            Line("Yours since", clock(gift.released_at or now(), mentor.timezone)),
        ),
        sums=(Line("Gift", exact(gift.amount)), *fee),
        total=Line("For you", exact(gift.net)),
        notes=("It is part of what you may withdraw on the page Withdrawals.",),
    )


def write_missing() -> None:
    """Find gifts whose statement was lost between two commits, oldest first, and write it."""
    receipts_wanted.write_missing({ReceiptKind.TIP: document_tip})


PERIODIC = (Periodic("gifts.write_missing_statements", 60, write_missing),)
