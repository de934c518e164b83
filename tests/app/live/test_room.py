"""Rooms: who may come in and when, what is said, and how it ends."""

from datetime import timedelta

import pytest

from app.bookings import attendance
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.live import jobs, queries, service
from app.live.events import RoomEnded, RoomEnding, RoomEndUndone, RoomEntered, RoomLeft, RoomSaid
from app.live.models import Room, RoomMessage
from app.live.queries import Phase
from tests import factories


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.fixture
def room(booking) -> Room:
    return queries.room_of(booking.lesson_id)


def enter(person, room, connection=None, **extra):
    return service.enter(person, room.public_id, tab=f"tab-of-{person.id}", connection=connection or f"socket-{person.id}", **extra)


def test_a_confirmed_booking_has_one_room_and_asking_again_gives_the_same(booking, room):
    assert service.room_for(booking.lesson_id).id == room.id
    assert len(room.public_id) >= 20


def test_both_come_in_and_the_server_remembers_the_moment(room, mentor, learner, heard):
    enter(mentor, room)
    enter(learner, room)
    assert attendance.present(room.lesson_id) == {mentor.id, learner.id}
    assert room.opened_at is not None
    assert [fact.user_id for fact in heard.of(RoomEntered)] == [mentor.id, learner.id]


def test_strangers_other_mentors_and_unaccepted_learners_find_nothing(room, mentor):
    waiting = factories.learner("Waiting Learner")
    factories.request(waiting, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    for person in (waiting, factories.learner("A Stranger"), factories.mentor("Another Mentor")):
        with pytest.raises(NotFound):
            enter(person, room)
        with pytest.raises(NotFound):
            service.say(person, room.public_id, client_id="line-0001", text="hello")
        with pytest.raises(NotFound):
            service.end(person, room.public_id)


def test_an_unknown_address_is_the_same_as_somebody_elses(mentor):
    with pytest.raises(NotFound):
        queries.visit(mentor, "no-such-room-anywhere")


def test_the_doors_open_a_quarter_of_an_hour_before_and_not_a_second_sooner(room, mentor):
    starts_at = room.lesson.starts_at
    with clock.stopped(starts_at - timedelta(minutes=15, seconds=1)):
        assert queries.visit(mentor, room.public_id).phase is Phase.EARLY
        with pytest.raises(service.TooEarly):
            enter(mentor, room)
    with clock.stopped(starts_at - timedelta(minutes=15)):
        enter(mentor, room)


def test_the_doors_close_a_quarter_of_an_hour_after_the_end(room, mentor):
    with clock.stopped(room.lesson.ends_at + timedelta(minutes=14, seconds=59)):
        enter(mentor, room)
    with clock.stopped(room.lesson.ends_at + timedelta(minutes=15)), pytest.raises(service.SessionOver):
        enter(mentor, room)


def test_everyone_sees_who_is_here_and_the_same_timer(room, mentor, learner):
    start = room.lesson.starts_at
    with clock.stopped(start):
        enter(mentor, room)
        enter(learner, room)
    with clock.stopped(start + timedelta(seconds=5)):
        service.beat(mentor, room.public_id, f"socket-{mentor.id}")
        service.beat(learner, room.public_id, f"socket-{learner.id}")
        pulse = queries.pulse(room)
    assert [(person.name, person.role, person.is_here) for person in pulse.people] == [
        (mentor.name, "mentor", True),
        (learner.name, "learner", True),
    ]
    assert (pulse.timer.seconds, pulse.timer.runs_for, pulse.timer.ends_in) == (5, 8, 3595)


def test_somebody_whose_line_broke_stays_in_the_list_for_a_minute_and_is_then_gone(room, mentor, learner, heard):
    start = room.lesson.starts_at
    with clock.stopped(start):
        enter(mentor, room)
        enter(learner, room)
    for second in range(5, 100, 5):
        with clock.stopped(start + timedelta(seconds=second)):
            service.beat(mentor, room.public_id, f"socket-{mentor.id}")
            people = {person.id: person.is_here for person in queries.pulse(room).people}
            assert people.get(learner.id) == (True if second <= 8 else False if second <= 68 else None)
    assert [fact.user_id for fact in heard.of(RoomLeft)] == [learner.id]


def test_leaving_on_purpose_is_seen_at_once(room, mentor, learner, heard):
    enter(mentor, room)
    enter(learner, room)
    service.leave(learner, room.public_id, f"socket-{learner.id}")
    assert [person.id for person in queries.pulse(room).people] == [mentor.id]
    assert len(heard.of(RoomLeft)) == 1


def test_a_beat_from_a_connection_without_a_seat_is_told_to_enter_again(room, mentor):
    enter(mentor, room)
    with pytest.raises(service.NotInRoom):
        service.beat(mentor, room.public_id, "some-other-socket")


def test_a_member_who_lost_the_right_to_be_here_is_out_at_the_next_beat(booking, room, mentor, learner):
    enter(learner, room)
    booking.state = BookingState.DECLINED
    db.session.commit()
    with pytest.raises(NotFound):
        service.beat(learner, room.public_id, f"socket-{learner.id}")
    with pytest.raises(NotFound):
        service.require_seat(learner.id, room.public_id, f"socket-{learner.id}")


# Chat


def test_a_line_is_stored_once_however_often_it_is_sent(room, learner, heard):
    first = service.say(learner, room.public_id, client_id="line-0001", text="Hello")
    again = service.say(learner, room.public_id, client_id="line-0001", text="Hello")
    assert first.id == again.id
    assert len(heard.of(RoomSaid)) == 1
    assert [line.text for line in queries.chat_tail(room)] == ["Hello"]


def test_two_people_may_use_the_same_client_id(room, mentor, learner):
    service.say(learner, room.public_id, client_id="line-0001", text="Hello")
    service.say(mentor, room.public_id, client_id="line-0001", text="Hi")
    assert [line.text for line in queries.chat_tail(room)] == ["Hello", "Hi"]


def test_a_line_of_another_session_is_not_handed_out_here(room, mentor, learner):
    next_one = factories.lesson(mentor, starts_in=timedelta(minutes=70))
    factories.confirmed(factories.learner("Ana Other"), next_one)
    elsewhere = queries.room_of(next_one.id)
    with clock.stopped(next_one.starts_at - timedelta(minutes=10)):
        service.say(mentor, room.public_id, client_id="line-0001", text="secret of Lev")
        with pytest.raises(Conflict):
            service.say(mentor, elsewhere.public_id, client_id="line-0001", text="x")


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b\u200b", "\u202e", "\x00", "\ufeff \u2060"])
def test_nothing_to_see_is_nothing_to_say(room, learner, text):
    with pytest.raises(Invalid):
        service.say(learner, room.public_id, client_id="line-0001", text=text)
    assert db.session.query(RoomMessage).count() == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE users; --", "'; DROP TABLE users; --"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("👩\u200d🔬 ok", "👩\u200d🔬 ok"),
        ("two\r\nlines", "two\nlines"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_whatever_is_typed_is_kept_as_text_without_tricks(room, learner, typed, stored):
    assert service.say(learner, room.public_id, client_id="line-0001", text=typed).text == stored


# The end


def test_the_mentor_ends_it_for_all_ten_seconds_later(app, room, booking, mentor, learner, heard):
    with clock.stopped(room.lesson.starts_at):
        enter(mentor, room)
        enter(learner, room)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=6)):
        service.beat(mentor, room.public_id, f"socket-{mentor.id}")
        assert service.end(mentor, room.public_id) == now() + timedelta(seconds=10)
        assert queries.pulse(room).ending_in == 10
        assert queries.phase_of(room) is Phase.OPEN
        app.extensions["jobs"].run()
        assert room.ended_at is None
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=16)):
        app.extensions["jobs"].run()
    assert room.ended_at == room.lesson.starts_at + timedelta(seconds=16)
    assert len(heard.of(RoomEnding)) == len(heard.of(RoomEnded)) == 1
    assert attendance.present(room.lesson_id) == set()
    assert booking.state is BookingState.COMPLETED


