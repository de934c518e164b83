"""The room over sockets: coming, speaking, seeing each other, the end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.accounts.models import User
from app.bookings import attendance, queries
from app.bookings.models import Booking
from app.bookings.settlement import decide_absence
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.transaction import transaction
from app.live import service
from app.notifications import queries as notices
from app.realtime.rates import Bucket
from app.realtime.socket import Socket
from tests import factories
from tests.sockets.conftest import take_at_once


def names(pulse: dict) -> list[str]:
    return [person["name"] for person in pulse["people"]]


def test_entering_answers_with_the_whole_room(connect, enter, room, mentor, learner):
    service.say(mentor, room.public_id, client_id="line-0001", text="Welcome!")
    enter(mentor)
    answer = connect(learner).ask("enter", {"room": room.public_id, "tab": "tab-one-1"})
    assert answer["me"] == learner.id
    assert names(answer["pulse"]) == [mentor.name, learner.name]
    assert [line["text"] for line in answer["chat"]] == ["Welcome!"]
    assert answer["pulse"]["timer"]["runs_for"] > 0
    assert answer["ice"] == []
    assert answer["renewal"]


def test_what_is_said_while_somebody_comes_in_is_not_lost(app, connect, enter, room, mentor, learner, monkeypatch):
    enter(mentor)
    line, move_in = connect(learner), Socket.move_in

    def say_just_before(socket, public_id):
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(_say, app, mentor.id, public_id).result()
        move_in(socket, public_id)

    monkeypatch.setattr(Socket, "move_in", say_just_before)
    answer = line.ask("enter", {"room": room.public_id, "tab": "tab-one-1"})
    assert [one["text"] for one in answer["chat"]] == ["Are we still here?"]


def _say(app, person_id, public_id):
    with app.app_context():
        service.say(db.session.get_one(User, person_id), public_id, client_id="line-0001", text="Are we still here?")


def test_those_inside_see_who_comes_and_who_goes(enter, mentor, learner):
    first = enter(mentor)
    first.heard()
    second = enter(learner)
    assert [names(pulse) for pulse in first.heard("pulse")] == [[mentor.name, learner.name]]
    second.ask("leave", {})
    assert [names(pulse) for pulse in first.heard("pulse")] == [[mentor.name]]


def test_a_broken_line_is_not_a_departure(enter, room, mentor, learner):
    first, second = enter(mentor), enter(learner)
    first.heard()
    second.drop()
    assert first.heard("pulse") == []
    db.session.rollback()
    assert attendance.present(room.lesson_id) == {mentor.id, learner.id}
    enter(learner, tab="after-a-reload")
    db.session.rollback()
    assert len(attendance.intervals(room.lesson_id)) == 3


def test_the_same_tab_goes_on_where_it_was(enter, room, mentor):
    enter(mentor).drop()
    enter(mentor)
    assert len(attendance.intervals(room.lesson_id)) == 1


def test_a_second_tab_is_asked_and_taking_the_seat_sends_the_first_away(connect, enter, room, mentor):
    first, second = enter(mentor), connect(mentor)
    wish = {"room": room.public_id, "tab": "another-tab"}
    assert second.ask("enter", wish)["error"] == {
        "code": "elsewhere",
        "message": "You are in this session in another tab. Join here instead?",
    }
    assert first.is_up
    assert second.ask("enter", wish | {"take": True})["me"] == mentor.id
    assert ("replaced", {}) in first.heard()
    assert not first.is_up
    assert second.ask("beat", {})["pulse"]["people"][0]["id"] == mentor.id


def test_a_signal_reaches_the_one_it_is_for_and_nobody_else(enter, connect, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=70), capacity=3)
    people = [factories.learner(name) for name in ("Lev One", "Ana Two")]
    for person in people:
        factories.confirmed(person, lesson)
    address = service.room_for(lesson.id).public_id
    with clock.stopped(lesson.starts_at):
        lines = {person.id: connect(person) for person in (mentor, *people)}
        for user_id, line in lines.items():
            line.ask("enter", {"room": address, "tab": f"tab-of-{user_id}"})
        for line in lines.values():
            line.heard()
        offer = {"to": people[0].id, "epoch": 7000, "description": {"type": "offer", "sdp": "v=0"}, "candidate": None}
        assert lines[mentor.id].ask("signal", offer) == {}
    heard = {user_id: line.heard("signal") for user_id, line in lines.items()}
    expected = {"sender": mentor.id, "epoch": 7000, "description": {"type": "offer", "sdp": "v=0"}, "candidate": None}
    assert heard == {mentor.id: [], people[0].id: [expected], people[1].id: []}


def test_a_signal_never_leaves_its_room(enter, mentor, learner):
    stranger = factories.learner("In Another Room")
    enter(mentor)
    signal = {"to": stranger.id, "epoch": 1, "description": {"type": "offer", "sdp": "v=0"}, "candidate": None}
    assert enter(learner).ask("signal", signal) == {}


def test_a_line_is_heard_by_all_and_answered_with_itself(enter, mentor, learner):
    lines = [enter(mentor), enter(learner)]
    for line in lines:
        line.heard()
    answer = lines[1].ask("say", {"client_id": "line-0001", "text": "<b>Hello</b>"})
    assert answer["number"] > 0
    assert (answer["text"], answer["sender"], answer["name"]) == ("<b>Hello</b>", learner.id, learner.name)
    assert [line.heard("said") for line in lines] == [[answer], [answer]]


def test_the_others_see_what_is_switched_on(enter, mentor, learner):
    first, second = enter(mentor), enter(learner)
    status = {"microphone": "muted", "camera": True, "sharing": False, "hand": True, "heard": 7}
    second.ask("status", status)
    assert first.heard("status") == [{"sender": learner.id} | status]
    assert second.heard("status") == []


def test_the_mentor_takes_a_hand_down_and_nobody_else_does(enter, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    assert theirs.ask("lower", {"person": learner.id}) == {}
    assert line.heard("lowered") == [{"by": mentor.name}]
    assert line.ask("lower", {"person": mentor.id})["error"]["code"] == "not_allowed"
    assert theirs.heard("lowered") == []


def test_a_topic_the_mentor_ticks_is_covered_for_everybody_and_for_whoever_comes_later(enter, connect, room, mentor, learner):
    theirs, line = enter(mentor), enter(learner)
    first, second = room.lesson.topics
    assert theirs.ask("cover", {"topic": second.id, "covered": True}) == {}
    [heard] = line.heard("topics")
    assert [(one["name"], one["covered_at"] is not None) for one in heard["topics"]] == [(first.name, False), (second.name, True)]
    assert line.ask("cover", {"topic": first.id, "covered": True})["error"]["code"] == "not_allowed"
    again = connect(learner).ask("enter", {"room": room.public_id, "tab": "tab-two-2", "take": True})
    assert again["topics"] == heard["topics"]


def test_whoever_knocks_is_shown_to_the_mentor_whose_yes_reaches_them_before_they_are_in(enter, connect, room, mentor, learner):
    theirs, outside = enter(mentor), connect(learner)
    theirs.heard()
    assert outside.ask("knock", {"room": room.public_id}) == {"seconds": 5.0}
    assert theirs.heard("knock") == [{"id": learner.id, "name": learner.name}]
    assert theirs.ask("admit", {"person": learner.id}) == {}
    assert outside.heard("admitted") == [{"room": room.public_id}]


def test_nobody_waits_for_a_mentor_who_is_not_there_and_the_mentor_asks_nobody(enter, connect, room, mentor, learner):
    assert connect(learner).ask("knock", {"room": room.public_id}) == {"seconds": 0.0}
    enter(learner)
    assert connect(mentor).ask("knock", {"room": room.public_id}) == {"seconds": 0.0}


def test_only_the_mentor_lets_in_and_only_who_belongs_here(enter, connect, room, mentor, learner):
    stranger = factories.learner("A Stranger")
    theirs, line, outside = enter(mentor), enter(learner), connect(stranger)
    assert outside.ask("knock", {"room": room.public_id})["error"]["code"] == "not_found"
    assert theirs.heard("knock") == []
    assert theirs.ask("admit", {"person": stranger.id})["error"]["code"] == "not_allowed"
    assert line.ask("admit", {"person": learner.id})["error"]["code"] == "not_allowed"
    assert outside.heard("admitted") == []


def test_the_mentors_end_counts_down_for_all_and_can_be_undone(enter, mentor, learner):
    first, second = enter(mentor), enter(learner)
    second.heard()
    assert first.ask("end", {}) == {}
    assert [0 < pulse["ending_in"] <= 10 for pulse in second.heard("pulse")] == [True]
    assert first.ask("undo_end", {}) == {}
    assert [pulse["ending_in"] for pulse in second.heard("pulse")] == [None]


def test_when_it_ends_everybody_hears_it_and_then_nothing_more(enter, room, mentor, learner):
    lines = [enter(mentor), enter(learner)]
    service.close(room.id)
    assert [line.heard("ended") for line in lines] == [[{}], [{}]]
    assert lines[0].ask("beat", {})["error"]["code"] == "ended"
    service.room_for(room.lesson_id)
    assert [line.heard() for line in lines] == [[], []]


def test_somebody_who_lost_their_seat_is_refused_in_every_event(enter, room, mentor, learner):
    line = enter(learner)
    with transaction():
        for booking in db.session.query(Booking).all():
            booking.state = BookingState.DECLINED
    signal = {"to": mentor.id, "epoch": 1, "description": {"type": "offer", "sdp": "v=0"}, "candidate": None}
    status = {"microphone": "on", "camera": True, "sharing": False, "hand": False, "heard": 0}
    for event, payload in (
        ("beat", {}),
        ("signal", signal),
        ("say", {"client_id": "line-0001", "text": "hello"}),
        ("status", status),
        ("enter", {"room": room.public_id, "tab": "tab-one-1"}),
    ):
        assert line.ask(event, payload)["error"]["code"] == "not_found", event


def test_a_closed_account_is_refused_in_every_event(enter, learner):
    line = enter(learner)
    with transaction():
        learner.disabled_at = learner.created_at
    assert line.ask("beat", {})["error"]["code"] == "not_found"


def test_a_flood_is_slowed_down_and_harms_nobody_else(enter, mentor, learner, monkeypatch):
    flooding, calm = enter(learner), enter(mentor)
    monkeypatch.setattr(Bucket, "take", take_at_once)
    codes = [flooding.ask("undo_end", {"x": 1}).get("error", {}).get("code") for _ in range(300)]
    assert codes[0] == "invalid"
    assert codes.count("too_many") >= 100
    assert "error" not in calm.ask("beat", {})


def test_while_somebody_is_missing_both_see_the_minutes_and_may_wait_longer(enter, room, mentor, learner):
    starts_at = room.lesson.starts_at
    with clock.stopped(starts_at + timedelta(minutes=4)):
        first = enter(mentor)
        first.heard()
        assert first.ask("beat", {})["pulse"]["decides_in"] == 360
        assert first.ask("wait_longer", {}) == {}
        assert [pulse["decides_in"] for pulse in first.heard("pulse")] == [960]
        enter(learner)
        assert [pulse["decides_in"] for pulse in first.heard("pulse")] == [None]
    with clock.stopped(starts_at + timedelta(minutes=4, seconds=5)):
        assert first.ask("wait_longer", {})["error"]["code"] == "nobody_missing"


def test_when_the_learner_does_not_come_the_room_closes_and_both_read_why(enter, room, mentor, learner):
    [booking] = queries.meetings_of(room.lesson_id)
    with clock.stopped(room.lesson.starts_at + timedelta(minutes=9, seconds=55)):
        first = enter(mentor)
    with clock.stopped(room.lesson.starts_at + timedelta(minutes=10)):
        decide_absence(booking.id)
    assert len(first.heard("ended")) == 1
    assert booking.state is BookingState.MISSED
    assert "Lev did not come: all of $18 goes back to Lev." in notices.latest(mentor)[0].body
    assert "You did not come: all of $18 goes back to you." in notices.latest(learner)[0].body


def test_both_browsers_tell_what_they_received_while_the_server_was_away(connect, enter, room, mentor, learner):
    with clock.stopped(clock.now() - timedelta(seconds=60)):
        mine, theirs = enter(mentor), enter(learner)
    mine.drop()
    theirs.drop()
    with clock.stopped(clock.now()):
        mine, theirs = enter(mentor), enter(learner)
        assert mine.ask("testify", {"received": [{"person": learner.id, "seconds": 58}]}) == {}
        assert theirs.ask("testify", {"received": [{"person": mentor.id, "seconds": 52}]}) == {}
        assert mine.ask("beat", {"link": "lowered"})["pulse"]["timer"]["seconds"] == 52
    db.session.rollback()
    assert [row.link_lowered for row in attendance.intervals(room.lesson_id) if row.user_id == mentor.id] == [0, 1]


def test_a_word_that_makes_no_sense_is_refused_and_costs_nobody_the_seat(enter, room, mentor, learner):
    line, other = enter(mentor), enter(learner)
    for received in ([], [{"person": learner.id, "seconds": -1}], [{"person": learner.id, "seconds": 10**9}], [{"person": 0}], "x"):
        assert line.ask("testify", {"received": received})["error"]["code"] == "invalid"
    assert line.ask("beat", {"link": "splendid"})["error"]["code"] == "invalid"
    assert line.ask("beat", {})["pulse"]["people"]
    other.ask("leave", {})
    assert other.ask("testify", {"received": [{"person": mentor.id, "seconds": 5}]})["error"]["code"] in ("outside", "no_room")
