"""Every event of the room with every kind of bad input, from everybody who should not send it."""

from typing import Any

import pytest

from app.bookings.attendance_models import PresenceInterval
from app.extensions import db
from app.live import queries, service
from app.live.models import BoardDeed, RoomMessage
from blueprints.live.sockets import live
from tests import factories

OFFER = {"type": "offer", "sdp": "v=0"}
PATH = {"candidate": "candidate:1", "mid": "0", "line": 0, "fragment": "abcd"}
MARK = {"colour": "ink", "width": 4, "points": [10, 10, 5, 5], "text": ""}
GOOD: dict[str, dict[str, Any]] = {
    "enter": {"room": "ROOM", "tab": "tab-one-1", "take": False},
    "beat": {},
    "testify": {"received": [{"person": 1, "seconds": 5}]},
    "leave": {},
    "signal": {"to": 1, "epoch": 1000, "description": OFFER, "candidate": None},
    "say": {"client_id": "line-0001", "text": "Hello"},
    "status": {"microphone": "on", "camera": True, "sharing": False, "hand": False, "heard": 0},
    "lower": {"person": 1},
    "end": {},
    "undo_end": {},
    "wait_longer": {},
    "knock": {"room": "ROOM"},
    "admit": {"person": 1},
    "remove": {"person": 1},
    "not_now": {"person": 1},
    "cover": {"topic": 1, "covered": True},
    "draw": {"client_id": "deed-0001", "page": 1, "kind": "stroke", "mark": MARK, "targets": None, "paper": None},
    "drawing": {"client_id": "deed-0001", "page": 1, "kind": "stroke", "mark": MARK},
    "board": {"since": 0, "most": 65_536},
    "lock_board": {"on": True},
    "record": {"on": True},
    "consent": {"agrees": True},
    "look_notes": {},
    "write_notes": {"version": 0, "text": "A bowline"},
    "segment": {"client_id": "segment-one", "kind": "video/webm;codecs=vp8,opus", "ago": 200},
    "cannot_record": {"reason": "unable"},
}
HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1; --",
    "../../etc/passwd",
    "\u202egnp",
    "\ud800",
    "\x00",
    "A" * 50_000,
    "💥" * 30_000,
]
WRONG_TYPES: list[Any] = [None, True, 3.5, -1, 2**70, [], {}, ["x"], {"x": {"x": {}}}]


def bad_payloads(event: str) -> list[Any]:
    """Whole payloads that cannot be right."""
    good = GOOD[event]
    missing = [{k: v for k, v in good.items() if k != gone} for gone in good if gone not in ("take", "paper")]
    wrong = [
        good | {field: value} for field in good for value in WRONG_TYPES if value != good[field] and not _is_allowed(field, value)
    ]
    return [None, "text", 7, [], [good], *missing, *wrong, good | {"user_id": 1}, good | {"room_id": 1}, good | {"__proto__": {}}]


def _is_allowed(field: str, value: Any) -> bool:
    return (field in ("camera", "sharing", "hand", "take", "covered", "on", "agrees") and isinstance(value, bool)) or (
        field in ("description", "candidate", "targets", "paper") and value is None
    )


@pytest.fixture
def inside(enter, mentor, learner):
    """Lev, in the room with Mira; she listens."""
    listening = enter(mentor)
    line = enter(learner)
    listening.heard()
    line.heard()
    return line, listening


def test_the_table_knows_every_event():
    assert set(GOOD) == set(live._handlers)


@pytest.mark.parametrize("event", GOOD)
def test_what_cannot_be_read_is_refused_and_nobody_hears_of_it(inside, event):
    line, listening = inside
    for payload in bad_payloads(event):
        answer = line.ask(event, payload)
        assert answer["error"]["code"] == "invalid", (payload, answer)
        assert len(answer["error"]["message"]) < 200
    assert line.ask(event)["error"]["code"] == "invalid"
    assert line.ask(event, {}, {})["error"]["code"] == "invalid"
    assert line.is_up
    assert listening.heard() == []
    assert db.session.query(RoomMessage).count() == db.session.query(BoardDeed).count() == 0


@pytest.mark.parametrize("event", ["draw", "drawing"])
def test_a_mark_with_anything_wrong_in_it_is_refused_and_nobody_hears_of_it(inside, event):
    line, listening = inside
    wrong = [{k: v for k, v in MARK.items() if k != gone} for gone in MARK]
    wrong += [MARK | {field: value} for field in MARK for value in WRONG_TYPES]
    wrong += [MARK | {"points": points} for points in ([1], [1, 2, 3], [1, 1.5], [1, None], [0, 1001], [-1, 0], [1, 1] * 1001)]
    wrong += [MARK | {"colour": "#123456"}, MARK | {"width": 0}, MARK | {"text": "words"}, MARK | {"onload": "x"}]
    for mark in wrong:
        answer = line.ask(event, GOOD[event] | {"mark": mark})
        assert answer["error"]["code"] == "invalid", (mark, answer)
    assert listening.heard() == []
    assert db.session.query(BoardDeed).count() == 0