def test_pressing_end_twice_changes_nothing(room, mentor, heard):
    with clock.stopped(room.lesson.starts_at):
        first = service.end(mentor, room.public_id)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=4)):
        assert service.end(mentor, room.public_id) == first
    assert len(heard.of(RoomEnding)) == 1


def test_the_mentor_may_think_better_of_it(app, room, mentor, heard):
    with clock.stopped(room.lesson.starts_at):
        service.end(mentor, room.public_id)
        service.undo_end(mentor, room.public_id)
        service.undo_end(mentor, room.public_id)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=30)):
        app.extensions["jobs"].run()
        jobs.close_finished_rooms()
        assert queries.phase_of(room) is Phase.OPEN
    assert len(heard.of(RoomEndUndone)) == 1
    assert heard.of(RoomEnded) == []


def test_after_the_ten_seconds_it_is_too_late_to_undo(room, mentor):
    with clock.stopped(room.lesson.starts_at):
        service.end(mentor, room.public_id)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=11)), pytest.raises(service.SessionOver):
        service.undo_end(mentor, room.public_id)


def test_without_a_worker_the_next_beat_of_anybody_closes_the_room(room, mentor, learner, heard):
    with clock.stopped(room.lesson.starts_at):
        enter(learner, room)
        service.end(mentor, room.public_id)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=11)), pytest.raises(service.SessionOver):
        service.beat(learner, room.public_id, f"socket-{learner.id}")
    assert len(heard.of(RoomEnded)) == 1


