"""The whiteboard over sockets: what one draws the others see, once, and whoever comes late sees all of it."""

from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.transaction import transaction
from app.realtime.rates import Bucket
from tests.sockets.conftest import take_at_once

MARK = {"colour": "red", "width": 4, "points": [10, 10, 5, 5], "text": ""}


def stroke(client_id: str) -> dict:
    return {"client_id": client_id, "page": 1, "kind": "stroke", "mark": MARK, "targets": None, "paper": None}


def test_a_stroke_is_heard_by_all_and_answered_with_its_number(enter, mentor, learner):
    lines = [enter(mentor), enter(learner)]
    for line in lines:
        line.heard()
    answer = lines[1].ask("draw", stroke("deed-0001"))
    assert answer == stroke("deed-0001") | {"number": 1, "sender": learner.id}
    assert [line.heard("drawn") for line in lines] == [[answer], [answer]]
    assert lines[1].ask("draw", stroke("deed-0001")) == answer
    assert [line.heard("drawn") for line in lines] == [[], []], "a second sending is no news"


def test_whoever_comes_late_learns_the_version_and_asks_for_the_rest(connect, enter, room, mentor, learner):
    first = enter(mentor)
    drawn = [first.ask("draw", stroke(f"deed-000{number}")) for number in range(3)]
    late = connect(learner)
    assert late.ask("enter", {"room": room.public_id, "tab": "tab-one-1"})["board"] == 3
    assert late.ask("board", {"since": 0, "most": 65_536}) == {"version": 3, "upto": 3, "pages": 1, "deeds": drawn}
    assert late.ask("board", {"since": 2, "most": 65_536})["deeds"] == drawn[2:]
    assert late.ask("board", {"since": 99, "most": 65_536})["deeds"] == []


def test_a_drawing_on_its_way_is_seen_by_the_others_and_kept_by_nobody(enter, mentor, learner):
    first, second = enter(mentor), enter(learner)
    first.heard()
    piece = {"client_id": "deed-0001", "page": 1, "kind": "stroke", "mark": MARK}
    assert second.ask("drawing", piece) == {}
    assert first.heard("drawing") == [piece | {"sender": learner.id}]
    assert second.heard("drawing") == []
    assert first.ask("board", {"since": 0, "most": 65_536})["version"] == 0


def test_only_the_connection_that_holds_the_seat_draws_and_looks(enter, room, mentor, learner):
    line = enter(learner)
    other = enter(mentor)
    line.ask("draw", stroke("deed-0001"))
    with transaction():
        for booking in db.session.query(Booking).all():
            booking.state = BookingState.DECLINED
    other.heard()
    piece = {key: value for key, value in stroke("deed-0002").items() if key not in ("targets", "paper")}
    for event, payload in (("draw", stroke("deed-0002")), ("drawing", piece), ("board", {"since": 0, "most": 65_536})):
        assert line.ask(event, payload)["error"]["code"] == "not_found", event
    assert other.heard() == []


def test_who_draws_too_fast_is_told_so_and_the_same_stroke_goes_through_later(enter, learner, monkeypatch):
    line = enter(learner)
    with monkeypatch.context() as hurried:
        hurried.setattr(Bucket, "take", take_at_once)
        codes = [line.ask("draw", {}).get("error", {}).get("code") for _ in range(300)]
        late = line.ask("draw", stroke("deed-0001"))
    assert codes.count("too_many") >= 100
    assert late["error"]["code"] == "too_many"
    assert line.ask("draw", stroke("deed-0001"))["number"] == 1


def test_while_the_mentor_has_locked_it_only_they_draw_and_everybody_knows(enter, mentor, learner):
    hers, his = enter(mentor), enter(learner)
    assert hers.ask("lock_board", {"on": True}) == {}
    assert [line.heard("board_lock") for line in (hers, his)] == [[{"on": True}]] * 2
    refusal = his.ask("draw", stroke("deed-0001"))["error"]
    assert refusal == {"code": "board_locked", "message": "Your mentor has locked the whiteboard."}
    piece = {"client_id": "deed-0001", "page": 1, "kind": "stroke", "mark": MARK}
    assert his.ask("drawing", piece)["error"]["code"] == "board_locked"
    assert hers.heard() == []
    assert hers.ask("draw", stroke("deed-0002"))["number"] == 1
    assert hers.ask("drawing", piece) == {}
    assert hers.ask("lock_board", {"on": False}) == {}
    assert [line.heard("board_lock") for line in (hers, his)] == [[{"on": False}]] * 2
    assert his.ask("draw", stroke("deed-0001"))["number"] == 2, "the same stroke goes through now"


def test_locking_twice_is_no_news_and_a_learner_may_not(enter, mentor, learner):
    hers, his = enter(mentor), enter(learner)
    hers.ask("lock_board", {"on": True})
    his.heard()
    assert hers.ask("lock_board", {"on": True}) == {}
    answer = his.ask("lock_board", {"on": False})["error"]
    assert (answer["code"], answer["message"]) == ("not_allowed", "Only the mentor can lock the whiteboard.")
    assert his.heard() == []


def test_whoever_comes_in_learns_of_the_lock(connect, enter, room, mentor, learner):
    hers = enter(mentor)
    come_in = {"room": room.public_id, "tab": "tab-one-1"}
    assert connect(learner).ask("enter", come_in)["locked"] is False
    hers.ask("lock_board", {"on": True})
    assert connect(learner).ask("enter", come_in)["locked"] is True
