"""A recording that is asked for by the mentor's setting, and none at all where somebody is under 18."""

import dataclasses
import threading
from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.service import SettingsDraft
from app.audit.models import AuditEntry
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import NotAllowed
from app.kernel.transaction import read_anew, transaction
from app.live import queries, recording, service
from app.live.models import Room
from app.live.recording_models import Recording
from tests import factories
from tests.app.live.test_recording import come, move, start, stretches
from tests.at_once import at_once

pytestmark = pytest.mark.database


@pytest.fixture
def room(mentor, learner) -> Room:
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


@pytest.fixture
def eager(mentor) -> User:
    """Mira, who wants every session recorded."""
    return accounts.record_at_once(mentor, on=True)


def declare(person: User, *, minor: bool) -> None:
    """As the settings page does it."""
    kept = SettingsDraft(person.timezone, person.theme, person.sound_on, person.is_learner, person.is_mentor, person.records_at_once)
    accounts.update_settings(person, dataclasses.replace(kept, is_minor=minor))


def group(mentor, *people: User) -> Room:
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=len(people))
    for person in people:
        factories.confirmed(person, lesson)
    return queries.room_of(lesson.id)


@pytest.mark.parametrize("first", ["mentor", "learner"])
def test_with_the_setting_everybody_is_asked_as_soon_as_two_have_met(room, eager, learner, first):
    here, late = (eager, learner) if first == "mentor" else (learner, eager)
    come(room, here)
    assert recording.state(room) == recording.OFF, "nobody is asked while somebody is alone"
    come(room, late)
    told = recording.state(room)
    assert (told.is_wanted, told.is_on, told.agreed, told.asked) == (True, False, [eager.id], [learner.id])
    assert [row.actor_id for row in db.session.query(AuditEntry).filter_by(tag=AuditTag.RECORDING_WANTED)] == [eager.id]
    recording.answer(learner, room.public_id, agrees=True)
    assert recording.state(room).is_on


