"""What Stripe's objects mean to us, in shapes its documentation shows; and no card number ever comes near us."""

from dataclasses import replace

import pytest

from app.kernel.money import Money
from app.payments.providers import stripe as adapter
from app.payments.providers.base import Kind, Status
from app.payments.providers.registry import provider
from tests import factories
from tests.blueprints.reading import read

INTENT = {"id": "pi_1", "amount": 1800, "currency": "usd", "status": "succeeded", "metadata": {"peerlearn_key": "k"}}


@pytest.fixture
def stripe_mode(app, monkeypatch):
    """An instance that asks Stripe; nothing in these tests reaches it."""
    keys = {"payment_provider": "stripe", "stripe_secret_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"}
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **keys))
    return provider()


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("succeeded", Status.SUCCEEDED),
        ("requires_capture", Status.AUTHORIZED),
        ("processing", Status.PROCESSING),
        ("requires_action", Status.REQUIRES_ACTION),
        ("requires_payment_method", Status.FAILED),
        ("canceled", Status.CANCELED),
        ("something_new", Status.UNKNOWN),
    ],
)
def test_each_status_means_one_of_ours(status, means):
    result = adapter.payment_result({**INTENT, "status": status})
    assert (result.status, result.amount) == (means, Money(1800, "USD"))


def test_a_decline_on_stripes_own_page_is_not_the_end_of_it():
    on_page = {**INTENT, "metadata": {"peerlearn_key": "k", "peerlearn_checkout": "1"}, "status": "requires_payment_method"}
    result = adapter.payment_result(on_page)
    assert (result.status, result.provider_id) == (Status.REQUIRES_ACTION, None)
    assert adapter.payment_result({**on_page, "status": "succeeded"}).status is Status.SUCCEEDED


def test_a_page_asks_ends_or_leads_to_its_payment():
    page = {"id": "cs_1", "status": "open", "url": "https://checkout.example/c", "payment_intent": None}
    asked = adapter.session_result(page)
    assert (asked.status, asked.provider_id, asked.action_url) == (Status.REQUIRES_ACTION, "cs_1", page["url"])
    assert adapter.session_result({**page, "status": "expired"}).status is Status.CANCELED
    paid = adapter.session_result({**page, "status": "complete", "payment_intent": INTENT})
    assert (paid.status, paid.provider_id) == (Status.SUCCEEDED, "pi_1")


def test_a_lost_card_is_final_and_a_poor_one_is_not():
    for code, is_retryable in (("lost_card", False), ("insufficient_funds", True)):
        error = {"code": "card_declined", "decline_code": code}
        result = adapter.payment_result({**INTENT, "status": "requires_payment_method", "last_payment_error": error})
        assert (result.decline_code, result.is_retryable) == (code, is_retryable)


def test_a_card_is_kept_only_when_the_payer_asked():
    method = {"id": "pm_1", "type": "card", "card": {"last4": "4242"}}
    asked = {**INTENT, "customer": "cus_1", "payment_method": method, "setup_future_usage": "off_session"}
    kept = adapter.payment_result(asked).saved
    assert (kept.kind, kept.token, kept.label) == (Kind.CARD, "cus_1/pm_1", "Card •••• 4242")
    assert adapter.payment_result({**asked, "setup_future_usage": None}).saved is None


def test_a_refund_that_is_pending_is_on_its_way():
    assert adapter.refund_result({"id": "re_1", "status": "pending"}).status is Status.PROCESSING
    assert adapter.refund_result({"id": "re_1", "status": "failed", "failure_reason": "lost"}).status is Status.FAILED


def test_upi_is_for_rupees_only_and_is_never_held(stripe_mode):
    assert Kind.UPI not in {one.kind for one in stripe_mode.capabilities("USD")}
    upi = next(one for one in stripe_mode.capabilities("INR") if one.kind is Kind.UPI)
    assert not upi.can_hold


def test_no_field_for_a_card_number_is_on_our_page_and_none_is_read(stripe_mode, client, learner, lesson):
    lev = factories.signed_in(client, learner)
    answer = lev.get(f"/dashboard/learner/sessions/{lesson.id}/book", headers={"HX-Request": "true"})
    names = {node.attributes.get("name") for node in read(answer).all() if node.tag == "input"}
    assert "method" in names
    assert not names & {"card_number", "account_number", "ifsc", "upi_id"}
    assert stripe_mode.instrument(Kind.CARD, {"card_number": "4111111111111111"}).token == ""


def test_the_rehearsals_screen_is_gone(stripe_mode, client):
    assert client.get("/rehearsal/approve/reh_1").status_code == 404


def test_an_unsigned_message_to_stripes_door_stays_outside(stripe_mode, client):
    assert client.post("/webhooks/stripe", data=b"{}").status_code == 400
    assert client.post("/webhooks/stripe", data=b"\xff", headers={"Stripe-Signature": "t=1,v1=a"}).status_code == 400
