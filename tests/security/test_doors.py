"""Doors that must stay shut: CSRF, foreign origins, other people's things, redirects, old sessions."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.lessons import queries
from app.web.guards import safe_next
from tests import factories

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and rule.rule != "/readyz"]


def address(rule: Rule, value: int | str = 1) -> str:
    """A rule's address with something in each hole."""
    one_of = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule.rule)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: str(value) if m.group(1) == "int" else "x" * 22, one_of)


SIGNED = ("/webhooks/<name>",)
"""Doors whose ticket is a signature (tests/security/test_webhooks.py)."""


def test_every_change_without_a_token_is_refused(app: Flask, mentor, learner) -> None:
    browser = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    factories.signed_in(browser, factories.person(teaches=True))
    app.config["WTF_CSRF_ENABLED"] = True
    open_doors = [
        (method, rule.rule)
        for rule in rules(app)
        for method in sorted(UNSAFE & (rule.methods or set()))
        if rule.rule not in SIGNED and browser.open(address(rule), method=method).status_code != 400
    ]
    app.config["WTF_CSRF_ENABLED"] = False
    assert not open_doors


def test_a_request_from_another_site_is_refused(client) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/sign-in", data={}, headers=headers).status_code == 403
    assert client.post("/sign-in", data={}, headers={"Origin": "http://localhost"}).status_code == 422


def test_every_answer_carries_a_strict_policy(client, mentor, lesson) -> None:
    for path in (
        "/",
        "/explore",
        f"/sessions/{lesson.id}",
        f"/mentors/{mentor.id}",
        "/sign-in",
        "/sign-up",
        "/nowhere",
        "/dashboard/mentor/",
    ):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "camera=()" in headers["Permissions-Policy"], path


def test_pages_have_no_inline_scripts_without_the_nonce(client, lesson) -> None:
    for path in ("/", "/explore", f"/sessions/{lesson.id}", "/sign-up"):
        answer = client.get(path)
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]).group(1)
        for tag in re.findall(r"<script\b[^>]*>", answer.get_data(as_text=True)):
            assert f'nonce="{nonce}"' in tag or "src=" in tag, (path, tag)


@pytest.mark.parametrize(
    "path", ["/dashboard/mentor/", "/dashboard/learner/", "/profile/", "/notices", "/dashboard/mentor/earnings"]
)
def test_a_visitor_is_sent_to_sign_in_and_back(client, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == "/sign-in"
    assert path.strip("/").split("/")[0] in answer.location


def test_a_learner_cannot_open_the_mentor_s_pages_nor_the_other_way_round(app, learner, mentor) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert factories.signed_in(app.test_client(), learner).get("/dashboard/mentor/").status_code == 403
    assert factories.signed_in(app.test_client(), mentor).get("/dashboard/learner/").status_code == 403


def test_other_people_s_things_are_not_found(app, mentor, learner, lesson) -> None:
    """Every route with a number in it, as somebody who has nothing to do with booking 1."""
    app.config["WTF_CSRF_ENABLED"] = False
    booking = factories.request(learner, lesson)
    stranger = factories.signed_in(app.test_client(), factories.person("Stranger", teaches=True))
    leaks = []
    for rule in rules(app):
        if "booking_id" not in rule.arguments:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            status = stranger.open(address(rule, booking.id), method=method, data={}).status_code
            if status != 404:
                leaks.append((method, rule.rule, status))
    assert not leaks


def test_no_address_with_nonsense_in_it_is_our_bug(app, learner) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for browser in (app.test_client(), factories.signed_in(app.test_client(), factories.person(teaches=True))):
        for rule in rules(app):
            for value in (0, 424242, 2**63, 2**80):
                for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                    assert browser.open(address(rule, value), method=method, data={}).status_code < 500, (method, rule.rule, value)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "/a\nSet-Cookie: x",
        "/\t/evil",
        "x",
        "",
        "/" * 600,
    ],
)
def test_nobody_is_sent_to_another_site(app, client, target) -> None:
    assert safe_next(target, "/home") == "/home"
    user = factories.learner()
    answer = client.post("/sign-in", data={"email": user.email, "password": factories.PASSWORD}, query_string={"next": target})
    assert "evil" not in answer.headers.get("Location", "")


def test_the_way_back_is_kept_when_it_is_ours(app) -> None:
    assert safe_next("/sessions/7?book=1", "/home") == "/sessions/7?book=1"


def test_a_session_planted_before_the_sign_in_is_gone_after_it(app) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    factories.signed_in(browser, factories.learner())
    with browser.session_transaction() as cookie:
        assert "planted" not in cookie


def test_signing_out_ends_it_on_the_server_too(app) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = factories.signed_in(app.test_client(), factories.learner())
    stolen = browser.get_cookie("session").value
    browser.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/dashboard/learner/").status_code == 302


def test_the_eleventh_guess_at_one_account_waits(app) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser, user = app.test_client(), factories.learner()
    answers = [browser.post("/sign-in", data={"email": user.email, "password": "wrong password"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_errors_show_no_inside(app, monkeypatch) -> None:

    def explode(*_args: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(queries, "starting_soon", explode)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret inside" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("value", ["-1", "1e9", "9" * 30, "٣", "' OR 1=1 --", "\x00", "NaN", "", "🦆"])
def test_no_number_in_a_query_is_our_bug(app, learner, value) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = factories.signed_in(app.test_client(), learner)
    for path, names in {"/notices/fresh": ("after",), "/explore": ("q", "page", "price", "topic", "when", "sort")}.items():
        for name in names:
            assert browser.get(path, query_string={name: value}).status_code < 500, (path, name)