def test_a_learner_cannot_end_it_for_the_others(room, learner):
    with pytest.raises(NotAllowed):
        service.end(learner, room.public_id)
    with pytest.raises(NotAllowed):
        service.undo_end(learner, room.public_id)


def test_the_hard_stop_closes_a_room_nobody_ended_and_twice_is_once(room, mentor, learner, heard):
    with clock.stopped(room.lesson.ends_at + timedelta(minutes=15)):
        jobs.close_finished_rooms()
        jobs.close_finished_rooms()
    assert len(heard.of(RoomEnded)) == 1


@pytest.mark.parametrize(("minutes", "over"), [(0, 0), (3, 0), (12, 7), (20, 15), (60, 15)])
@pytest.mark.parametrize("who", ["mentor", "learner"])
def test_nobody_is_kept_from_what_they_have_agreed_to_next(room, mentor, learner, who, minutes, over):
    starts_in = room.lesson.ends_at - now() + timedelta(minutes=minutes)
    teacher = mentor if who == "mentor" else factories.mentor()
    student = learner if who == "learner" else factories.learner()
    factories.confirmed(student, factories.lesson(teacher, starts_in=starts_in))
    stop = room.lesson.ends_at + timedelta(minutes=over)
    with clock.stopped(stop - timedelta(seconds=1)):
        jobs.close_finished_rooms()
        assert queries.phase_of(room) is Phase.OPEN
        assert queries.pulse(room).stops_in == 1
    with clock.stopped(stop):
        assert queries.phase_of(room) is Phase.OVER
        jobs.close_finished_rooms()
    assert room.ended_at == stop


def test_what_nobody_has_booked_or_accepted_keeps_nobody_from_running_over(room, mentor, learner):
    starts_in = room.lesson.ends_at - now() + timedelta(minutes=10)
    factories.lesson(mentor, starts_in=starts_in)
    factories.request(learner, factories.lesson(factories.mentor(), starts_in=starts_in))
    with clock.stopped(room.lesson.ends_at + timedelta(minutes=14)):
        assert queries.phase_of(room) is Phase.OPEN


def test_the_hard_stop_is_told_once_it_can_be_near(room):
    with clock.stopped(room.lesson.ends_at - timedelta(minutes=12)):
        assert queries.pulse(room).stops_in is None
    with clock.stopped(room.lesson.ends_at - timedelta(minutes=10)):
        assert queries.pulse(room).stops_in == 25 * 60


def test_after_the_end_nothing_more_can_be_done(room, mentor, learner):
    service.close(room.id)
    service.close(room.id)
    with pytest.raises(service.SessionOver):
        enter(learner, room)
    with pytest.raises(service.SessionOver):
        service.say(learner, room.public_id, client_id="line-0001", text="hello?")
    with pytest.raises(service.SessionOver):
        service.end(mentor, room.public_id)
    service.leave(learner, room.public_id, "socket-1")


def test_the_sweep_notices_people_whose_browser_died(room, mentor, heard):
    with clock.stopped(room.lesson.starts_at):
        enter(mentor, room)
    with clock.stopped(room.lesson.starts_at + timedelta(seconds=60)):
        jobs.close_stale_presence()
        jobs.close_stale_presence()
    assert [fact.user_id for fact in heard.of(RoomLeft)] == [mentor.id]
    assert attendance.intervals(room.lesson_id)[0].left_at == room.lesson.starts_at + timedelta(seconds=8)
