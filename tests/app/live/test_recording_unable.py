"""A browser that cannot record says so: another goes on, or it ends for everybody. What was captured before that is taken."""

from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.live import queries, recording, service
from app.live import recording_segments as segments
from app.live.models import Room
from app.live.recording import NoneCan
from app.live.recording_deletion import delete
from app.live.recording_models import RecordingSegment
from app.live.recording_pieces import Gone
from app.live.recording_segments import NotRecorder
from tests import factories
from tests.app.live.test_recording import beat, begin, come, start, stretches

pytestmark = pytest.mark.database
KIND = "video/webm;codecs=vp8,opus"


@pytest.fixture
def met(mentor, learner) -> Room:
    """Both are in it."""
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    for person in (mentor, learner):
        come(room, person)
    return room


def late(room: Room, person, client_id: str = "segment-late", *, ago: float = 1, kind: str = KIND) -> None:
    segments.begin_late(person, room.public_id, client_id=client_id, kind=kind, ago=timedelta(seconds=ago))


def film() -> list[RecordingSegment]:
    return db.session.query(RecordingSegment).order_by(RecordingSegment.id).all()


def test_when_the_mentors_browser_cannot_record_the_learners_goes_on(met, mentor, learner):
    start(met, mentor, learner)
    segments.cannot(mentor, met.public_id)
    told = recording.state(met)
    assert (told.is_on, told.recorder, told.none_can) == (True, learner.id, False)
    assert len(stretches()) == 1, "it never stopped"


def test_a_browser_that_cannot_is_not_named_again_until_its_page_is_opened_anew(met, mentor, learner):
    start(met, mentor, learner)
    segments.cannot(mentor, met.public_id)
    with clock.stopped(now() + timedelta(seconds=11)):
        come(met, mentor)  # the same page, after its line broke
        recording.settle(met.id)
        assert recording.state(met).recorder == learner.id, "he may be on his way back, and nobody else can"
        come(met, mentor, "the-page-opened-anew")
        recording.settle(met.id)
        assert recording.state(met).recorder == mentor.id


def test_where_no_browser_can_it_ends_for_everybody_by_nobodys_wish(met, mentor, learner):
    start(met, mentor, learner)
    for person in (mentor, learner):
        segments.cannot(person, met.public_id)
    told = recording.state(met)
    assert (told.is_wanted, told.is_on, told.recorder, told.none_can, told.stopped_by) == (False, False, None, True, None)
    assert [one.ended_at is not None for one in stretches()] == [True]
    with pytest.raises(NoneCan):
        recording.record(mentor, met.public_id, on=True)


def test_after_a_reload_it_may_be_tried_again_without_a_new_question(met, mentor, learner):
    start(met, mentor, learner)
    for person in (mentor, learner):
        segments.cannot(person, met.public_id)
    come(met, learner, "the-page-opened-anew")
    recording.record(mentor, met.public_id, on=True)
    told = recording.state(met)
    assert (told.is_on, told.recorder) == (True, learner.id)


def test_the_mentors_setting_does_not_ask_again_while_no_browser_can(met, mentor, learner):
    accounts.record_at_once(mentor, on=True)
    start(met, mentor, learner)
    for person in (mentor, learner):
        segments.cannot(person, met.public_id)
    recording.ask_by_setting(met.id)
    assert not recording.state(met).is_wanted
    come(met, learner, "the-page-opened-anew")
    recording.ask_by_setting(met.id)
    assert recording.state(met).recorder == learner.id


def test_when_the_only_one_who_can_leaves_it_ends_and_when_their_line_breaks_they_are_waited_for(met, mentor, learner):
    start(met, mentor, learner)
    segments.cannot(mentor, met.public_id)
    began = now()
    for seconds, is_on in ((15, True), (90, False)):
        with clock.stopped(began + timedelta(seconds=seconds)):
            come(met, mentor)
            recording.settle(met.id)
            assert recording.state(met).is_on is is_on


