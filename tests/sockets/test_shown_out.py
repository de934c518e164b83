"""Whoever is not expected in a room any more hears nothing more of it: missed while the others go on, canceled, moved away."""

from datetime import timedelta

import pytest

from app.bookings import attendance, cancelling, jobs, moving
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.live import queries
from app.realtime.socket import Socket
from tests import factories


@pytest.fixture
def lesson(mentor):
    """A group, so that the room goes on without one of them."""
    return factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=3)


@pytest.fixture
def booking(lesson, learner):
    """Lev's."""
    return factories.confirmed(learner, lesson)


@pytest.fixture
def ana(lesson, booking):
    return factories.confirmed(factories.learner("Ana Sol"), lesson).learner


@pytest.fixture
def room(lesson, booking, ana):
    return queries.room_of(lesson.id)


def booking_of(learner) -> Booking:
    return db.session.query(Booking).filter_by(learner_id=learner.id).one()


def after(lesson, minutes: float):
    return clock.stopped(lesson.starts_at + timedelta(minutes=minutes))


def refusal(connect, user, room) -> dict:
    """What their browser is told when it comes again, as it does by itself."""
    return connect(user).ask("enter", {"room": room.public_id, "tab": f"tab-of-{user.id}"})["error"]


def decide(booking_id: int, state: BookingState) -> None:
    """The bare fact, without what follows from it."""
    with transaction():
        db.session.get_one(Booking, booking_id).state = state


def say(line) -> None:
    assert "error" not in line.ask("say", {"client_id": f"line-{now():%H%M%S%f}", "text": "Only for us."})


def test_whoever_vanished_and_was_missed_hears_nothing_of_the_group_that_goes_on(connect, enter, room, lesson, booking, ana, mentor, learner):
    with after(lesson, -4):
        line = enter(learner)
    with after(lesson, 0):
        enter(mentor), enter(ana)
    with after(lesson, 10):
        theirs, others = enter(mentor), enter(ana)
        jobs.decide_absences()
        assert booking.state is BookingState.MISSED
        line.heard()
        say(theirs)
        assert line.heard() == []
        assert [line.is_up, theirs.is_up, others.is_up] == [False, True, True]
        why = refusal(connect, learner, room)
        assert (why["code"], "goes back to you" in why["message"]) == ("missed", True)


def test_whoever_sits_there_when_they_are_missed_is_cut_off(connect, enter, room, lesson, booking, ana, learner):
    """The mentor did not come, and Ana gave them ten minutes more."""
    with transaction():
        booking_of(ana).wait_until = lesson.starts_at + timedelta(minutes=20)
    with after(lesson, 10):
        line, hers = enter(learner), enter(ana)
    with after(lesson, 10.1):
        jobs.decide_absences()
        assert booking.state is BookingState.MISSED
        assert [line.is_up, hers.is_up] == [False, True]
        assert [person["name"] for person in hers.heard("pulse")[-1]["people"]] == [ana.name]
        assert refusal(connect, learner, room)["code"] == "missed"


@pytest.mark.parametrize("seconds", [0, 20], ids=["there", "vanished"])
def test_whoever_canceled_after_coming_in_hears_nothing_more(connect, enter, room, booking, ana, mentor, learner, seconds):
    line = enter(learner)
    with clock.stopped(now() + timedelta(seconds=seconds)):
        theirs = enter(mentor)
        attendance.close_stale(room.lesson_id)
        cancelling.cancel_booking(learner, booking.id)
        line.heard()
        say(theirs)
        assert line.heard() == []
        assert [line.is_up, theirs.is_up] == [False, True]
        assert refusal(connect, learner, room) == {"code": "not_found", "message": "This booking was canceled."}


def test_whose_booking_moved_away_from_the_group_hears_nothing_more_of_it(connect, enter, room, booking, mentor, learner):
    proposal = factories.proposed(mentor, booking)
    line, theirs = enter(learner), enter(mentor)
    moving.accept_move(learner, proposal.id)
    line.heard()
    say(theirs)
    assert line.heard() == []
    assert [line.is_up, theirs.is_up] == [False, True]
    assert refusal(connect, learner, room)["code"] == "not_found"


def test_whoever_is_expected_all_the_same_stays(enter, room, lesson, booking, ana, mentor, learner):
    """Another learner's cancel ends nobody else's connection."""
    line, theirs = enter(learner), enter(mentor)
    cancelling.cancel_booking(ana, booking_of(ana).id)
    assert [line.is_up, theirs.is_up] == [True, True]


@pytest.mark.parametrize("state", [BookingState.MISSED, BookingState.CANCELED])
def test_whoever_is_decided_about_while_they_come_in_leaves_no_trace(connect, enter, room, booking, mentor, learner, monkeypatch, state):
    """PostgreSQL lets the decision pass between the two looks at the right to be here, after everybody was shown out."""
    theirs, line = enter(mentor), connect(learner)
    move_in, booking_id, learner_id = Socket.move_in, booking.id, learner.id

    def decide_first(socket, public_id):
        if socket.user_id == learner_id:
            decide(booking_id, state)
        move_in(socket, public_id)

    monkeypatch.setattr(Socket, "move_in", decide_first)
    theirs.heard()
    answer = line.ask("enter", {"room": room.public_id, "tab": "the-tab-that-comes"})
    assert answer["error"]["code"] == ("missed" if state is BookingState.MISSED else "not_found")
    assert attendance.present(room.lesson_id) == {mentor.id}
    assert [person["name"] for person in theirs.heard("pulse")[-1]["people"]] == [mentor.name]
    line.heard()
    say(theirs)
    assert line.heard() == []


def test_whoever_lost_their_chair_may_still_leave(enter, room, booking, learner):
    """Though nobody has shown them out yet."""
    line = enter(learner)
    decide(booking.id, BookingState.CANCELED)
    assert line.ask("leave", {}) == {}
    assert attendance.present(room.lesson_id) == set()