@pytest.mark.parametrize("kind", ["note", "edit"])
def test_a_note_with_anything_wrong_in_it_is_refused_and_nobody_hears_of_it(inside, learner, kind):
    line, listening = inside
    good = {"colour": "ink", "width": 28, "points": [10, 10], "text": "Check the sign"}
    wish = GOOD["draw"] | {"kind": kind, "targets": None if kind == "note" else [f"{learner.id}:deed-0000"]}
    wrong = [{k: v for k, v in good.items() if k != gone} for gone in good]
    wrong += [good | {field: value} for field in good for value in WRONG_TYPES]
    wrong += [good | {"points": points} for points in ([10], [1281, 10], [10, 761], [10, 10, 5, 5], [-1, 10])]
    wrong += [good | {"text": text} for text in ("", " \u200b", "\x00", "A" * 301, "a\n" * 12 + "b")]
    for mark in [None, *wrong]:
        answer = line.ask("draw", wish | {"mark": mark})
        assert answer["error"]["code"] == "invalid", (mark, answer)
    assert listening.heard() == []
    assert db.session.query(BoardDeed).count() == 0


@pytest.mark.parametrize("key", ["", "1", "0:deed-0001", "01:deed-0001", "1:short", "x:deed-0001", "1:deed 0001", "1:" + "d" * 65, "9" * 19 + ":deed-0001"])
def test_a_deed_that_could_not_have_been_named_like_this_is_no_target(inside, key):
    line, _ = inside
    wish = GOOD["draw"] | {"kind": "erase", "mark": None}
    assert line.ask("draw", wish | {"targets": [key]})["error"]["code"] == "invalid"
    assert line.ask("draw", wish | {"targets": ["1:deed-0001"] * 101})["error"]["code"] == "invalid"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_in_every_text_field_is_refused_or_only_text(inside, room, hostile):
    line, _ = inside
    payloads = {
        "enter": [{"room": hostile, "tab": "tab-one-1"}, {"room": room.public_id, "tab": hostile}],
        "say": [{"client_id": hostile, "text": "x"}, {"client_id": "line-0001", "text": hostile}],
        "draw": [
            GOOD["draw"] | {"client_id": hostile},
            GOOD["draw"] | {"kind": hostile},
            GOOD["draw"] | {"kind": "paper", "mark": None, "paper": hostile},
            GOOD["draw"] | {"mark": MARK | {"colour": hostile}},
        ],
        "status": [GOOD["status"] | {"microphone": hostile}],
        "signal": [
            GOOD["signal"] | {"description": {"type": hostile, "sdp": "v=0"}},
            GOOD["signal"] | {"description": None, "candidate": PATH | {"mid": hostile * 40}},
        ],
    }
    for event, entries in payloads.items():
        for payload in entries:
            answer = line.ask(event, payload)
            if event == "say" and "error" not in answer:
                assert answer["text"] in hostile.replace("\u202e", "")
            else:
                assert answer["error"]["code"] in ("invalid", "not_found"), (event, answer)
                assert hostile not in answer["error"]["message"]
    assert line.is_up


def test_a_signal_must_carry_exactly_one_thing(inside, mentor):
    line, listening = inside
    for description, candidate in ((None, None), (OFFER, PATH)):
        signal = {"to": mentor.id, "epoch": 1, "description": description, "candidate": candidate}
        assert line.ask("signal", signal)["error"]["code"] == "invalid"
    assert listening.heard("signal") == []


@pytest.mark.parametrize("event", [event for event in GOOD if event not in ("enter", "knock")])
def test_before_entering_nothing_can_be_done(connect, room, learner, event):
    assert connect(learner).ask(event, GOOD[event])["error"]["code"] == "outside"


@pytest.mark.parametrize("who", ["stranger", "another learner", "another mentor", "one who waits for an answer"])
def test_whoever_does_not_belong_here_gets_the_same_answer_as_for_no_room_at_all(connect, room, mentor, who):
    person = factories.mentor("Another Mentor") if who == "another mentor" else factories.learner("Somebody Else")
    if who == "another learner":
        factories.joinable(person, factories.mentor("Third Mentor"))
    if who == "one who waits for an answer":
        factories.request(person, factories.lesson(mentor, starts_in=factories.timedelta(hours=4)))
    line = connect(person)
    theirs = line.ask("enter", {"room": room.public_id, "tab": "tab-one-1"})
    nowhere = line.ask("enter", {"room": "there-is-no-such-room", "tab": "tab-one-1"})
    assert theirs == nowhere == {"error": {"code": "not_found", "message": "We could not find this session."}}
    assert db.session.query(PresenceInterval).count() == 0


@pytest.mark.parametrize("event", GOOD)
def test_in_a_session_that_has_ended_nothing_can_be_done(inside, room, event):
    line, _ = inside
    service.close(room.id)
    payload = GOOD[event] | ({"room": room.public_id} if event in ("enter", "knock") else {})
    answer = line.ask(event, payload)
    if event == "leave":
        assert answer == {}
    else:
        assert answer["error"]["code"] == "ended", answer
    assert queries.chat_tail(room) == []


def test_unknown_events_are_nothing_and_break_nothing(inside):
    line, _ = inside
    for event in ("connect", "disconnect", "admin", "__class__", "a" * 5000):
        line.ask(event, {"HTTP_ORIGIN": "http://localhost", "wsgi.url_scheme": "http"})
    assert line.is_up
    assert "error" not in line.ask("beat", {})
