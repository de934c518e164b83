"""A recording deleted before its time: gone for everybody at once, its bytes three days later, whatever is still on its way."""

from datetime import timedelta

import pytest

from app.accounts.queries import person as account
from app.audit.models import AuditEntry
from app.audit.tags import AuditTag
from app.bookings import disputes, settlement
from app.bookings import queries as bookings
from app.bookings.dispute_models import Dispute
from app.bookings.disputes import Claim
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound
from app.kernel.storage import FolderStorage, storage
from app.kernel.transaction import read_anew, transaction
from app.live import (
    joining,
    media,
    queries,
    recording,
    recording_deletion,
    recording_links,
    recording_pieces,
    recording_store,
    reports,
)
from app.live.models import Room
from app.live.recording_models import Joined, Recording, RecordingChunk
from app.live.recording_pieces import Gone, Piece
from app.notifications.models import Notice
from tests import factories
from tests.app.live.test_joining import LIGHT, end, send, the_recording
from tests.app.live.test_recording import come, start
from tests.at_once import at_once
from tests.films import film

pytestmark = pytest.mark.database


@pytest.fixture
def room(mentor, learner) -> Room:
    """The room of a session that is recorded by the mentor's browser."""
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    return room


@pytest.fixture
def pieces(room, mentor) -> list[Piece]:
    """What its browser captured; the last piece has not come when the session is over."""
    began = now()
    with clock.stopped(began):
        sent = send(room, mentor, film(2, LIGHT), without=1)
    with clock.stopped(began + timedelta(seconds=2)):
        end(room)
    return sent


@pytest.fixture
def kept(room, mentor, pieces) -> Room:
    """The room, once its film is there."""
    recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1])
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(pieces))
    joining.join(the_recording().id)
    assert the_recording().joined is Joined.READY
    return room


@pytest.fixture
def admin(app):
    found = factories.person("Ada Admin")
    with transaction():
        found.is_admin = True
    return found


def what_lies_there(found: Recording) -> list:
    folder = storage().path(recording_store.folder_of(found))
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def work(app) -> None:
    """The worker does what waits."""
    app.extensions["jobs"].run()


def later(by: timedelta = recording_store.REPORTABLE):
    """When nobody may report it any more and still have it looked at; or another time from now."""
    return clock.stopped(now() + by)


def work_later(app) -> None:
    """The worker does what waits until the bytes may go."""
    with later():
        work(app)


@pytest.fixture
def disputed(mentor, learner):
    """Opens a dispute about the session; hands back what withdraws it."""

    def open_one(room: Room):
        [booking] = bookings.meetings_of(room.lesson_id)
        factories.meet(booking)
        with clock.stopped(booking.lesson.ends_at):
            settlement.settle(booking.id)
            dispute = disputes.open_dispute(learner, booking.id, Claim("not_as_described", "We did no braids at all.", "0.01"))
        return lambda: disputes.withdraw_dispute(learner, booking.id, dispute.id)

    return open_one


@pytest.fixture
def reported(mentor, learner, admin):
    """The mentor reports the learner, so that no money is disputed; hands back what closes the report."""

    def report_one(room: Room):
        report = reports.report(mentor, room.public_id, learner.id, reason="rude")
        return lambda: reports.close_report(admin, report.id)

    return report_one


