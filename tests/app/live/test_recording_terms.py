"""A browser's word counts for the time in which it was named: not for another's time, and not before it has had time to tell."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.events import EventTable
from app.live import joining, queries, recording, recording_pieces, recording_segments
from app.live.events import RecordingChanged
from app.live.models import Room
from app.live.recording_models import Joined, RecordingTerm
from tests import factories
from tests.app.live.test_joining import DARK, LIGHT, end, file_of, send, the_recording
from tests.app.live.test_recording import beat, begin, come, start
from tests.app.live.test_recording_unable import film as told_of
from tests.app.live.test_recording_unable import late
from tests.films import film, greys, pieces

pytestmark = pytest.mark.database


@pytest.fixture
def room(mentor, learner) -> Room:
    """The mentor's browser is named."""
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    for person in (mentor, learner):
        come(room, person)
    start(room, mentor, learner)
    return room


def send_whole(room: Room, person, name: str, data: bytes) -> None:
    """Everything of a segment that is told of already."""
    parts = pieces(data)
    for piece in parts:
        recording_pieces.take(person, room.public_id, name, piece)
    recording_pieces.complete(person, room.public_id, name, len(parts))


def test_whoever_once_recorded_cannot_take_the_segments_of_whoever_does_now(room, mentor, learner, monkeypatch):
    monkeypatch.setattr(recording_segments, "MOST_SEGMENTS", 3)
    for number in range(3):
        late(room, mentor, f"segment-empty-{number}", ago=0)
    with pytest.raises(Conflict):
        late(room, mentor, "segment-empty-4", ago=0)
    recording_segments.cannot(mentor, room.public_id)
    begin(room, learner)
    assert [one.recorder_id for one in told_of()][-1] == learner.id


def test_told_of_twice_it_is_told_to_the_others_once(app, room, mentor, monkeypatch):
    told, table = [], EventTable()
    table.connect({RecordingChanged: [told.append]})
    monkeypatch.setitem(app.extensions, "events", table)
    for _ in range(3):
        begin(room, mentor)
    assert told == [RecordingChanged(room.id)]


def test_what_a_former_recorder_sends_later_does_not_lie_over_what_the_next_one_captured(room, mentor, learner):
    moment = now()
    with clock.stopped(moment + timedelta(seconds=2)):
        recording_segments.cannot(mentor, room.public_id)
        for person in (mentor, learner):
            beat(room, person)
    with clock.stopped(moment + timedelta(seconds=3)):
        send(room, learner, film(10, DARK), "segment-two")
        recording_pieces.complete(learner, room.public_id, "segment-two", len(pieces(film(10, DARK))))
    with clock.stopped(moment + timedelta(seconds=13)):
        end(room)
        late(room, mentor, "segment-long", ago=12)
        send_whole(room, mentor, "segment-long", film(60, LIGHT))
        joining.join(the_recording().id)
    made = the_recording()
    assert made.joined is Joined.READY
    seen = greys(file_of(made))
    assert all(abs(grey - DARK) < 12 for second, grey in seen.items() if second > 3), seen


def test_whoever_is_named_again_before_another_captured_anything_has_gone_on_in_one_piece(room, mentor, learner):
    moment = now()
    with clock.stopped(moment):
        begin(room, mentor)
    with clock.stopped(moment + timedelta(seconds=6)):
        beat(room, learner)
    with clock.stopped(moment + timedelta(seconds=11)):  # the mentor's line is down, his browser captures on
        beat(room, learner)
        recording.settle(room.id)
        assert recording.state(room).recorder == learner.id
    with clock.stopped(moment + timedelta(seconds=24)):  # and now the learner's is
        come(room, mentor)
        recording.settle(room.id)
        assert recording.state(room).recorder == mentor.id
    with clock.stopped(moment + timedelta(seconds=30)):
        for person in (mentor, learner):
            come(room, person)
        end(room)
        send_whole(room, mentor, "segment-one", film(30, LIGHT))
    with clock.stopped(moment + timedelta(minutes=5)):
        joining.join(the_recording().id)
    assert the_recording().chapters == []
    assert the_recording().seconds >= 25


def test_a_beginning_a_moment_after_its_browser_was_named_lies_in_that_time(room, mentor, learner):
    named = now()
    with clock.stopped(named + timedelta(seconds=20)):
        recording.record(learner, room.public_id, on=False)
    with clock.stopped(named + timedelta(seconds=60)):
        late(room, mentor, ago=37)
    [segment] = told_of()
    assert segment.began_at < named + timedelta(seconds=20)


def test_whoever_was_named_and_has_told_of_nothing_yet_is_waited_for(room, mentor, learner):
    moment = now()
    with clock.stopped(moment):
        parts = send(room, mentor, film(4, LIGHT))
        recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    with clock.stopped(moment + timedelta(seconds=4)):
        for person in (mentor, learner):
            beat(room, person)
        recording_segments.cannot(mentor, room.public_id)
    with clock.stopped(moment + timedelta(seconds=14)):
        end(room)
        assert joining.due_to_join() == []
    with clock.stopped(moment + timedelta(minutes=5)):
        assert joining.due_to_join() == [the_recording().id]
        joining.join(the_recording().id)
        assert (the_recording().joined, the_recording().pieces_kept) == (Joined.READY, True)
        late(room, learner, "segment-two", ago=5 * 60 - 5)
        send_whole(room, learner, "segment-two", film(9, DARK))
        joining.join(the_recording().id)
    seen = greys(file_of(the_recording()))
    assert abs(seen[max(seen)] - DARK) < 12
    assert not the_recording().pieces_kept, "now nothing more can come"


def test_a_browser_that_was_named_for_a_moment_only_is_not_waited_for(room, mentor, learner):
    moment = now()
    with clock.stopped(moment + timedelta(seconds=2)):
        recording_segments.cannot(mentor, room.public_id)
        parts = send(room, learner, film(4, LIGHT))
        recording_pieces.complete(learner, room.public_id, "segment-one", len(parts))
    with clock.stopped(moment + timedelta(seconds=6)):
        end(room)
        assert joining.due_to_join() == [the_recording().id]


def test_an_older_recording_that_knows_nothing_of_terms_is_joined_as_it_was(room, mentor):
    moment = now()
    with clock.stopped(moment):
        parts = send(room, mentor, film(4, LIGHT))
        recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    with clock.stopped(moment + timedelta(seconds=4)):
        end(room)
        db.session.execute(delete(RecordingTerm))
        db.session.commit()
        joining.join(the_recording().id)
    assert (the_recording().joined, the_recording().seconds) == (Joined.READY, 4)
