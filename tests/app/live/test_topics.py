"""The checklist: the mentor ticks, all see it, a tick has its moment, and can be taken back."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import NotAllowed, NotFound
from app.live import queries, topics
from app.live.events import TopicsMarked
from app.live.models import Room
from app.live.service import SessionOver, TooEarly, close
from tests import factories

pytestmark = pytest.mark.database
MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(mentor, learner) -> Room:
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


def tick(person, room: Room, place: int, *, is_covered: bool = True) -> None:
    topics.mark(person, room.public_id, room.lesson.topics[place].id, is_covered=is_covered)


def covered(room: Room) -> list[str]:
    return [one.name for one in topics.checklist(room) if one.covered_at is not None]


def test_a_tick_stands_with_its_moment_and_is_told(room, mentor, heard):
    assert covered(room) == []
    tick(mentor, room, 1)
    assert covered(room) == ["Braids"]
    assert [one.name for one in topics.checklist(room)] == ["Knots", "Braids"], "in the mentor's order"
    assert len(heard.of(TopicsMarked)) == 1


def test_a_second_tick_keeps_the_first_moment(room, mentor):
    tick(mentor, room, 0)
    moment = topics.checklist(room)[0].covered_at
    with clock.stopped(now() + MINUTE):
        tick(mentor, room, 0)
    assert topics.checklist(room)[0].covered_at == moment


def test_a_tick_can_be_taken_back_twice_as_well(room, mentor):
    tick(mentor, room, 0)
    for _ in range(2):
        tick(mentor, room, 0, is_covered=False)
    assert covered(room) == []


def test_only_the_mentor_ticks(room, learner):
    with pytest.raises(NotAllowed):
        tick(learner, room, 0)
    with pytest.raises(NotFound):
        tick(factories.mentor("Another Mentor"), room, 0)
    assert covered(room) == []


def test_a_topic_of_another_session_is_not_found(room, mentor):
    other = factories.lesson(mentor, starts_in=timedelta(days=3), topics=("Weaving",))
    with pytest.raises(NotFound):
        topics.mark(mentor, room.public_id, other.topics[0].id, is_covered=True)


def test_before_the_doors_open_and_after_the_end_nothing_is_ticked(room, mentor, learner):
    early = queries.room_of(factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=2))).lesson_id)
    with pytest.raises(TooEarly):
        tick(mentor, early, 0)
    close(room.id)
    with pytest.raises(SessionOver):
        tick(mentor, room, 0)
