"""The page on which people try the relays."""

from dataclasses import replace

import pytest

from app.extensions import db
from tests import factories

TWO = ("turn:near.example:3478?transport=udp", "turns:near.example:443?transport=tcp", "turn:far.example:3478")


@pytest.fixture
def with_relays(app):
    plain = app.extensions["settings"]
    app.extensions["settings"] = replace(plain, turn_urls=TWO, turn_secret="a-secret-of-twenty-letters")
    yield
    app.extensions["settings"] = plain


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/relay-test").status_code == 302


def test_people_see_numbers_and_ways_and_no_addresses(client, learner, with_relays):
    page = factories.signed_in(client, learner).get("/relay-test")
    shown = page.text.replace(page.text[page.text.index("data-ice=") : page.text.index(">", page.text.index("data-ice="))], "")
    assert "Relay 1<" in shown
    assert "Relay 2<" in shown
    assert shown.count("<b>UDP</b>") == 2
    assert shown.count("<b>TLS</b>") == 1
    assert "near.example" not in shown
    assert page.headers["Cache-Control"] == "private, no-store"


def test_admins_see_the_addresses(client, mentor, with_relays):
    admin = mentor
    admin.is_admin = True
    db.session.commit()
    page = factories.signed_in(client, admin).get("/relay-test").text
    assert "Relay 2 · far.example" in page
    assert "turns:near.example:443?transport=tcp</p>" in page


def test_without_a_relay_it_says_so(client, learner):
    page = factories.signed_in(client, learner).get("/relay-test").text
    assert "No relay is set up here" in page
    assert "TURN_URLS" not in page
