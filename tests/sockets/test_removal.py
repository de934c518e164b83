"""Somebody is asked to leave: what each browser hears, and that the one put out can do nothing more."""

import time
from datetime import timedelta

import pytest

from app.bookings import attendance
from app.kernel import clock
from app.kernel.clock import now
from app.live import queries, removal
from app.realtime.managers import DisconnectingRooms
from app.realtime.socket import Socket
from blueprints.live.sockets import signaling
from tests import factories
from tests.sockets.test_bad_input import GOOD


@pytest.fixture
def other(mentor, room):
    """Ana, who has nothing to do with this room."""
    return factories.learner("Ana Costa")


def names(pulse: dict) -> list[str]:
    return [person["name"] for person in pulse["people"]]


def test_the_one_who_is_removed_hears_it_and_is_cut_off_and_the_others_see_them_gone_at_once(enter, room, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    theirs.heard()
    assert theirs.ask("remove", {"person": learner.id}) == {}
    assert ("removed", {"room": room.public_id}) in line.heard()
    assert not line.is_up
    assert names(theirs.heard("pulse")[0]) == [mentor.name]


def test_a_tab_that_only_waits_for_the_seat_hears_it_too(connect, enter, room, mentor, learner):
    theirs, line, second = enter(mentor), enter(learner), connect(learner)
    assert second.ask("enter", {"room": room.public_id, "tab": "another-tab"})["error"]["code"] == "elsewhere"
    theirs.ask("remove", {"person": learner.id})
    assert not line.is_up
    assert second.heard("removed") == [{"room": room.public_id}]
    assert second.ask("enter", {"room": room.public_id, "tab": "another-tab", "take": True})["error"]["code"] == "removed"


def test_a_tab_whose_seat_ran_out_hears_nothing_of_the_room_any_more(enter, room, mentor, learner):
    line = enter(learner)
    with clock.stopped(now() + timedelta(seconds=20)):
        theirs = enter(mentor)
        attendance.close_stale(room.lesson_id)
        line.heard()
        theirs.ask("remove", {"person": learner.id})
        theirs.ask("say", {"client_id": "line-0001", "text": "Now in peace."})
    assert line.heard("said") == []
    assert not line.is_up


@pytest.mark.parametrize("event", [event for event in GOOD if event != "leave"])
def test_every_event_of_the_room_is_refused(connect, enter, room, mentor, learner, event):
    theirs, line = enter(mentor), enter(learner)
    removal.remove(mentor, room.public_id, learner.id)
    theirs.heard()
    payload = GOOD[event] | ({"room": room.public_id} if event in ("enter", "knock") else {})
    again = connect(learner)
    answer = again.ask(event, payload)
    assert answer["error"]["code"] == ("removed" if event in ("enter", "knock") else "outside"), answer
    assert theirs.heard() == []
    assert not line.is_up


@pytest.mark.parametrize("event", [event for event in GOOD if event not in ("enter", "knock", "leave")])
def test_a_connection_that_should_have_been_cut_and_was_not_is_refused_all_the_same(monkeypatch, enter, room, mentor, learner, event):
    monkeypatch.setattr(DisconnectingRooms, "basic_close_room", lambda *_: None)
    theirs, line = enter(mentor), enter(learner)
    removal.remove(mentor, room.public_id, learner.id)
    theirs.heard()
    assert line.ask(event, GOOD[event])["error"]["code"] == "removed"
    assert theirs.heard() == []


def test_a_seat_that_was_proven_for_signals_is_asked_for_again_after_a_second(monkeypatch, enter, room, mentor, learner):
    monkeypatch.setattr(DisconnectingRooms, "basic_close_room", lambda *_: None)
    theirs, line = enter(mentor), enter(learner)
    signal = GOOD["signal"] | {"to": mentor.id}
    assert line.ask("signal", signal) == {}
    removal.remove(mentor, room.public_id, learner.id)
    theirs.heard()
    later = time.monotonic() + signaling.PROVEN_FOR + 0.1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert line.ask("signal", signal)["error"]["code"] == "removed"
    assert theirs.heard() == []


def test_neither_learners_nor_strangers_remove_anybody(connect, enter, room, mentor, learner, other):
    theirs, line = enter(mentor), enter(learner)
    for event in ("remove", "not_now"):
        assert line.ask(event, {"person": mentor.id})["error"]["code"] == "not_allowed"
        assert connect(other).ask(event, {"person": learner.id})["error"]["code"] == "outside"
        assert theirs.ask(event, {"person": other.id})["error"]["code"] == "not_found"
    assert theirs.ask("remove", {"person": mentor.id})["error"]["code"] == "not_allowed"
    assert line.is_up
    assert attendance.present(room.lesson_id) == {mentor.id, learner.id}


def test_a_wish_to_come_back_reaches_the_mentor_and_the_answer_every_page_of_theirs(connect, enter, room, mentor, learner):
    theirs, page = enter(mentor), connect(learner, "/")
    theirs.ask("remove", {"person": learner.id})
    removal.ask_back(learner, room.public_id)
    assert theirs.heard("asking") == [{"id": learner.id, "name": learner.name}]
    page.heard()
    assert theirs.ask("not_now", {"person": learner.id}) == {}
    assert page.heard("nudge") == [{"topics": [f"room:{room.public_id}"]}]
    assert theirs.ask("admit", {"person": learner.id}) == {}
    assert page.heard("nudge") == [{"topics": [f"room:{room.public_id}"]}, {"topics": ["notices"]}]
    assert names(enter(learner).ask("beat", {})["pulse"]) == [mentor.name, learner.name]


def test_the_others_stay_who_is_removed_is_gone(connect, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    people = [factories.learner(name) for name in ("Lev One", "Ana Two")]
    for person in people:
        factories.confirmed(person, lesson)
    address = queries.room_of(lesson.id).public_id
    lines = [connect(person) for person in (mentor, *people)]
    for line, person in zip(lines, (mentor, *people), strict=True):
        line.ask("enter", {"room": address, "tab": f"tab-of-{person.id}"})
    for line in lines:
        line.heard()
    lines[0].ask("remove", {"person": people[0].id})
    assert [line.is_up for line in lines] == [True, False, True]
    assert names(lines[2].heard("pulse")[0]) == [mentor.name, "Ana Two"]
    assert "error" not in lines[2].ask("say", {"client_id": "line-0001", "text": "Hello"})


def test_whoever_is_removed_in_the_very_moment_of_coming_in_hears_nothing_of_the_room(connect, enter, room, mentor, learner, monkeypatch):
    theirs, line = enter(mentor), connect(learner)
    move_in = Socket.move_in

    def put_out_first(socket, public_id):
        if socket.user_id == learner.id:
            removal.remove(mentor, public_id, learner.id)
        move_in(socket, public_id)

    monkeypatch.setattr(Socket, "move_in", put_out_first)
    answer = line.ask("enter", {"room": room.public_id, "tab": "the-tab-that-comes"})
    assert answer["error"]["code"] == "removed"
    line.heard()
    theirs.ask("say", {"client_id": "a-line-of-theirs", "text": "Are we alone?"})
    assert line.heard() == []


def test_a_mentor_who_was_away_finds_who_is_out_and_who_asks_when_they_come_back(connect, enter, room, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    theirs.ask("remove", {"person": learner.id})
    theirs.drop()
    removal.ask_back(learner, room.public_id)
    again = connect(mentor)
    welcome = again.ask("enter", {"room": room.public_id, "tab": f"tab-of-{mentor.id}"})
    assert welcome["out"] == [{"id": learner.id, "name": learner.name, "asks": True}]
    again.ask("admit", {"person": learner.id})
    assert not line.is_up


def test_learners_are_not_told_who_is_out(connect, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    people = [factories.learner(name) for name in ("Lev One", "Ana Two")]
    for person in people:
        factories.confirmed(person, lesson)
    address = queries.room_of(lesson.id).public_id
    removal.remove(mentor, address, people[0].id)
    answers = [connect(person).ask("enter", {"room": address, "tab": f"tab-of-{person.id}"}) for person in (mentor, people[1])]
    assert [len(answer["out"]) for answer in answers] == [1, 0]
