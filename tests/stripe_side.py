"""An instance whose provider is Stripe, with the stand-in at the other end of the line; and Stripe's messages, really signed."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.setup import stripe_stand_in
from tests.setup.stripe_stand_in import StripeStandIn

SECRET, CONNECT_SECRET = "whsec_of_ours", "whsec_of_mentors_accounts"
_NUMBERS = itertools.count(1)


@pytest.fixture
def at_stripe(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeStandIn]:
    """PAYMENT_PROVIDER=stripe, and what answers there."""
    with stripe_stand_in.server() as books:
        keys = {
            "payment_provider": "stripe",
            "stripe_secret_key": "sk_test_1",
            "stripe_webhook_secret": f"{SECRET}, {CONNECT_SECRET}",
            "stripe_api_base": books.address,
        }
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **keys))
        app.extensions.pop("stripe", None)
        yield books
        app.extensions.pop("stripe", None)


def tell(client: FlaskClient, kind: str, about: str, *, secret: str = SECRET, number: str = "") -> int:
    """Stripe posts a message to our door; the status it got."""
    told = {
        "id": number or f"evt_{next(_NUMBERS)}",
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "data": {"object": {"id": about, "object": kind.split(".", maxsplit=1)[0]}},
    }
    body, stamp = json.dumps(told).encode(), str(int(time.time()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}
    return client.post("/webhooks/stripe", data=body, headers=headers).status_code
