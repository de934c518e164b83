"""What payers' banks do at Stripe: its messages really signed, its objects really read, its sweep really asked, over real HTTP."""

import pytest

from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import answers, jobs, ledger
from app.payments.models import Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Result, Status
from app.payments.service import prepare
from tests import factories
from tests.stripe_side import at_stripe, tell

pytestmark = pytest.mark.database
__all__ = ["at_stripe"]


@pytest.fixture
def charged(at_stripe, learner) -> Payment:
    """A payment of $18 that Stripe took."""
    name = at_stripe.charge("key-of-18", 1800)
    with factories.transaction():
        payment = prepare(learner, "booking", "4711", Money(1800, "USD"))
        attempt = PaymentAttempt(payment_id=payment.id, number=1, key="key-of-18", kind="card", asked_at=now())
        db.session.add(attempt)
        db.session.flush()
    answers.apply(payment.id, attempt.id, Result(Status.SUCCEEDED, name, amount=payment.amount))
    assert payment.state is PaymentState.CAPTURED
    return payment


def standing(payment: Payment) -> tuple[int, int, int]:
    """Taken back, put back, lost, in cents."""
    db.session.expire_all()
    assert ledger.imbalance() == {}
    return payment.charged_back.amount_minor, payment.put_back.amount_minor, ledger.balance(ledger.LOSSES, "USD").amount_minor


def test_a_dispute_is_heard_from_its_signed_message(at_stripe, charged, client) -> None:
    dispute = at_stripe.dispute(charged.provider_payment_id)
    assert tell(client, "charge.dispute.created", dispute, secret="whsec_of_nobody") == 400
    assert standing(charged) == (0, 0, 0)
    for kind in ("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.updated"):
        assert tell(client, kind, dispute) == 200
    assert standing(charged) == (1800, 0, -1800)


def test_a_dispute_nobody_told_us_of_is_found_by_asking(at_stripe, charged) -> None:
    at_stripe.dispute(charged.provider_payment_id)
    jobs.look_for_chargebacks()
    jobs.look_for_chargebacks()
    assert standing(charged) == (1800, 0, -1800)


@pytest.mark.parametrize(
    "kinds",
    [
        ("charge.dispute.created", "charge.dispute.closed", "charge.dispute.funds_reinstated"),
        ("charge.dispute.funds_reinstated", "charge.dispute.created"),
        (),
    ],
)
def test_a_dispute_that_is_won_leaves_no_loss_whatever_was_told(at_stripe, charged, client, kinds) -> None:
    dispute = at_stripe.dispute(charged.provider_payment_id)
    if kinds[:1] == ("charge.dispute.created",):
        tell(client, kinds[0], dispute)
        assert standing(charged) == (1800, 0, -1800)
    at_stripe.win(dispute)
    for kind in kinds:
        assert tell(client, kind, dispute) == 200
    jobs.look_for_chargebacks()
    assert standing(charged) == (1800, 1800, 0)
    assert at_stripe.calls.count(("GET", f"/v1/payment_intents/{charged.provider_payment_id}")) == 0, "one call reads all of it"


def test_an_inquiry_that_moved_no_money_and_a_strangers_dispute_change_nothing(at_stripe, charged, client) -> None:
    inquiry = at_stripe.dispute(charged.provider_payment_id, status="warning_needs_response")
    at_stripe.objects["disputes"][inquiry]["balance_transactions"] = []
    stranger = at_stripe.dispute(at_stripe.charge("key-of-nobody", 500))
    for number in (inquiry, stranger):
        assert tell(client, "charge.dispute.created", number) == 200
    jobs.look_for_chargebacks()
    assert standing(charged) == (0, 0, 0)


def test_when_stripe_is_silent_its_message_is_asked_for_again(at_stripe, charged, client) -> None:
    dispute = at_stripe.dispute(charged.provider_payment_id)
    at_stripe.hangs_up_before.add(f"/v1/disputes/{dispute}")
    assert tell(client, "charge.dispute.created", dispute, number="evt_lost") == 503
    at_stripe.hangs_up_before.clear()
    assert tell(client, "charge.dispute.created", dispute, number="evt_lost") == 200
    assert standing(charged) == (1800, 0, -1800)
