"""One tap proposes to start a quarter of an hour later; the other side answers as always."""

from datetime import timedelta

import pytest

from app.bookings import moving
from app.bookings.starting_later import may_start_later, only_booking, propose_later
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotFound
from app.live import queries
from tests import factories

QUARTER = timedelta(minutes=15)


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.mark.parametrize("who", ["mentor", "learner"])
def test_it_proposes_exactly_that_and_one_yes_moves_the_start(booking, mentor, learner, who):
    person, other = (mentor, learner) if who == "mentor" else (learner, mentor)
    old, room = booking.lesson.starts_at, queries.room_of(booking.lesson_id).public_id
    proposal = propose_later(person, booking.id)
    assert (proposal.starts_at, booking.lesson.starts_at) == (old + QUARTER, old)
    moved = moving.accept_move(other, proposal.id)
    assert moved.lesson.starts_at == old + QUARTER
    assert queries.room_of(moved.lesson_id).public_id == room


def test_it_is_offered_until_the_start_and_while_nothing_is_proposed(booking, mentor, learner):
    assert may_start_later(mentor, booking)
    with clock.stopped(booking.lesson.starts_at):
        assert not may_start_later(mentor, booking)
    propose_later(learner, booking.id)
    assert not may_start_later(mentor, booking)
    with pytest.raises(Conflict):
        propose_later(mentor, booking.id)


def test_it_is_not_offered_a_fourth_time(booking, mentor, learner):
    for _ in range(3):
        moving.decline_move(learner, propose_later(mentor, booking.id).id)
    assert not may_start_later(mentor, booking)


def test_it_is_not_offered_when_one_of_the_two_is_busy_then(booking, mentor, learner):
    end = booking.lesson.ends_at
    factories.confirmed(factories.learner("Ana Next"), factories.lesson(mentor, starts_in=timedelta(minutes=66)))
    assert end < booking.lesson.starts_at + timedelta(minutes=62)
    assert not may_start_later(learner, booking)
    with pytest.raises(Invalid):
        propose_later(learner, booking.id)


def test_where_several_meet_nobody_moves_the_start_of_the_others(mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=3)
    first = factories.confirmed(factories.learner("Ana First"), lesson)
    assert only_booking(mentor, lesson.id).id == first.id
    second = factories.confirmed(factories.learner("Ben Second"), lesson)
    assert only_booking(mentor, lesson.id) is None
    assert not may_start_later(second.learner, second)
    with pytest.raises(Conflict):
        propose_later(second.learner, second.id)


def test_it_is_nobody_elses_business(booking):
    stranger = factories.learner("A Stranger")
    assert only_booking(stranger, booking.lesson_id) is None
    with pytest.raises(NotFound):
        propose_later(stranger, booking.id)
