"""The rehearsal's books beside ours. What is still being asked about may differ; everything else must be equal, both ways."""

from datetime import timedelta

from sqlalchemy import case, func, literal, or_, select

from app.kernel.clock import now
from app.payments.models import Payment, PaymentAttempt, PaymentState, Refund, RefundState
from app.payments.payout_models import UNDER_WAY, Payout, PayoutState
from app.payments.provider_models import StrayCharge
from app.payments.providers.base import Status
from app.payments.providers.rehearsal_books import payments as charges
from app.payments.providers.rehearsal_books import payouts as sent
from app.payments.providers.rehearsal_books import refunds as given_back
from app.payments.providers.rehearsal_payments import WON
from app.payments.proving import Question, count_of, fault

_ASKING = (PaymentState.CHECKING, PaymentState.PROCESSING, PaymentState.REQUIRES_ACTION)
NAME = "rehearsal"
HEARD_WITHIN = timedelta(hours=1)
"""The sweep asks twice an hour about what no message told."""


def questions() -> list[Question]:
    """Charges, refunds and payouts."""
    return [*_of_charges(), *_of_refunds(), _chargebacks(), _put_back(), *_of_payouts()]


def _of_charges() -> list[Question]:
    taken = func.coalesce(func.sum(case((charges.c.status == Status.SUCCEEDED.value, charges.c.amount_minor), else_=0)), 0)
    strays = (
        select(func.coalesce(func.sum(StrayCharge.amount_minor), 0))
        .where(StrayCharge.payment_id == Payment.id, StrayCharge.is_taken)
        .correlate(Payment)
        .scalar_subquery()
    )
    expected = case((Payment.captured_at.is_not(None), Payment.amount_minor), else_=0) + strays
    is_asking = or_(
        Payment.state.in_(_ASKING),
        (Payment.state == PaymentState.AUTHORIZED),
        Payment.id.in_(select(PaymentAttempt.payment_id).where(PaymentAttempt.outcome == "asked")),
    )
    ours = (
        select(*fault("payment", Payment.id, expected, taken, Payment.currency))
        .outerjoin(PaymentAttempt, PaymentAttempt.payment_id == Payment.id)
        .outerjoin(charges, (charges.c.key == PaymentAttempt.key) & (charges.c.currency == Payment.currency))
        .where(Payment.provider == NAME, ~is_asking)
        .group_by(Payment.id, Payment.captured_at, Payment.amount_minor, Payment.currency)
    )
    theirs = (
        select(*fault("charge", charges.c.provider_id, "a try to pay", "none"))
        .outerjoin(PaymentAttempt, PaymentAttempt.key == charges.c.key)
        .where(PaymentAttempt.id.is_(None))
    )
    let_go = (
        select(*fault("payment", Payment.id, "nothing held on the card", "still held"))
        .join(PaymentAttempt, PaymentAttempt.payment_id == Payment.id)
        .join(charges, charges.c.key == PaymentAttempt.key)
        .where(charges.c.status == Status.AUTHORIZED.value, Payment.state.in_((PaymentState.CANCELED, PaymentState.REFUNDED)))
    )
    mine = count_of(select(Payment.id).where(Payment.provider == NAME).subquery())
    return [
        Question("rehearsal.charges", "The rehearsal took exactly what our payments say", mine, ours.having(expected != taken)),
        Question("rehearsal.known", "Every charge of the rehearsal is a try of ours", count_of(charges), theirs),
        Question("rehearsal.holds", "Nothing stays held on a card whose payment is over", count_of(charges), let_go),
    ]


def _of_refunds() -> list[Question]:
    is_done = (Refund.state == RefundState.DONE) & Payment.captured_at.is_not(None)
    expected = case((is_done, Refund.amount_minor), else_=0)
    found = func.coalesce(given_back.c.amount_minor, 0)
    ours = (
        select(*fault("refund", Refund.id, expected, found, Payment.currency))
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(given_back, given_back.c.key == Refund.key)
        .where(Payment.provider == NAME, Refund.state != RefundState.WANTED, expected != found)
    )
    theirs = (
        select(*fault("refund at the rehearsal", given_back.c.id, "a refund's row", "none"))
        .outerjoin(Refund, Refund.key == given_back.c.key)
        .outerjoin(StrayCharge, StrayCharge.key == given_back.c.key)
        .where(Refund.id.is_(None), StrayCharge.id.is_(None))
    )
    sums = select(given_back.c.provider_id, func.sum(given_back.c.amount_minor).label("back")).group_by(given_back.c.provider_id)
    back_of = sums.subquery()
    back = func.coalesce(back_of.c.back, 0)
    own_sum = (
        select(*fault("charge", charges.c.provider_id, charges.c.refunded_minor, back, charges.c.currency))
        .outerjoin(back_of, back_of.c.provider_id == charges.c.provider_id)
        .where(
            charges.c.refunded_minor != back, charges.c.refunded_minor != charges.c.amount_minor
        )  # all of it: a bank's chargeback
    )
    sent_back = case((StrayCharge.is_taken & (StrayCharge.state == RefundState.DONE), StrayCharge.amount_minor), else_=0)
    stray = (
        select(*fault("stray charge", StrayCharge.id, sent_back, found, Payment.currency))
        .join(Payment, Payment.id == StrayCharge.payment_id)
        .outerjoin(given_back, given_back.c.key == StrayCharge.key)
        .where(Payment.provider == NAME, StrayCharge.state != RefundState.WANTED, sent_back != found)
    )
    return [
        Question("rehearsal.refunds", "The rehearsal gave back exactly what our refunds say", count_of(Refund), ours),
        Question("rehearsal.refunds_known", "Every refund of the rehearsal is one of ours", count_of(given_back), theirs),
        Question("rehearsal.strays", "Every stray charge went back whole", count_of(StrayCharge), stray),
        Question("rehearsal.own_sums", "The rehearsal's charges know what was given back", count_of(charges), own_sum),
    ]


