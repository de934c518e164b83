"""From the pieces that came to the one file both may have: nothing twice, nothing lost, whatever happens on the way."""

import io
from datetime import timedelta
from pathlib import Path

import av
import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.storage import StorageFull, storage
from app.live import joining, media, queries, recording, recording_links, recording_pieces, recording_store, service, topics
from app.live.models import Room
from app.live.recording_models import Joined, Recording, RecordingChunk, RecordingSegment
from app.live.recording_pieces import OutOfOrder, Piece
from tests import factories
from tests.app.live.test_recording import begin, come, start
from tests.films import film, greys, pieces

pytestmark = pytest.mark.database
LIGHT, DARK = 200, 60


@pytest.fixture
def room(mentor, learner) -> Room:
    """The room of a session that is recorded by the mentor's browser."""
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    return room


def send(room: Room, person, data: bytes, name: str = "segment-one", *, without: int = 0) -> list[Piece]:
    """Begin a segment and send its pieces, but not the last ones."""
    begin(room, person, name)
    parts = pieces(data)
    for piece in parts[: len(parts) - without]:
        recording_pieces.take(person, room.public_id, name, piece)
    return parts


def end(room: Room) -> None:
    service.close(room.id)
    recording.finish(room.id)


def the_recording() -> Recording:
    db.session.expire_all()
    return db.session.query(Recording).one()


def file_of(found: Recording) -> bytes:
    path = storage().path(found.file_key)
    assert path is not None
    return path.read_bytes()


def test_what_was_recorded_plays_from_its_beginning_to_its_end(room, mentor, learner):
    moment = now()
    with clock.stopped(moment):
        parts = send(room, mentor, film(6, LIGHT))
        assert recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts)) == len(parts)
    with clock.stopped(moment + timedelta(seconds=3)):
        topics.mark(mentor, room.public_id, room.lesson.topics[0].id, is_covered=True)
    with clock.stopped(moment + timedelta(seconds=6)):
        end(room)
        assert joining.due_to_join() == [the_recording().id]
        joining.join(the_recording().id)
    made = the_recording()
    assert (made.joined, made.seconds, made.progress) == (Joined.READY, 6, 100)
    assert made.expires_at - moment > timedelta(days=30)
    assert [one["title"] for one in made.chapters] == ["Knots", "Afterwards"]
    with av.open(io.BytesIO(file_of(made))) as file:
        assert file.duration / 1e6 == pytest.approx(6, abs=0.2)
        assert [one["metadata"]["title"] for one in file.chapters()] == ["Knots", "Afterwards"]
    assert db.session.query(RecordingChunk).count() == 0, "what was joined is not kept twice"


def test_another_browser_takes_over_and_the_hole_between_them_is_marked(room, mentor, learner):
    moment = now()
    with clock.stopped(moment):
        send(room, mentor, film(4, LIGHT), without=1)
    with clock.stopped(moment + timedelta(seconds=6)):
        service.beat(learner, room.public_id, f"line-of-{learner.id}")
    with clock.stopped(moment + timedelta(seconds=12)):
        service.beat(learner, room.public_id, f"line-of-{learner.id}")
        parts = send(room, learner, film(5, DARK), "segment-two")
        recording_pieces.complete(learner, room.public_id, "segment-two", len(parts))
    with clock.stopped(moment + timedelta(seconds=17)):
        end(room)
        assert joining.due_to_join() == [], "the mentor's last piece may still come"
    with clock.stopped(moment + timedelta(minutes=5)):
        joining.join(the_recording().id)
    made = the_recording()
    seen = greys(file_of(made))
    assert (made.joined, made.seconds) == (Joined.READY, 17)
    assert [one["title"].split("(")[0] for one in made.chapters] == ["Not recorded "]
    assert abs(seen[max(seen)] - DARK) < 8
    assert any(grey < 50 for second, grey in seen.items() if 5 < second < 11)


def test_a_piece_that_comes_late_is_joined_as_well(room, mentor):
    moment = now()
    with clock.stopped(moment):
        parts = send(room, mentor, film(8, LIGHT), without=2)
    with clock.stopped(moment + timedelta(seconds=8)):
        end(room)
    with clock.stopped(moment + timedelta(minutes=5)):
        joining.join(the_recording().id)
        first = the_recording()
        assert first.joined is Joined.READY
        assert first.pieces_kept
        short = len(greys(file_of(first)))
        for piece in parts[-2:]:
            recording_pieces.take(mentor, room.public_id, "segment-one", piece)
        recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
        assert the_recording().joined is Joined.NOT_YET
        joining.join(the_recording().id)
    assert the_recording().joined is Joined.READY
    assert len(greys(file_of(the_recording()))) > short


def test_the_same_piece_twice_is_one_piece(room, mentor):
    begin(room, mentor)
    first = pieces(film(1, LIGHT))[0]
    assert [recording_pieces.take(mentor, room.public_id, "segment-one", first) for _ in range(3)] == [1, 1, 1]
    assert db.session.query(RecordingChunk).count() == 1


def test_a_piece_that_comes_too_early_is_told_where_to_go_on(room, mentor):
    begin(room, mentor)
    parts = pieces(film(1, LIGHT))
    with pytest.raises(OutOfOrder) as problem:
        recording_pieces.take(mentor, room.public_id, "segment-one", parts[2])
    assert problem.value.received == 0


def test_damaged_empty_and_oversized_pieces_are_refused(room, mentor):
    begin(room, mentor)
    good = pieces(film(1, LIGHT))[0]
    huge = b"\0" * (recording_pieces.LARGEST_PIECE + 1)
    for data, digest in ((good.data + b"x", good.digest), (b"", good.digest), (huge, good.digest), (good.data, "no digest")):
        with pytest.raises(Invalid):
            recording_pieces.take(mentor, room.public_id, "segment-one", Piece(0, data, digest))
    assert recording_pieces.received(mentor, room.public_id, "segment-one") == 0


