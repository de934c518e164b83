"""Recording over sockets: who hears of it, and what is refused in plain words."""

import dataclasses

import pytest

from app.accounts import service as accounts
from app.accounts.service import SettingsDraft
from app.live import recording

SETTINGS = SettingsDraft("UTC", "system", True, True, False)


@pytest.fixture
def eager(mentor):
    """Mira, who wants every session recorded."""
    return accounts.record_at_once(mentor, on=True)


def test_with_the_setting_both_see_the_question_when_the_second_comes(connect, enter, room, eager, learner):
    first, second = enter(eager), connect(learner)
    assert first.heard("recording") == []
    welcome = second.ask("enter", {"room": room.public_id, "tab": "tab-two-2"})
    for told in (first.heard("recording")[-1], welcome["recording"]):
        assert (told["is_wanted"], told["asked"], told["agreed"]) == (True, [learner.id], [eager.id])
    second.ask("consent", {"agrees": True})
    assert first.heard("recording")[-1]["is_on"] is True


def test_after_a_no_a_new_entry_asks_nobody(enter, eager, learner):
    first, second = enter(eager), enter(learner)
    second.ask("consent", {"agrees": False})
    second.ask("leave", {})
    first.heard()
    enter(learner, "another-tab")
    assert [told for told in first.heard("recording") if told["is_wanted"]] == []


def test_with_somebody_under_18_record_says_why_not_and_not_who(enter, mentor, learner):
    first, second = enter(mentor), enter(learner)
    accounts.update_settings(learner, dataclasses.replace(SETTINGS, is_minor=True))
    for line in (first, second):
        assert line.heard("recording")[-1] == dataclasses.asdict(dataclasses.replace(recording.OFF, is_allowed=False))
    refused = first.ask("record", {"on": True})["error"]
    assert refused == {"code": "not_allowed", "message": "Sessions with somebody under 18 are not recorded."}


def test_saying_so_while_it_runs_stops_it_for_everybody(enter, mentor, learner):
    first, second = enter(mentor), enter(learner)
    first.ask("record", {"on": True})
    second.ask("consent", {"agrees": True})
    assert first.heard("recording")[-1]["is_on"] is True
    accounts.update_settings(learner, dataclasses.replace(SETTINGS, is_minor=True))
    told = first.heard("recording")[-1]
    assert (told["is_on"], told["is_wanted"], told["is_allowed"], told["stopped_by"]) == (False, False, False, None)
    assert "error" in first.ask("segment", {"client_id": "segment-one", "kind": "video/webm", "ago": 0})


def run(enter, mentor, learner):
    """Both are there and have agreed."""
    first, second = enter(mentor), enter(learner)
    first.ask("record", {"on": True})
    second.ask("consent", {"agrees": True})
    return first, second


def test_a_browser_that_cannot_record_hands_it_on_and_both_hear_whose_it_is(enter, mentor, learner):
    first, second = run(enter, mentor, learner)
    for line in (first, second):
        line.heard()
    assert first.ask("cannot_record", {"reason": "full"}) == {}
    for line in (first, second):
        told = line.heard("recording")[-1]
        assert (told["is_on"], told["recorder"]) == (True, learner.id)
    assert second.ask("segment", {"client_id": "segment-one", "kind": "video/webm", "ago": 0}) == {}
    assert first.heard("recording")[-1]["has_film"] is True


def test_when_no_browser_can_both_hear_that_it_has_stopped(enter, mentor, learner):
    first, second = run(enter, mentor, learner)
    assert first.ask("cannot_record", {"reason": "unable"}) == {}
    assert second.ask("cannot_record", {"reason": "unable"}) == {}
    for line in (first, second):
        told = line.heard("recording")[-1]
        assert (told["is_wanted"], told["is_on"], told["none_can"], told["stopped_by"]) == (False, False, True, None)
    refused = first.ask("record", {"on": True})["error"]
    assert refused == {"code": "none_can", "message": "No browser here can record. Reload the page to try again."}


def test_only_the_one_that_was_named_can_hand_it_on(enter, mentor, learner):
    first, second = run(enter, mentor, learner)
    assert second.ask("cannot_record", {"reason": "unable"})["error"]["code"] == "not_recorder"
    assert first.heard("recording")[-1]["recorder"] == mentor.id
