"""Who may open a socket at all."""

import pytest

from app.accounts import sessions
from app.accounts.models import SignIn
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.realtime import endpoints
from app.realtime.nudge import nudge, nudge_everybody

NAMESPACES = ("/", "/live")


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_visitor_is_refused(connect, namespace):
    assert not connect(None, namespace).is_up


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_somebody_signed_in_comes_in(connect, learner, namespace):
    assert connect(learner, namespace).is_up


@pytest.mark.parametrize(
    "origin", [None, "", "null", "https://evil.example", "http://localhost.evil.example", "http://evil.example/localhost"]
)
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_page_of_another_site_is_refused_even_with_the_cookie(connect, learner, namespace, origin):
    assert not connect(learner, namespace, origin=origin).is_up


def test_signing_out_ends_the_sockets_of_that_browser_at_once_and_no_others(connect, learner):
    here, elsewhere = connect(learner, "/"), connect(learner)
    rows = db.session.query(SignIn).filter_by(user_id=learner.id).order_by(SignIn.id).all()
    with clock.stopped(now()):
        sessions.close_all_sign_ins(learner)
    assert len(rows) == 2
    assert not here.is_up
    assert not elsewhere.is_up


def test_a_closed_sign_in_opens_no_new_socket(app, learner):
    token = sessions.open_sign_in(learner, address="127.0.0.1", browser="test")
    sign_in = sessions.find_sign_in(token)
    shown = endpoints.issue_pass(sign_in.id, learner.id, "some-room")
    assert endpoints.read_pass(shown).room == "some-room"
    sessions.close_sign_in(token)
    assert endpoints.read_pass(shown) is None


# Another endpoint: a pass instead of the cookie


@pytest.fixture
def sign_in(learner):
    return sessions.find_sign_in(sessions.open_sign_in(learner, address="127.0.0.1", browser="test"))


def test_a_fresh_pass_opens_the_door_without_a_cookie_and_for_one_room_only(connect, room, learner, sign_in):
    line = connect(None, auth={"pass": endpoints.issue_pass(sign_in.id, learner.id, room.public_id)})
    assert line.is_up
    assert line.ask("enter", {"room": "another-room-1", "tab": "tab-one-1"})["error"]["code"] == "not_found"
    assert line.ask("enter", {"room": room.public_id, "tab": "tab-one-1"})["me"] == learner.id


def test_a_page_gets_a_pass_that_opens_pages_elsewhere_and_no_room(connect, room, learner):
    renewal = connect(learner, "/").ask("renew", {})["renewal"]
    assert connect(None, "/", auth={"pass": renewal}).is_up
    line = connect(None, auth={"pass": renewal})
    assert line.ask("enter", {"room": room.public_id, "tab": "tab-one-1"})["error"]["code"] == "not_found"


def test_whoever_was_away_for_long_comes_home_with_the_cookie_in_spite_of_an_old_pass(connect, learner, monkeypatch):
    shown = connect(learner, "/").ask("renew", {})["renewal"]
    monkeypatch.setattr(endpoints, "PASS_SECONDS", -1)
    assert connect(learner, auth={"pass": shown}).is_up
    assert not connect(None, auth={"pass": shown}).is_up


@pytest.mark.parametrize("shown", ["", "made-up", "a.b.c", "x" * 5000, None, 7, ["pass"], {"pass": 1}])
def test_a_made_up_pass_opens_nothing(connect, shown):
    assert not connect(None, auth={"pass": shown}).is_up


def test_a_pass_is_good_for_a_minute(app, learner, sign_in, monkeypatch):
    shown = endpoints.issue_pass(sign_in.id, learner.id, "some-room")
    assert endpoints.read_pass(shown) is not None
    monkeypatch.setattr(endpoints, "PASS_SECONDS", -1)
    assert endpoints.read_pass(shown) is None


def test_a_pass_names_the_person_it_was_made_for(app, mentor, learner, sign_in):
    assert endpoints.read_pass(endpoints.issue_pass(sign_in.id, mentor.id, "some-room")) is None


# Nudges


def test_a_nudge_reaches_every_page_of_that_person_and_nobody_else(connect, mentor, learner):
    first, second, other = connect(learner, "/"), connect(learner, "/"), connect(mentor, "/")
    nudge([learner.id, learner.id], "bookings", "notices")
    for line in (first, second):
        assert line.heard("nudge") == [{"topics": ["bookings", "notices"]}]
    assert other.heard() == []


def test_news_for_everybody_reaches_everybody(connect, mentor, learner):
    lines = [connect(learner, "/"), connect(mentor, "/")]
    nudge_everybody("lessons")
    assert [line.heard("nudge") for line in lines] == [[{"topics": ["lessons"]}]] * 2