@pytest.fixture(params=["reported", "disputed"])
def accused(request):
    """A reason to keep the film, of either kind."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("who", ["mentor", "learner"])
def test_whoever_is_in_it_deletes_it_for_everybody(app, kept, mentor, learner, who):
    by, other = (mentor, learner) if who == "mentor" else (learner, mentor)
    word = recording_links.link_for(other, kept.public_id)
    recording_deletion.delete(by, kept.public_id)
    for person in (mentor, learner):
        with pytest.raises(NotFound, match=r"This recording was deleted\."):
            recording_links.link_for(person, kept.public_id)
    with pytest.raises(NotFound, match=r"This recording was deleted\."):
        recording_links.opened(other, kept.public_id, word)
    work(app)
    assert what_lies_there(the_recording()), "for three days somebody may still report it"
    work_later(app)
    found = the_recording()
    assert (what_lies_there(found), found.file_key, found.chapters) == ([], "", [])
    assert found.erased_at is not None
    assert [row.actor_id for row in db.session.query(AuditEntry).filter_by(tag=AuditTag.RECORDING_DELETED)] == [by.id]
    [notice] = db.session.query(Notice).filter_by(kind="recording.deleted")
    assert (notice.user_id, notice.link) == (other.id, f"/session/{kept.public_id}/after")
    assert notice.body == f"{by.name} deleted the recording of “{kept.lesson.title}”."


def test_who_is_not_in_it_cannot_delete_it_and_a_stranger_finds_nothing(mentor, learner):
    absent = factories.learner("Ana Costa")
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    for person in (learner, absent):
        factories.confirmed(person, lesson)
    room, began = queries.room_of(lesson.id), now()
    with clock.stopped(began):
        come(room, mentor)
        come(room, learner)
        start(room, mentor, learner)
    with clock.stopped(began + timedelta(seconds=5)):
        recording.record(learner, room.public_id, on=False)
    with clock.stopped(began + timedelta(seconds=6)):
        come(room, absent)  # who came when it was over is not in it
        end(room)
        with pytest.raises(NotAllowed):
            recording_deletion.delete(absent, room.public_id)
        with pytest.raises(NotFound):
            recording_deletion.delete(factories.learner("A Stranger"), room.public_id)
        assert the_recording().gone_at is None
        assert not recording_links.kept(room, absent).may_delete
        recording_deletion.delete(learner, room.public_id)
    assert the_recording().deleted_by == learner.id


def test_who_came_while_it_ran_and_never_agreed_cannot_delete_it(mentor, learner):
    late = factories.learner("Ana Costa")
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    for person in (learner, late):
        factories.confirmed(person, lesson)
    room = queries.room_of(lesson.id)
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    come(room, late)  # it ran until the server had seen them
    recording.answer(late, room.public_id, agrees=False)
    end(room)
    with pytest.raises(NotAllowed):
        recording_deletion.delete(late, room.public_id)
    assert not recording_links.kept(room, late).may_delete
    recording_deletion.delete(learner, room.public_id)


def test_who_agreed_and_stopped_it_after_a_moment_may_delete_it(room, learner):
    recording.record(learner, room.public_id, on=False)
    end(room)
    recording_deletion.delete(learner, room.public_id)
    assert the_recording().deleted_by == learner.id


def test_while_the_session_goes_on_it_is_stopped_and_not_deleted(room, learner):
    with pytest.raises(Conflict, match="Stop the recording there"):
        recording_deletion.delete(learner, room.public_id)
    assert recording.state(room).is_on


def test_all_who_press_at_the_same_moment_delete_it_once(app, kept, mentor, learner):
    address, people = kept.public_id, [mentor.id, learner.id] * 4
    deletes = [lambda person=person: recording_deletion.delete(account(person), address) for person in people]
    db.session.rollback()
    results = at_once(app, *deletes)
    read_anew()
    assert results == [None] * 8, "to everybody it is what they wanted"
    assert db.session.query(AuditEntry).filter_by(tag=AuditTag.RECORDING_DELETED).count() == 1


def test_pieces_that_still_come_up_are_refused_so_that_their_browser_lets_go(app, room, mentor, learner, pieces):
    recording_deletion.delete(learner, room.public_id)
    for call in (
        lambda: recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1]),
        lambda: recording_pieces.received(mentor, room.public_id, "segment-one"),
        lambda: recording_pieces.complete(mentor, room.public_id, "segment-one", len(pieces)),
    ):
        with pytest.raises(Gone):
            call()
    with clock.stopped(now() + timedelta(minutes=10)):
        assert joining.due_to_join() == [], "nobody may see it any more: there is nothing to join"
    work_later(app)
    assert what_lies_there(the_recording()) == []
    assert db.session.query(RecordingChunk).count() == 0


def test_a_piece_that_was_being_written_when_all_was_removed_is_removed_too(app, room, mentor, learner, pieces, monkeypatch):
    real = FolderStorage.put

    def late(store, key, data):
        recording_deletion.delete(learner, room.public_id)
        work_later(app)
        real(store, key, data)

    monkeypatch.setattr(FolderStorage, "put", late)
    with pytest.raises(Gone):
        recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1])
    assert len(what_lies_there(the_recording())) == 1
    work_later(app)
    assert what_lies_there(the_recording()) == []


@pytest.mark.parametrize("moment", ["before its pieces were read", "when the film was made"])
def test_deleted_while_it_is_being_joined_nothing_of_it_is_left(app, room, mentor, learner, pieces, monkeypatch, moment):
    recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1])
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(pieces))
    real = media.join

    def deleted_meanwhile(*arguments) -> None:
        if moment == "when the film was made":
            real(*arguments)
        recording_deletion.delete(learner, room.public_id)
        with later():
            recording_store.erase(the_recording().id)
        if moment != "when the film was made":
            real(*arguments)

    monkeypatch.setattr(media, "join", deleted_meanwhile)
    joining.join(the_recording().id)
    work_later(app)
    found = the_recording()
    assert (what_lies_there(found), found.file_key) == ([], "")
    assert recording_links.kept(room, mentor).deleted_by.id == learner.id
    with clock.stopped(now() + timedelta(minutes=10)):
        assert joining.due_to_join() == []


def test_a_store_that_fails_is_tried_again_by_the_sweep(app, kept, learner, monkeypatch):
    recording_deletion.delete(learner, kept.public_id)
    with later():
        with monkeypatch.context() as broken:
            broken.setattr(FolderStorage, "delete_under", lambda *_: (_ for _ in ()).throw(OSError("the disk is away")))
            with pytest.raises(OSError, match="the disk is away"):
                recording_store.erase(the_recording().id)
        assert the_recording().erased_at is None
        recording_store.throw_away()
    assert the_recording().erased_at is not None
    assert what_lies_there(the_recording()) == []


def test_while_a_report_is_open_the_film_is_kept_for_our_own_people_alone(app, kept, mentor, learner, admin):
    report = reports.report(mentor, kept.public_id, learner.id, reason="rude")
    recording_deletion.delete(learner, kept.public_id)
    work_later(app)
    with later():
        recording_store.throw_away()
        [path] = what_lies_there(the_recording())
        for person in (mentor, learner):
            with pytest.raises(NotFound):
                recording_links.link_for(person, kept.public_id)
        shown = app.test_cli_runner().invoke(args=["report", "show", str(report.id)]).output
        assert f"Film: {path}" in shown
        assert "nobody else sees it any more" in shown
        reports.close_report(admin, report.id)
        recording_store.throw_away()
    assert what_lies_there(the_recording()) == []


def test_a_report_made_within_three_days_still_finds_the_film(app, kept, mentor, reported):
    recording_deletion.delete(mentor, kept.public_id)
    with later(timedelta(hours=71)):
        work(app)
        recording_store.throw_away()
        close = reported(kept)
    with later(timedelta(hours=80)):
        work(app)
        recording_store.throw_away()
        assert len(what_lies_there(the_recording())) == 1
        close()
        recording_store.throw_away()
    assert what_lies_there(the_recording()) == []


def test_an_undecided_dispute_keeps_a_deleted_film_as_a_report_does(app, kept, mentor, disputed):
    def show_film(number: int) -> str:
        return app.test_cli_runner().invoke(args=["report", "film", str(number)]).output

    withdraw = disputed(kept)
    recording_deletion.delete(mentor, kept.public_id)
    work_later(app)
    with later():
        recording_store.throw_away()
        [path] = what_lies_there(the_recording())
        [dispute] = db.session.query(Dispute)
        assert str(path) in show_film(dispute.id)
        withdraw()
        recording_store.throw_away()
    assert what_lies_there(the_recording()) == []
    assert "There is no film" in show_film(dispute.id)
    assert "could not find this dispute" in show_film(999)


def test_another_session_s_dispute_keeps_nothing(app, kept, mentor, learner, disputed):
    elsewhere = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    disputed(queries.room_of(elsewhere.lesson_id))
    recording_deletion.delete(mentor, kept.public_id)
    work_later(app)
    assert what_lies_there(the_recording()) == []


def test_a_reported_film_is_still_put_together_for_our_own_people(app, room, mentor, learner, accused, pieces):
    recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1])
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(pieces))
    close = accused(room)
    recording_deletion.delete(mentor, room.public_id)
    work(app)
    assert the_recording().joined is Joined.READY
    assert recording_links.kept(room, learner).deleted_by.id == mentor.id
    close()
    with later():
        recording_store.throw_away()
    assert what_lies_there(the_recording()) == []


def test_what_still_comes_up_of_reported_sessions_is_taken_and_seen_by_nobody(app, room, mentor, learner, reported, pieces):
    close = reported(room)
    recording_deletion.delete(mentor, room.public_id)
    assert recording_pieces.received(mentor, room.public_id, "segment-one") == len(pieces) - 1
    assert recording_pieces.take(mentor, room.public_id, "segment-one", pieces[-1]) == len(pieces)
    recording_pieces.complete(mentor, room.public_id, "segment-one", len(pieces))
    work(app)
    assert (the_recording().joined, the_recording().seconds) == (Joined.READY, 2)
    with pytest.raises(NotFound):
        recording_links.link_for(learner, room.public_id)
    close()
    with pytest.raises(Gone):
        recording_pieces.received(mentor, room.public_id, "segment-one")


def test_pieces_that_could_not_be_put_together_are_kept_while_they_are_evidence(app, room, accused, pieces, monkeypatch):
    monkeypatch.setattr(media, "join", lambda *_: (_ for _ in ()).throw(OSError("the worker's disk is full")))
    with later(joining.QUIET + timedelta(minutes=1)):
        for _ in range(joining.MOST_TRIES):
            joining.join(the_recording().id)
    assert the_recording().joined is Joined.FAILED
    close = accused(room)
    with later(timedelta(days=3)):
        recording_store.throw_away()
        assert db.session.query(RecordingChunk).count() == len(pieces) - 1
        close()
        recording_store.throw_away()
    assert db.session.query(RecordingChunk).count() == 0
    assert what_lies_there(the_recording()) == []


def test_its_time_does_not_run_out_on_evidence(kept, learner, accused):
    close = accused(kept)
    with later(timedelta(days=31)):
        recording_store.throw_away()
        assert len(what_lies_there(the_recording())) == 1
        with pytest.raises(NotFound, match="not kept any longer"):
            recording_links.link_for(learner, kept.public_id)
        close()
        recording_store.throw_away()
    assert what_lies_there(the_recording()) == []
