"""The video check: what is kept of it, for whom, and how long it says something."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.wire import read
from app.live import checks, queries, service
from app.live.check_models import DeviceCheck, Mark
from app.live.checks import Report
from app.live.events import DevicesChecked
from app.web.readiness import readiness_of
from tests import factories

FINE = {"mark": "green", "reason": "fine"}
ALL_GREEN = dict.fromkeys(("camera", "microphone", "speakers", "network"), FINE) | {"relay": {"mark": "none", "reason": "none"}}
SILENT = {"mark": "red", "reason": "silent"}


@pytest.fixture
def room(mentor, learner):
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


def check(person, room, **changes):
    return checks.report_check(person, room.public_id, read(Report, ALL_GREEN | changes))


def words(room, person, name=""):
    return readiness_of(checks.checks_of([room.lesson_id]).get((room.lesson_id, person.id)), name).words


@pytest.mark.database
def test_a_check_is_kept_for_room_and_person_and_told(room, mentor, learner, heard):
    stored = check(learner, room)
    assert (stored.result, stored.steps["relay"]) == (Mark.GREEN, {"mark": "none", "reason": "none"})
    assert [(fact.room_id, fact.user_id) for fact in heard.of(DevicesChecked)] == [(room.id, learner.id)]
    assert words(room, learner, "Lev Park") == "Lev is ready"
    assert words(room, mentor, "Mira Holm") == "Not checked yet"


@pytest.mark.database
def test_a_second_check_takes_the_place_of_the_first(room, learner):
    check(learner, room, microphone=SILENT, camera={"mark": "red", "reason": "denied"})
    assert words(room, learner, "Lev Park") == "Something to mend: camera, microphone"
    check(learner, room, network={"mark": "yellow", "reason": "slow"})
    assert words(room, learner, "Lev Park") == "Lev is nearly ready: network"
    assert words(room, learner) == "You are nearly ready: network"
    assert db.session.query(DeviceCheck).count() == 1


def test_after_a_day_a_check_says_nothing_any_more(room, learner):
    with clock.stopped(now() - timedelta(hours=24, seconds=1)):
        check(learner, room)
    assert words(room, learner) == "Not checked yet"
    with clock.stopped(now() - timedelta(hours=23, minutes=59)):
        check(learner, room)
    assert words(room, learner) == "You are ready"


@pytest.fixture
def next_room(mentor, learner):
    """The same two meet again later the same day."""
    return queries.room_of(factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(hours=5))).lesson_id)


@pytest.mark.database
def test_who_was_ready_in_one_room_is_ready_for_the_next_and_the_other_sees_it(room, next_room, learner, mentor):
    check(learner, room)
    assert words(next_room, learner, "Lev Park") == "Lev is ready"
    assert words(next_room, mentor, "Mira Holm") == "Not checked yet"


@pytest.mark.database
def test_a_green_check_is_old_news_once_something_went_wrong_elsewhere(room, next_room, learner, mentor):
    third = queries.room_of(factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(hours=9))).lesson_id)
    check(learner, room)
    with clock.stopped(now() + timedelta(minutes=5)):
        check(learner, next_room, microphone=SILENT)
        assert words(third, learner) == "Not checked yet"
        assert words(room, learner) == "Not checked yet"
        assert words(next_room, learner) == "Something to mend: microphone"


@pytest.mark.database
def test_what_went_wrong_elsewhere_says_nothing_here_and_the_latest_word_counts(room, next_room, learner):
    check(learner, room, microphone=SILENT)
    assert words(next_room, learner) == "Not checked yet"
    check(learner, next_room, camera={"mark": "red", "reason": "black"})
    assert words(next_room, learner) == "Something to mend: camera"
    with clock.stopped(now() + timedelta(minutes=5)):
        check(learner, room)
        assert words(next_room, learner) == "You are ready"


def test_a_check_elsewhere_counts_for_a_day_as_well(room, next_room, learner):
    with clock.stopped(now() - timedelta(hours=24, seconds=1)):
        check(learner, room)
    assert words(next_room, learner) == "Not checked yet"


def test_strangers_cannot_report_and_nothing_is_kept(room):
    with pytest.raises(NotFound):
        check(factories.learner("A Stranger"), room)
    assert db.session.query(DeviceCheck).count() == 0


def test_after_the_end_there_is_nothing_to_check(room, learner):
    service.close(room.id)
    with pytest.raises(service.SessionOver):
        check(learner, room)


@pytest.mark.parametrize(
    "changes",
    [
        {"camera": None},
        {"camera": {"mark": "blue", "reason": "fine"}},
        {"camera": {"mark": "none", "reason": "none"}},
        {"camera": {"mark": "green"}},
        {"camera": {"mark": "green", "reason": "<script>"}},
        {"camera": {"mark": "green", "reason": "x" * 25}},
        {"camera": {"mark": "green", "reason": "fine", "more": "x"}},
        {"screen": {"mark": "green", "reason": "fine"}},
    ],
)
def test_a_report_is_read_strictly(changes):
    with pytest.raises(Invalid):
        read(Report, ALL_GREEN | changes)


def test_the_worst_mark_speaks_for_all_and_what_cannot_be_tried_counts_for_nothing():
    assert checks.worst(["green", "none"]) is Mark.GREEN
    assert checks.worst(["green", "yellow", "none"]) is Mark.YELLOW
    assert checks.worst(["yellow", "red", "green"]) is Mark.RED
