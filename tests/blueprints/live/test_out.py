"""The room's page for whoever was asked to leave it, and what else they may and may not read meanwhile."""

from datetime import timedelta

import pytest

from app.bookings.attendance_models import JoinAttempt
from app.bookings.removal_models import RoomRemoval
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.live import board, queries, removal, service
from app.live.board_messages import Draw, Mark
from tests import factories
from tests.blueprints.reading import text_of

HTMX = {"HX-Request": "true"}
ASKED = "Your mentor has asked you to leave this session."


@pytest.fixture
def room(mentor, learner):
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    for person in (mentor, learner):
        service.enter(person, room.public_id, tab="the-first-tab", connection=f"line-of-{person.id}")
    service.say(mentor, room.public_id, client_id="line-0001", text="Welcome!")
    return room


@pytest.fixture
def address(room):
    return f"/session/{room.public_id}/"


@pytest.fixture
def out(room, mentor, learner, client):
    """Lev's browser, after Mira removed him."""
    removal.remove(mentor, room.public_id, learner.id)
    return factories.signed_in(client, learner)


def test_the_page_says_it_calmly_and_offers_three_ways_on(out, address):
    page = out.get(address)
    assert page.status_code == 200
    assert ASKED in page.text
    assert "Mira Holm ended your part at" in page.text
    assert "What you paid for the time you are out goes back to you" in page.text
    for way in (">Ask to come back<", f'href="{address}report"', f'href="{address}after"'):
        assert way in page.text
    assert 'data-phase="open"' not in page.text
    assert db.session.query(JoinAttempt).count() == 0, "nobody tried in vain: the door is shut"


def test_the_others_find_the_room_as_ever(app, out, address, mentor, room):
    page = factories.signed_in(app.test_client(), mentor).get(address).text
    assert 'data-phase="open"' in page
    assert ASKED not in page


def test_asking_is_one_tap_that_says_what_comes_next(out, address):
    answer = out.post(address + "out", headers=HTMX)
    assert "Mira was asked at" in answer.text
    assert "disabled" in answer.text
    first = db.session.query(RoomRemoval).one().asked_at
    assert out.post(address + "out", headers=HTMX).status_code == 200
    assert db.session.query(RoomRemoval).one().asked_at == first, "asked again too soon, nobody is told"
    assert out.post(address + "out").location == address


def test_not_now_is_said_with_the_moment_from_which_one_may_ask_again(out, address, room, mentor, learner):
    out.post(address + "out")
    removal.not_now(mentor, room.public_id, learner.id)
    text = out.get(address + "out", headers=HTMX).text
    assert "Mira said not now" in text
    assert f"You can ask again at {now() + timedelta(minutes=5):%H:%M}." in text
    assert "disabled" in text
    with clock.stopped(now() + timedelta(minutes=5)):
        assert "disabled" not in out.get(address + "out", headers=HTMX).text


def test_after_the_yes_the_section_leads_into_the_room(out, address, room, mentor, learner):
    removal.let_back(mentor, room.public_id, learner.id)
    assert out.get(address + "out", headers=HTMX).headers["HX-Redirect"] == address
    assert out.post(address + "out", headers=HTMX).headers["HX-Redirect"] == address
    assert 'data-phase="open"' in out.get(address).text


def test_after_the_end_it_leads_to_what_is_left(out, address, room):
    service.close(room.id)
    assert out.get(address + "out", headers=HTMX).headers["HX-Redirect"] == address
    assert out.get(address).location == address + "feedback"
    assert "Your mentor ended your part at" in out.get(address + "after").text


def test_meanwhile_the_sessions_page_shows_the_receipt_and_nothing_that_goes_on_inside(out, address, room, mentor):
    service.say(mentor, room.public_id, client_id="line-0002", text="Between us")
    board.draw(mentor, room.public_id, Draw("deed-0001", 1, "stroke", Mark("ink", 4, [1, 1, 5, 5], ""), None))
    page = out.get(address + "after").text
    assert "Your mentor ended your part at" in page
    assert "The session goes on." in page
    for hidden in ("Between us", "Welcome!", "Learning pack", "session-board"):
        assert hidden not in page
    assert out.get(address + "board").status_code == 409
    assert out.get(address + "learning-pack.zip").status_code == 409


def test_whoever_is_out_may_report_and_is_not_told_to_go_back_in(out, address, mentor):
    page = out.get(address + "report").text
    assert "What was wrong?" in text_of(page)
    assert "Go back in" not in page
    assert out.post(address + "report", data={"person": mentor.id, "reason": "rude"}).status_code == 303


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing_there(client, room, address, method):
    factories.signed_in(client, factories.learner("A Stranger"))
    assert getattr(client, method)(address + "out").status_code == 404


def test_whoever_is_not_out_is_led_to_the_room(client, room, address, learner):
    factories.signed_in(client, learner)
    assert client.get(address + "out").location == address
    assert client.post(address + "out").location == address


def test_of_a_free_session_no_word_is_about_money(client, mentor, learner):
    booking = factories.joinable(learner, mentor, is_free=True)
    room = queries.room_of(booking.lesson_id)
    removal.remove(mentor, room.public_id, learner.id)
    assert "paid" not in factories.signed_in(client, learner).get(f"/session/{room.public_id}/").text.split("<main")[1]
