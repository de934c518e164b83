"""The one door without a token: what is signed comes in, once; everything else stays outside."""

import json

import pytest

from app.extensions import db
from app.kernel.clock import now
from app.payments.models import PaymentState
from app.payments.provider_models import ProviderEvent
from app.payments.providers.rehearsal_books import Books, events
from app.payments.providers.rehearsal_events import HEADER, sign
from app.payments.providers.rehearsal_post import message
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def told(learner, lesson):
    """A payment, and the message the rehearsal has ready about it."""
    booking = factories.request(learner, lesson)
    with Books() as books:
        row = books.execute(db.select(events).order_by(events.c.id)).first()
    return booking, message(row)


def knock(client, body: bytes, *, header: str | None = None, ago: int = 0, name: str = "rehearsal", **extra):
    header = sign(body, int(now().timestamp()) - ago) if header is None else header
    return client.post(f"/webhooks/{name}", data=body, headers={HEADER: header, **extra}, content_type="application/json")


def heard() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(ProviderEvent))


def test_a_signed_message_comes_in_although_it_has_no_origin_cookie_or_token(app, client, told):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = knock(client, told[1])
    assert (answer.status_code, answer.json) == (200, {"received": True, "news": True})
    assert heard() == 1


def test_the_same_message_again_is_no_news(client, told):
    assert [knock(client, told[1]).json["news"] for _ in range(3)] == [True, False, False]
    assert heard() == 1


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=x,v1=abc", "t=99999999999999999999,v1=a", "nonsense", "t=1,v1=\u00e9"])
def test_a_forged_message_stays_outside(client, told, header):
    assert knock(client, told[1], header=header).status_code == 400
    assert heard() == 0


def test_a_message_that_was_changed_on_its_way_stays_outside(client, told):
    signed = sign(told[1], int(now().timestamp()))
    assert knock(client, told[1].replace(b"succeeded", b"failed"), header=signed).status_code == 400
    later = signed.replace(signed[2:12], str(int(signed[2:12]) + 1))
    assert knock(client, told[1], header=later).status_code == 400
    assert heard() == 0


def test_a_recorded_message_cannot_be_played_back_after_five_minutes(client, told):
    assert knock(client, told[1], ago=301).status_code == 400
    assert knock(client, told[1], ago=299).status_code == 200


def test_a_clock_that_is_fast_over_there_does_no_harm(client, told):
    assert knock(client, told[1], ago=-3600).status_code == 200
    assert knock(client, told[1], ago=-3600).json["news"] is False


def test_more_than_a_megabyte_is_not_even_read(client, told):
    body = told[1] + b" " * (1024 * 1024)
    assert knock(client, body).status_code == 413
    assert heard() == 0


def test_a_kind_of_message_we_do_not_know_is_taken_and_changes_nothing(client, told):
    for kind in ("invoice.paid", "payment", "customer.created"):
        strange = json.dumps({"id": f"revt_{kind}", "type": kind, "data": {"object": {"id": "x"}}}).encode()
        answer = knock(client, strange)
        assert (answer.status_code, answer.json["news"]) == (200, False)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense", b'{"id": 1, "type": "x", "data": []}', b"\xff\xfe"])
def test_what_is_signed_and_still_no_message_is_refused(client, body):
    assert knock(client, body).status_code == 400


def test_what_a_message_claims_is_never_believed(client, learner, lesson):
    booking = factories.request(learner, lesson, factories.BANK)
    charge = booking.payment.provider_payment_id
    claims = {"id": charge, "status": "succeeded", "amount": 99999900, "currency": "USD", "metadata": {"purpose": "gift"}}
    lie = json.dumps({"id": "revt_lie", "type": "payment.succeeded", "data": {"object": claims}}).encode()
    assert knock(client, lie).status_code == 200
    assert booking.payment.state is PaymentState.PROCESSING, "the provider itself says that it is on its way"


@pytest.mark.parametrize("name", ["nobody", "stripe-", "%2e%2e"])
def test_there_is_no_door_for_a_provider_we_do_not_have(client, told, name):
    assert knock(client, told[1], name=name).status_code == 404


def test_the_door_opens_for_posts_only_and_for_no_other_site(client, told):
    assert client.get("/webhooks/rehearsal").status_code == 405
    assert knock(client, told[1], Origin="https://evil.example").status_code == 403
    assert heard() == 0