def test_when_the_only_one_who_can_leaves_on_purpose_it_ends_as_soon_as_it_was_no_reload(met, mentor, learner):
    start(met, mentor, learner)
    segments.cannot(mentor, met.public_id)
    service.leave(learner, met.public_id, f"line-of-{learner.id}")
    recording.settle(met.id)
    assert recording.state(met).is_on, "a reload takes a moment"
    with clock.stopped(now() + timedelta(seconds=11)):
        come(met, mentor)
        recording.settle(met.id)
        told = recording.state(met)
        assert (told.is_on, told.is_wanted, told.none_can) == (False, False, True)


def test_whoever_could_go_on_and_is_just_reloading_is_waited_for_a_moment(met, mentor, learner):
    start(met, mentor, learner)
    service.leave(learner, met.public_id, f"line-of-{learner.id}")
    segments.cannot(mentor, met.public_id)
    told = recording.state(met)
    assert (told.is_on, told.none_can) == (True, False)
    come(met, learner, "the-page-opened-anew")
    recording.settle(met.id)
    assert (recording.state(met).is_on, recording.state(met).recorder) == (True, learner.id)


def test_whoever_could_go_on_and_does_not_come_back_is_missed_by_the_next_beat(met, mentor, learner):
    start(met, mentor, learner)
    service.leave(learner, met.public_id, f"line-of-{learner.id}")
    segments.cannot(mentor, met.public_id)
    left = now()
    for seconds in (6, 11):
        with clock.stopped(left + timedelta(seconds=seconds)):
            beat(met, mentor)
    with clock.stopped(left + timedelta(seconds=11)):
        assert recording.is_recorder_gone(met), "its browser is here and cannot: the next beat looks who can"
        recording.settle(met.id)
        told = recording.state(met)
        assert (told.is_on, told.is_wanted, told.none_can) == (False, False, True)


def test_only_a_browser_that_was_named_can_say_that_it_cannot(met, mentor, learner):
    with pytest.raises(NotRecorder):
        segments.cannot(mentor, met.public_id)
    start(met, mentor, learner)
    with pytest.raises(NotRecorder):
        segments.cannot(learner, met.public_id)
    with pytest.raises(NotFound):
        segments.cannot(factories.mentor("Another Mentor"), met.public_id)
    assert recording.state(met).recorder == mentor.id


def test_all_hear_that_something_was_captured(met, mentor, learner):
    start(met, mentor, learner)
    assert not recording.state(met).has_film
    begin(met, mentor)
    assert recording.state(met).has_film


def test_what_a_browser_captured_while_it_was_named_is_taken_when_it_tells_of_it_later(met, mentor, learner):
    start(met, mentor, learner)
    named = now()
    with clock.stopped(named + timedelta(seconds=20)):
        recording.record(learner, met.public_id, on=False)
    with clock.stopped(named + timedelta(hours=3)):
        service.close(met.id)
        for _ in range(2):
            late(met, mentor, ago=3 * 3600 - 10)
    [segment] = film()
    assert (segment.recorder_id, segment.began_at) == (mentor.id, named + timedelta(seconds=10))


def test_a_beginning_a_moment_before_its_browser_was_named_is_the_moment_it_was(met, mentor, learner):
    start(met, mentor, learner)
    late(met, mentor, ago=4)
    [segment] = film()
    assert segment.began_at >= stretches()[0].began_at


@pytest.mark.parametrize("ago", [60, 3600])
def test_what_somebody_captured_without_being_named_is_not_taken(met, mentor, learner, ago):
    start(met, mentor, learner)
    for person, when in ((learner, 1), (mentor, ago)):
        with pytest.raises(NotFound):
            late(met, person, ago=when)
    assert film() == []


def test_a_strange_kind_or_time_is_refused(met, mentor, learner):
    start(met, mentor, learner)
    for wrong in ({"kind": "text/html"}, {"ago": -1}, {"ago": 8 * 86_400}):
        with pytest.raises(Invalid):
            late(met, mentor, **wrong)


def test_of_a_deleted_recording_nothing_is_taken(met, mentor, learner):
    start(met, mentor, learner)
    service.close(met.id)
    recording.finish(met.id)
    delete(mentor, met.public_id)
    with pytest.raises(Gone):
        late(met, mentor)
