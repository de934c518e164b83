"""Recording runs by everybody's will, and by one browser at a time."""

from datetime import timedelta

import pytest

from app.audit.models import AuditEntry
from app.bookings import attendance, moving
from app.bookings import queries as booking_queries
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound
from app.live import queries, recording, recording_segments, service
from app.live.models import Room
from app.live.recording_models import RecordingSegment, RecordingStretch
from app.live.recording_segments import NotRecorder
from app.live.service import SessionOver
from tests import factories

pytestmark = pytest.mark.database
NOTHING = timedelta()


@pytest.fixture
def room(mentor, learner) -> Room:
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


@pytest.fixture
def met(room, mentor, learner) -> Room:
    """Both are in it."""
    come(room, mentor)
    come(room, learner)
    return room


def come(room: Room, person, tab: str = "the-first-tab") -> None:
    service.enter(person, room.public_id, tab=tab, connection=f"line-of-{person.id}", take=True)


def beat(room: Room, *people) -> None:
    for person in people:
        service.beat(person, room.public_id, f"line-of-{person.id}")


def start(room: Room, mentor, *agreeing) -> None:
    recording.record(mentor, room.public_id, on=True)
    for person in agreeing:
        recording.answer(person, room.public_id, agrees=True)


def begin(room: Room, person, client_id: str = "segment-one") -> None:
    recording_segments.begin(person, room.public_id, client_id=client_id, kind="video/webm;codecs=vp8,opus", ago=NOTHING)


def stretches() -> list[RecordingStretch]:
    return db.session.query(RecordingStretch).order_by(RecordingStretch.id).all()


def test_nothing_is_recorded_until_the_mentor_asks_and_the_learner_agrees(met, mentor, learner):
    assert recording.state(met) == recording.OFF
    recording.record(mentor, met.public_id, on=True)
    asked = recording.state(met)
    assert (asked.is_wanted, asked.is_on, asked.asked, asked.recorder) == (True, False, [learner.id], None)
    recording.answer(learner, met.public_id, agrees=True)
    running = recording.state(met)
    assert (running.is_on, running.asked, running.recorder) == (True, [], mentor.id)


def test_a_learner_cannot_begin_and_a_stranger_finds_nothing(met, learner):
    with pytest.raises(NotAllowed):
        recording.record(learner, met.public_id, on=True)
    with pytest.raises(NotFound):
        recording.record(factories.mentor("Another Mentor"), met.public_id, on=True)
    assert recording.state(met) == recording.OFF


def test_a_no_ends_it_for_all_and_says_who(met, mentor, learner):
    start(met, mentor)
    recording.answer(learner, met.public_id, agrees=False)
    told = recording.state(met)
    assert (told.is_wanted, told.is_on, told.stopped_by, told.is_declined) == (False, False, learner.id, True)
    assert stretches() == []


def test_anybody_may_stop_it_and_is_asked_anew_the_next_time(met, mentor, learner):
    start(met, mentor, learner)
    recording.record(learner, met.public_id, on=False)
    assert recording.state(met).stopped_by == learner.id
    start(met, mentor)
    assert recording.state(met).asked == [learner.id]