def _chargebacks() -> Question:
    """What payers' banks took back, an hour ago and more, we know of."""
    given = select(given_back.c.provider_id, func.sum(given_back.c.amount_minor).label("back")).group_by(given_back.c.provider_id)
    back_of = given.subquery()
    is_gone = (charges.c.becomes == "") & (charges.c.settles_at < now() - HEARD_WITHIN)
    expected = charges.c.refunded_minor - func.coalesce(back_of.c.back, 0)
    stray = case((StrayCharge.state == RefundState.FAILED, StrayCharge.amount_minor), else_=0)
    found = func.coalesce(case((StrayCharge.id.is_not(None), stray), else_=Payment.charged_back_minor), 0)
    offenders = (
        select(*fault("chargeback of", charges.c.provider_id, expected, found, charges.c.currency))
        .outerjoin(back_of, back_of.c.provider_id == charges.c.provider_id)
        .outerjoin(Payment, Payment.provider_payment_id == charges.c.provider_id)
        .outerjoin(StrayCharge, StrayCharge.provider_payment_id == charges.c.provider_id)
        .where(is_gone, charges.c.status == Status.SUCCEEDED.value)
        .where(charges.c.refunded_minor == charges.c.amount_minor, expected != found)
    )
    looked_at = count_of(select(Payment.id).where(Payment.charged_back_at.is_not(None)).subquery())
    return Question("rehearsal.chargebacks", "What banks took back at the rehearsal is what we know of", looked_at, offenders)


def _put_back() -> Question:
    """What banks put back, an hour ago and more, we know of."""
    won = (charges.c.becomes == WON) & (charges.c.settles_at < now() - HEARD_WITHIN)
    lost, found = func.coalesce(Payment.charged_back_minor, 0), func.coalesce(Payment.put_back_minor, 0)
    offenders = (
        select(*fault("put back to", charges.c.provider_id, lost, found, charges.c.currency))
        .join(Payment, Payment.provider_payment_id == charges.c.provider_id)
        .where(won, lost != found)
    )
    looked_at = count_of(select(charges.c.id).where(charges.c.becomes == WON).subquery())
    return Question("rehearsal.put_back", "What banks put back at the rehearsal is what we know of", looked_at, offenders)


def _of_payouts() -> list[Question]:
    arrived = case((sent.c.becomes == Status.SUCCEEDED.value, sent.c.amount_minor), else_=0)
    expected = case((Payout.state == PayoutState.PAID, Payout.amount_minor), else_=0)
    found = func.coalesce(arrived, 0)
    ours = (
        select(*fault("payout", Payout.id, expected, found, Payout.currency))
        .outerjoin(sent, (sent.c.key == Payout.key) & (sent.c.currency == Payout.currency))
        .where(Payout.provider == NAME, Payout.state.not_in(UNDER_WAY), expected != found)
    )
    theirs = (
        select(*fault("payout at the rehearsal", sent.c.provider_id, literal("a withdrawal's row"), literal("none")))
        .outerjoin(Payout, Payout.key == sent.c.key)
        .where(Payout.id.is_(None))
    )
    amounts = (
        select(*fault("payout", Payout.id, Payout.amount_minor, sent.c.amount_minor, Payout.currency))
        .join(sent, sent.c.key == Payout.key)
        .where(Payout.amount_minor != sent.c.amount_minor)
    )
    return [
        Question("rehearsal.payouts", "The rehearsal paid out exactly what our withdrawals say", count_of(Payout), ours),
        Question("rehearsal.payouts_known", "Every payout of the rehearsal is one of ours", count_of(sent), theirs),
        Question("rehearsal.payout_amounts", "What was sent is what was withdrawn", count_of(sent), amounts),
    ]
