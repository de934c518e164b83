"""What receipts of payments, and the documents that take from them, say: every text fixed at the moment of writing.

A counter-document repeats the words of the receipt it names, not today's: the session may have another title by now.
"""

from collections.abc import Sequence

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.models import Payment, Refund
from app.payments.receipt_models import Receipt
from app.payments.receipt_phrases import clock, exact, issuer
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import countering, wording_of
from app.payments.subjects import Subject
from app.payments.taxes import UNKNOWN, Taxed, TaxLines, shared

OF_ONE_TIME = ("Paid", "Paid with", "Taken", "Takes from", "Because", "Taken back", "Put back")
"""Facts of a document that its counter-documents do not repeat: they have a moment, a way and a reason of their own."""
BANKS_TAKE_TIME = "Your bank may need some days until you see it."
FROM_YOUR_BANK = "The money comes to you from your bank, which has taken it back from us. We send nothing besides."


def receipt(payment: Payment, subject: Subject, taxed: Taxed) -> Wording:
    """For the payer: what was bought, how it was paid, what was agreed, and which taxes are in it."""
    payer = payer_of(payment)
    paid_at = payment.captured_at or now()
    facts = [*subject.facts, Line("Paid", clock(paid_at, payer.timezone)), Line("Paid with", payment.method_label or "–")]
    return Wording(
        title="Receipt",
        issuer=issuer(),
        to=payer.name,
        issued=clock(now(), payer.timezone),
        facts=(*facts, *taxed.facts),
        sums=(Line(subject.bought, exact(payment.amount)),),
        total=Line("Paid in all", exact(payment.amount)),
        notes=(*subject.notes, *taxed.notes),
        taxes=taxed.taxes,
    )


def credit(payment: Payment, subject: Subject, refund: Refund, of: Receipt) -> Wording:
    """For the payer: what went back, why, and which receipt it takes it from."""
    payer, back = payer_of(payment), Money(refund.amount_minor, payment.currency)
    because = subject.because.get(refund.reason)
    return Wording(
        title="Credit note",
        **_repeated(of, payer),
        facts=(
            *_takes_from(of, because),
            Line("Sent back", clock(refund.done_at or now(), payer.timezone)),
            Line("To", payment.method_label or "–"),
        ),
        sums=(Line(f"Paid with receipt {of.number}", exact(of.amount)),),
        total=Line("Goes back to you", exact(back)),
        notes=(BANKS_TAKE_TIME, *_still_unknown(of)),
        taxes=_taxes_in(back, of),
    )


def chargeback(payment: Payment, of: Receipt) -> Wording:
    """For the payer: their bank has given it back to them, not we."""
    payer = payer_of(payment)
    taken_at = payment.charged_back_at or now()
    return Wording(
        title="Taken back by your bank",
        **_repeated(of, payer),
        facts=(*_takes_from(of, "Your bank took this payment back."), Line("Taken back", clock(taken_at, payer.timezone))),
        sums=(Line(f"Paid with receipt {of.number}", exact(payment.amount)),),
        total=Line("Back from your bank", exact(payment.charged_back)),
        notes=(FROM_YOUR_BANK, *_still_unknown(of)),
        taxes=_taxes_in(payment.charged_back, of),
    )


def put_back(payment: Payment, of: Receipt) -> Wording:
    """For the payer: their bank has decided that the payment stands, so this is their receipt now."""
    payer = payer_of(payment)
    back_at = payment.put_back_at or now()
    return Wording(
        title="Put back by your bank",
        **_repeated(of, payer),
        facts=(
            Line("Takes from", f"Document {of.number}"),
            Line("Because", "Your bank decided that this payment stands."),
            *repeated_facts(of),
            Line("Put back", clock(back_at, payer.timezone)),
        ),
        sums=(Line(f"Taken back with document {of.number}", exact(payment.charged_back)),),
        total=Line("Paid after all", exact(payment.put_back)),
        notes=("Your bank has taken it from you again and put it back with us.", *_still_unknown(of)),
        taxes=wording_of(of).taxes,
    )


def payer_of(payment: Payment) -> User:
    """Whom documents of a payment are for."""
    return db.session.get_one(User, payment.payer_id)


def repeated_facts(of: Receipt) -> list[Line]:
    """What a receipt says of the thing itself."""
    return [line for line in wording_of(of).facts if line.label not in OF_ONE_TIME]


def _repeated(of: Receipt, payer: User) -> dict[str, str]:
    return {"issuer": issuer(), "to": wording_of(of).to, "issued": clock(now(), payer.timezone)}


def _takes_from(of: Receipt, because: str | None) -> tuple[Line, ...]:
    reason = [Line("Because", because)] if because else []
    return Line("Takes from", f"Receipt {of.number}"), *reason, *repeated_facts(of)


def _still_unknown(of: Receipt) -> Sequence[str]:
    return [note for note in wording_of(of).notes if note == UNKNOWN]


def _taxes_in(back: Money, of: Receipt) -> TaxLines:
    earlier = countering(of)
    before = Money(sum(one.amount_minor for one in earlier), back.currency)
    return shared(wording_of(of).taxes, of.amount, back, before, [wording_of(one).taxes for one in earlier])