def test_without_the_setting_nobody_is_asked(room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    assert recording.state(room) == recording.OFF


def test_two_learners_without_their_mentor_are_not_asked(eager, learner):
    other = factories.learner("Ana Costa")
    room = group(eager, learner, other)
    come(room, learner)
    come(room, other)
    assert recording.state(room) == recording.OFF
    come(room, eager)
    assert recording.state(room).asked == [learner.id, other.id]


@pytest.mark.parametrize("how", ["a no", "a stop by the learner", "a stop by the mentor"])
def test_after_a_no_or_a_stop_only_a_tap_asks_again(room, eager, learner, how):
    come(room, eager)
    come(room, learner)
    if how == "a no":
        recording.answer(learner, room.public_id, agrees=False)
    else:
        recording.answer(learner, room.public_id, agrees=True)
        recording.record(eager if how == "a stop by the mentor" else learner, room.public_id, on=False)
    for minutes, person in ((1, learner), (2, eager)):
        with clock.stopped(now() + timedelta(minutes=minutes)):
            service.leave(person, room.public_id, f"line-of-{person.id}")
            come(room, person, "another-tab")
            assert not recording.state(room).is_wanted
    recording.record(eager, room.public_id, on=True)
    assert recording.state(room).is_wanted


def test_in_the_next_session_everybody_is_asked_anew(room, eager, learner):
    come(room, eager)
    come(room, learner)
    recording.answer(learner, room.public_id, agrees=False)
    with clock.stopped(now() + timedelta(days=1)):
        following = queries.room_of(factories.joinable(learner, eager).lesson_id)
        come(following, eager)
        come(following, learner)
        assert recording.state(following).asked == [learner.id]


def test_after_a_move_everybody_is_asked_anew_also_where_somebody_had_said_no(room, eager, learner):
    come(room, eager)
    come(room, learner)
    recording.answer(learner, room.public_id, agrees=False)
    move(room, eager, learner, timedelta(days=1))
    with clock.stopped(now() + timedelta(days=1)):
        come(room, eager, "another-tab")
        come(room, learner, "another-tab")
        assert (recording.state(room).is_on, recording.state(room).asked) == (False, [learner.id])


def test_two_processes_that_see_them_meet_ask_once(app, room, eager, learner):
    accounts.record_at_once(eager, on=False)
    come(room, eager)
    come(room, learner)
    accounts.record_at_once(eager, on=True)
    room_id = room.id
    at_once(app, *[lambda: recording.ask_by_setting(room_id) for _ in range(6)])
    read_anew()
    assert db.session.query(Recording).count() == 1
    assert db.session.query(AuditEntry).filter_by(tag=AuditTag.RECORDING_WANTED).count() == 1


def test_only_a_mentor_can_set_it_and_it_goes_with_the_hat(mentor, learner):
    with pytest.raises(NotAllowed):
        accounts.record_at_once(learner, on=True)
    accounts.update_settings(mentor, SettingsDraft("UTC", "system", True, True, True, records_at_once=True))
    assert mentor.records_at_once
    accounts.update_settings(mentor, SettingsDraft("UTC", "system", True, True, False, records_at_once=True))
    assert not mentor.records_at_once


@pytest.mark.parametrize("who", ["mentor", "learner", "somebody who has not come"])
def test_with_somebody_under_18_nothing_is_asked_and_nothing_starts(eager, learner, who):
    absent = factories.learner("Ana Costa")
    room = group(eager, learner, absent)
    declare({"mentor": eager, "learner": learner}.get(who, absent), minor=True)
    come(room, eager)
    come(room, learner)
    assert recording.state(room) == dataclasses.replace(recording.OFF, is_allowed=False)
    with pytest.raises(NotAllowed, match=r"^Sessions with somebody under 18 are not recorded\.$"):
        recording.record(eager, room.public_id, on=True)
    assert db.session.query(Recording).count() == 0


def test_saying_so_during_a_session_stops_its_recording_and_nobody_can_agree_any_more(room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    assert recording.state(room).is_on
    declare(learner, minor=True)
    told = recording.state(room)
    assert (told.is_allowed, told.is_wanted, told.is_on, told.stopped_by) == (False, False, False, None)
    assert stretches()[0].ended_at is not None
    with pytest.raises(NotAllowed):
        recording.answer(learner, room.public_id, agrees=True)


def test_saying_so_at_the_very_moment_in_which_record_is_tapped_stops_it_too(app, room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    address, mentor_id, learner_id = room.public_id, mentor.id, learner.id
    is_allowed_yet, has_said_so = threading.Event(), threading.Event()

    def tap() -> None:
        with transaction():
            recording.record(db.session.get_one(User, mentor_id), address, on=True)
            is_allowed_yet.set()
            has_said_so.wait(0.5)  # before this is committed; or they wait for us, as they should

    def say_so() -> None:
        is_allowed_yet.wait(10)
        declare(db.session.get_one(User, learner_id), minor=True)
        has_said_so.set()

    at_once(app, tap, say_so)
    read_anew()
    assert not recording.state(room).is_wanted


def test_a_question_that_stands_goes_away_too(room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    start(room, mentor)
    declare(learner, minor=True)
    assert (recording.state(room).asked, recording.state(room).is_wanted) == ([], False)


def test_taken_back_everybody_may_be_asked_anew_by_a_tap(room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    declare(learner, minor=True)
    declare(learner, minor=False)
    start(room, mentor)
    assert (recording.state(room).is_on, recording.state(room).asked) == (False, [learner.id])
    recording.answer(learner, room.public_id, agrees=True)
    assert recording.state(room).is_on


def test_a_minor_s_other_sessions_and_other_people_s_are_left_alone(room, mentor, learner):
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    declare(factories.learner("Somebody Young"), minor=True)
    assert recording.state(room).is_on
