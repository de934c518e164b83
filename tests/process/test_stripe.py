"""Our Stripe adapter speaks the real client library's HTTP to a stand-in.

Not asserted, because the stand-in lacks them: idempotency keys (it ignores them), declines of saved cards at Stripe's exactness,
over-refunds (it allows them), Checkout, Connect, UPI, disputes, `created` filters. tests/app/payments/test_stripe.py reads recorded
shapes of those.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import stripe
from flask import Flask

from app.kernel.money import Money
from app.payments.providers.base import Instrument, Kind, Status, WebhookRefused
from app.payments.providers.stripe import StripeProvider
from tests.setup import localstripe

SECRET = "whsec_a_secret_of_the_test"
TWENTY = Money(2000, "USD")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with localstripe.server() as found:
        yield found


@pytest.fixture
def provider(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> StripeProvider:
    keys = {"stripe_secret_key": "sk_test_12345", "stripe_webhook_secret": SECRET, "stripe_api_base": address}
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **keys))
    app.extensions.pop("stripe", None)
    yield StripeProvider()
    app.extensions.pop("stripe", None)


@pytest.fixture
def saved(provider: StripeProvider) -> Instrument:
    """A card that a customer has kept; the number goes from this test to the stand-in and never through our code."""
    client = provider.client().v1
    customer = client.customers.create({"metadata": {"peerlearn_payer": "7"}})
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    method = client.payment_methods.create({"type": "card", "card": card})
    client.payment_methods.attach(method.id, {"customer": customer.id})
    return Instrument(Kind.CARD, f"{customer.id}/{method.id}", "Card •••• 4242")


def test_a_saved_card_is_charged_found_by_our_key_and_refunded(provider, saved) -> None:
    taken = provider.create_payment(TWENTY, saved, hold=False, key="key-1")
    assert (taken.status, taken.amount) == (Status.SUCCEEDED, TWENTY)
    assert provider.find_payment("key-1") == taken, "a lost answer is found by the key in the metadata"
    assert provider.find_payment("key-1", provider_id=taken.provider_id).status is Status.SUCCEEDED
    assert provider.find_refund(taken.provider_id, "back-1") is None
    assert provider.refund(taken.provider_id, Money(500, "USD"), key="back-1").status is Status.SUCCEEDED
    assert provider.find_refund(taken.provider_id, "back-1").status is Status.SUCCEEDED


def test_a_card_is_held_and_taken(provider, saved) -> None:
    held = provider.create_payment(TWENTY, saved, hold=True, key="key-2")
    assert held.status is Status.AUTHORIZED
    assert provider.capture(held.provider_id, key="take-2").status is Status.SUCCEEDED
    assert provider.capture(held.provider_id, key="take-2-again").status is Status.SUCCEEDED


def test_a_card_is_held_and_let_go(provider, saved) -> None:
    held = provider.create_payment(TWENTY, saved, hold=True, key="key-3")
    assert provider.cancel(held.provider_id, key="drop-3").status is Status.CANCELED
    assert provider.cancel(held.provider_id, key="drop-3-again").status is Status.CANCELED


def test_what_was_taken_cannot_be_canceled_and_the_answer_says_what_it_is(provider, saved) -> None:
    taken = provider.create_payment(TWENTY, saved, hold=False, key="key-4")
    assert provider.cancel(taken.provider_id, key="drop-4").status is Status.SUCCEEDED


def test_a_kept_card_is_forgotten(provider, saved) -> None:
    provider.detach_instrument(saved)
    customer = saved.token.partition("/")[0]
    assert provider.client().v1.payment_methods.list({"customer": customer, "type": "card"}).data == []


def test_a_stand_in_that_is_away_is_silence_and_not_a_no(provider, saved, app, monkeypatch) -> None:
    app.extensions.pop("stripe", None)
    gone = replace(app.extensions["settings"], stripe_api_base="http://127.0.0.1:9")
    monkeypatch.setitem(app.extensions, "settings", gone)
    with pytest.raises(stripe.APIConnectionError):
        provider.create_payment(TWENTY, saved, hold=False, key="key-5")


def test_a_message_is_checked_by_stripes_own_library_and_read_again(provider, saved) -> None:
    taken = provider.create_payment(TWENTY, saved, hold=False, key="key-6")
    told = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.payment_failed",  # a lie
        "data": {"object": {"id": taken.provider_id, "object": "payment_intent", "amount": 1, "status": "requires_payment_method"}},
    }
    body = json.dumps(told).encode()
    event = provider.parse_webhook(body, {"Stripe-Signature": signed(body)})
    assert (event.id, event.object_id) == ("evt_1", taken.provider_id)
    subject = provider.read_event(event)
    assert (subject.key, subject.result.status, subject.result.amount) == ("key-6", Status.SUCCEEDED, TWENTY)
    for header in (None, "", "t=1,v1=0", signed(body, ago=301), signed(body + b" ")):
        with pytest.raises(WebhookRefused):
            provider.parse_webhook(body, {"Stripe-Signature": header} if header is not None else {})
    assert provider.parse_webhook(body, {"Stripe-Signature": signed(body, ago=-3600)}).id == "evt_1"


def signed(body: bytes, ago: int = 0) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, int(time.time()) - ago)