def test_whoever_comes_later_is_asked_and_it_waits_for_their_yes(mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    other = factories.learner("Ana Costa")
    for person in (learner, other):
        factories.confirmed(person, lesson)
    room = queries.room_of(lesson.id)
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    with clock.stopped(now() + timedelta(seconds=3)):
        come(room, other)
        recording.settle(room.id)
        paused = recording.state(room)
        assert (paused.is_on, paused.asked, paused.agreed) == (False, [other.id], [mentor.id, learner.id])
        recording.answer(other, room.public_id, agrees=True)
        assert recording.state(room).is_on
    assert [one.ended_at is None for one in stretches()] == [False, True]


def test_pressing_twice_and_answering_no_question_change_nothing(met, mentor, learner):
    recording.answer(learner, met.public_id, agrees=True)
    assert recording.state(met) == recording.OFF
    for _ in range(2):
        start(met, mentor, learner)
    assert len(stretches()) == 1
    for _ in range(2):
        recording.record(mentor, met.public_id, on=False)
    assert len(stretches()) == 1


def test_it_does_not_begin_while_somebody_is_alone(room, mentor, learner):
    come(room, mentor)
    start(room, mentor)
    assert not recording.state(room).is_on
    come(room, learner)
    recording.answer(learner, room.public_id, agrees=True)
    assert recording.state(room).is_on


def test_another_browser_goes_on_when_nothing_was_heard_of_the_recorder_for_ten_seconds(met, mentor, learner):
    start(met, mentor, learner)
    began = now()
    with clock.stopped(began + timedelta(seconds=5)):
        beat(met, learner)
        assert not recording.is_recorder_gone(met)
    with clock.stopped(began + timedelta(seconds=11)):
        beat(met, learner)
        assert recording.state(met).recorder == learner.id
        assert not recording.is_recorder_gone(met)
        come(met, mentor, "another-tab")
        recording.settle(met.id)
        assert recording.state(met).recorder == learner.id, "who records goes on recording"


def test_a_reload_of_the_recorder_gives_the_recording_to_nobody_else(met, mentor, learner):
    start(met, mentor, learner)
    service.leave(mentor, met.public_id, f"line-of-{mentor.id}")
    recording.settle(met.id)
    come(met, mentor, "the-tab-reloaded")
    recording.settle(met.id)
    assert recording.state(met).recorder == mentor.id
    begin(met, mentor, "segment-two")


def test_it_goes_on_by_itself_when_everybody_has_vanished_for_a_while(met, mentor, learner):
    start(met, mentor, learner)
    with clock.stopped(now() + timedelta(seconds=40)):
        service.note_vanished(met.lesson_id)
        recording.settle(met.id)
        assert attendance.present(met.lesson_id) == set()
        come(met, learner)
        recording.settle(met.id)
        assert recording.state(met).is_on
    assert len(stretches()) == 1, "their browsers may have seen each other all the while"


def test_only_the_recorder_begins_a_segment_and_only_once(met, mentor, learner):
    with pytest.raises(NotRecorder):
        begin(met, mentor)
    start(met, mentor, learner)
    with pytest.raises(NotRecorder):
        begin(met, learner)
    for _ in range(2):
        begin(met, mentor)
    assert db.session.query(RecordingSegment).count() == 1


def test_somebody_s_program_cannot_begin_without_end(met, mentor, learner, monkeypatch):
    monkeypatch.setattr(recording_segments, "MOST_SEGMENTS", 3)
    start(met, mentor, learner)
    for number in range(3):
        begin(met, mentor, f"segment-{number}")
    with pytest.raises(Conflict):
        begin(met, mentor, "segment-more")


def test_the_end_of_the_session_ends_the_recording(met, mentor, learner):
    start(met, mentor, learner)
    service.close(met.id)
    recording.finish(met.id)
    recording.finish(met.id)
    assert [one.ended_at is not None for one in stretches()] == [True]
    with pytest.raises(SessionOver):
        recording.record(mentor, met.public_id, on=True)


def test_it_reaches_no_further_than_somebody_was_there(met, mentor, learner):
    start(met, mentor, learner)
    last = now()
    with clock.stopped(last + timedelta(minutes=9)):
        service.note_vanished(met.lesson_id)
        service.close(met.id)
        recording.finish(met.id)
    assert stretches()[0].ended_at <= last + timedelta(seconds=9)


def move(room: Room, mentor, learner, by: timedelta) -> None:
    """Both agree that the session takes place so much later."""
    proposal = factories.proposed(mentor, booking_queries.meetings_of(room.lesson_id)[0], by)
    moving.accept_move(learner, proposal.id)


@pytest.mark.parametrize("by", [timedelta(minutes=15), timedelta(days=1)])
def test_a_session_that_was_moved_is_not_recorded_later_without_a_new_question(met, mentor, learner, by):
    start(met, mentor, learner)
    begun = now()
    with clock.stopped(begun + timedelta(seconds=8)):
        move(met, mentor, learner, by)
        told = recording.state(met)
        assert (told.is_wanted, told.is_on, told.agreed, told.recorder) == (False, False, [], None)
    [stretch] = stretches()
    assert stretch.ended_at <= begun + timedelta(seconds=8)
    with clock.stopped(begun + by):
        come(met, mentor, "another-tab")
        come(met, learner, "another-tab")
        assert not recording.state(met).is_wanted
        recording.record(mentor, met.public_id, on=True)
        assert (recording.state(met).is_on, recording.state(met).asked) == (False, [learner.id])
    assert len(stretches()) == 1


def test_every_answer_is_logged(met, mentor, learner):
    start(met, mentor, learner)
    recording.record(learner, met.public_id, on=False)
    start(met, mentor)
    recording.answer(learner, met.public_id, agrees=False)
    tags = [entry.tag for entry in db.session.query(AuditEntry).order_by(AuditEntry.id) if entry.tag.startswith("recording")]
    assert tags == [
        "recording:self:want",
        "recording:consent:give",
        "recording:consent:give",
        "recording:self:stop",
        "recording:self:want",
        "recording:consent:refuse",
    ]