def test_only_the_one_who_recorded_a_segment_may_send_it(room, mentor, learner):
    begin(room, mentor)
    piece = pieces(film(1, LIGHT))[0]
    for person in (learner, factories.learner("A Stranger")):
        with pytest.raises(NotFound):
            recording_pieces.take(person, room.public_id, "segment-one", piece)
    with pytest.raises(NotFound):
        recording_pieces.take(mentor, room.public_id, "segment-none", piece)


def test_a_full_disk_loses_nothing_and_the_piece_is_taken_later(room, mentor, monkeypatch):
    begin(room, mentor)
    piece = pieces(film(1, LIGHT))[0]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "open", full)
        with pytest.raises(StorageFull):
            recording_pieces.take(mentor, room.public_id, "segment-one", piece)
    assert recording_pieces.received(mentor, room.public_id, "segment-one") == 0
    assert recording_pieces.take(mentor, room.public_id, "segment-one", piece) == 1


def test_a_recording_has_a_largest_size(room, mentor, monkeypatch):
    monkeypatch.setattr(recording_pieces, "LARGEST_RECORDING", 10)
    begin(room, mentor)
    with pytest.raises(Conflict):
        recording_pieces.take(mentor, room.public_id, "segment-one", pieces(film(1, LIGHT))[0])


def test_a_join_that_fails_is_tried_again_and_given_up_after_four(room, mentor, monkeypatch):
    parts = send(room, mentor, film(2, LIGHT))
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    end(room)

    def breaks(*_: object) -> None:
        raise OSError("the worker's disk is full")

    monkeypatch.setattr(media, "join", breaks)
    states = []
    for _ in range(5):
        joining.join(the_recording().id)
        states.append(the_recording().joined)
    assert states == [Joined.NOT_YET] * 3 + [Joined.FAILED] * 2
    assert db.session.query(RecordingChunk).count() == len(parts), "nothing that was captured is thrown away"


def test_a_worker_that_died_halfway_is_followed_by_another(room, mentor):
    parts = send(room, mentor, film(2, LIGHT))
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    end(room)
    found = the_recording()
    found.joined, found.joining_at = Joined.JOINING, now()
    db.session.commit()
    assert joining.due_to_join() == []
    joining.join(found.id)
    assert the_recording().joined is Joined.JOINING
    with clock.stopped(now() + timedelta(minutes=6)):
        assert joining.due_to_join() == [found.id]
        joining.join(found.id)
    assert the_recording().joined is Joined.READY


def test_a_busy_worker_is_not_asked_again_and_again(app, room, mentor):
    parts = send(room, mentor, film(1, LIGHT))
    end(room)
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    waiting = app.extensions["jobs"]
    before = len(waiting.jobs)
    for _ in range(3):
        joining.join_due()
    assert len([job for job in waiting.jobs[before:] if job.function is joining.join]) == 1


def test_a_segment_that_is_no_film_spoils_nothing(room, mentor):
    moment = now()
    with clock.stopped(moment):
        parts = send(room, mentor, b"this is no film " * 50)
        recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    with clock.stopped(moment + timedelta(seconds=1)):
        parts = send(room, mentor, film(2, LIGHT), "segment-two")
        recording_pieces.complete(mentor, room.public_id, "segment-two", len(parts))
    with clock.stopped(moment + timedelta(seconds=3)):
        end(room)
        joining.join(the_recording().id)
    assert (the_recording().joined, the_recording().seconds) == (Joined.READY, 2)


def test_nothing_captured_is_said_so(room):
    with clock.stopped(now() + timedelta(seconds=20)):
        end(room)
        joining.join(the_recording().id)
        assert the_recording().joined is Joined.NOT_YET, "the mentor's browser may have captured something and tell of it yet"
    with clock.stopped(now() + timedelta(minutes=5)):
        joining.join(the_recording().id)
    assert the_recording().joined is Joined.EMPTY


def test_after_thirty_days_nothing_is_left_of_it(room, mentor, learner):
    parts = send(room, mentor, film(2, LIGHT))
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    end(room)
    joining.join(the_recording().id)
    path = storage().path(the_recording().file_key)
    word = recording_links.link_for(learner, room.public_id)
    recording_store.throw_away()
    assert path.exists()
    with clock.stopped(now() + timedelta(days=31)):
        recording_store.throw_away()
        assert (the_recording().gone_at, the_recording().deleted_by) == (now(), None)
        with pytest.raises(NotFound):
            recording_links.opened(learner, room.public_id, word)
    assert not path.exists()


def test_a_link_is_one_person_s_for_ten_minutes(room, mentor, learner):
    parts = send(room, mentor, film(1, LIGHT))
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(parts))
    end(room)
    with pytest.raises(NotFound):
        recording_links.link_for(learner, room.public_id)
    joining.join(the_recording().id)
    word = recording_links.link_for(learner, room.public_id)
    assert recording_links.opened(learner, room.public_id, word)[1].endswith(".webm")
    for person, said in ((mentor, word), (factories.learner("A Stranger"), word), (learner, f"x{word}")):
        with pytest.raises(NotFound):
            recording_links.opened(person, room.public_id, said)


def test_segments_count_only_what_came(room, mentor):
    send(room, mentor, film(1, LIGHT), without=1)
    segment = db.session.query(RecordingSegment).one()
    assert segment.chunks == 3
    assert not segment.is_whole
