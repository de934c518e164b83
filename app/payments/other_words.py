"""What documents about money beyond what was due, and about withdrawals, say."""

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.payments.document_words import BANKS_TAKE_TIME, FROM_YOUR_BANK, payer_of, repeated_facts
from app.payments.manual.models import HandTransfer
from app.payments.manual.sending import REST
from app.payments.models import RefundState
from app.payments.payout_models import Payout
from app.payments.provider_models import StrayCharge
from app.payments.receipt_models import Receipt
from app.payments.receipt_phrases import clock, exact, issuer
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import wording_of
from app.payments.subjects import Subject

ALL_BACK = "It came on top of what was due, so none of it is ours to keep: all of it goes back by itself. A credit note follows."


def stray(charge: StrayCharge, subject: Subject) -> Wording:
    """For the payer: this was taken although nothing was due, and it goes back whole. It buys nothing, so no tax is in it."""
    payer = payer_of(charge.payment)
    return Wording(
        title="Surplus receipt",
        issuer=issuer(),
        to=payer.name,
        issued=clock(now(), payer.timezone),
        facts=(
            *subject.facts,
            Line("Taken", clock(charge.found_at, payer.timezone)),
            *_named(charge),
        ),
        sums=(Line("Taken beyond what was due", exact(charge.amount)),),
        total=Line("To go back to you", exact(charge.amount)),
        notes=(ALL_BACK,),
    )


def stray_back(charge: StrayCharge, of: Receipt) -> Wording:
    """For the payer: it is back, sent by us or taken by their bank, whichever was quicker."""
    payer, by_bank = payer_of(charge.payment), charge.state is RefundState.FAILED
    back_at = clock(charge.done_at or now(), payer.timezone)
    because = "Your bank took it back before we could send it." if by_bank else "It came on top of what was due."
    return Wording(
        title="Surplus credit note",
        issuer=issuer(),
        to=wording_of(of).to,
        issued=clock(now(), payer.timezone),
        facts=(
            Line("Takes from", f"Receipt {of.number}"),
            Line("Because", because),
            *repeated_facts(of),
            Line("Taken back" if by_bank else "Sent back", back_at),
        ),
        sums=(Line(f"Taken with receipt {of.number}", exact(charge.amount)),),
        total=Line("Back from your bank" if by_bank else "Goes back to you", exact(charge.amount)),
        notes=(FROM_YOUR_BANK if by_bank else BANKS_TAKE_TIME,),
    )


def withdrawal(payout: Payout) -> Wording:
    """For the mentor: how much went where, when it was asked for, when it arrived, and how the bank calls it."""
    mentor = db.session.get_one(User, payout.mentor_id)
    reference = _reference_of(payout)
    return Wording(
        title="Withdrawal",
        issuer=issuer(),
        to=mentor.name,
        issued=clock(now(), mentor.timezone),
        facts=(
            Line("Paid to", payout.label),
            Line("Asked for", clock(payout.wanted_at, mentor.timezone)),
            Line("Arrived", clock(payout.done_at or now(), mentor.timezone)),
            *([Line("Reference", reference)] if reference else []),
        ),
        sums=(Line("Withdrawn from your earnings", exact(payout.amount)),),
        total=Line("Paid to you", exact(payout.amount)),
        notes=("What it was earned with is in the statements of your sessions and gifts.",),
    )


def _named(charge: StrayCharge) -> list[Line]:
    """As the provider calls it. A part of a transfer has no name of its own."""
    is_part = charge.provider_payment_id.startswith(REST)
    return [] if is_part else [Line("Reference", charge.provider_payment_id)]


def _reference_of(payout: Payout) -> str:
    """As the provider calls it; of a transfer made by hand, as the bank does."""
    by_hand = db.session.scalar(select(HandTransfer.bank_reference).where(HandTransfer.key == payout.key))
    return by_hand or payout.provider_payout_id or ""
