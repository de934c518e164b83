"""Whoever sits at a dashboard sees that the other side is in the room now: words, a Join that pulses, and what the tab will say."""

import re
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.clock import now
from app.live import queries, removal, service
from tests import factories

LEARNERS = ("/dashboard/learner/", "/dashboard/learner/next", "/dashboard/learner/booked", "/bookings/{}")
MENTORS = ("/dashboard/mentor/", "/dashboard/mentor/next", "/dashboard/mentor/sessions", "/bookings/{}")


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.fixture
def room(booking):
    return queries.room_of(booking.lesson_id)


def come(room, *people) -> None:
    for person in people:
        service.enter(person, room.public_id, tab="the-first-tab", connection=f"line-of-{person.id}")


def told(page: str) -> tuple[bool, set[str]]:
    """Whether Join pulses, and who is said to be here: in words, and for the tab."""
    words = set(re.findall(r'<who-is-here [^>]*data-words="([^"]*)"', page))
    assert all(page.count(text) > 1 for text in words)
    return 'data-state="ready"' in page, words


@pytest.mark.parametrize(("who", "pages"), [("learner", LEARNERS), ("mentor", MENTORS)])
def test_each_sees_that_the_other_one_is_here_as_long_as_they_are(client, room, booking, mentor, learner, who, pages):
    viewer, other = (learner, mentor) if who == "learner" else (mentor, learner)
    factories.signed_in(client, viewer)
    words = f"{other.name.split()[0]} is here"

    def looks(page: str) -> tuple[bool, set[str]]:
        answer = client.get(page.format(booking.id))
        assert answer.status_code == 200
        return told(answer.text)

    for page in pages:
        assert looks(page) == (False, set()), page
    come(room, other)
    for page in pages:
        assert looks(page) == (True, {words}), page
    service.leave(other, room.public_id, f"line-of-{other.id}")
    for page in pages:
        assert looks(page) == (False, set()), page


def test_whoever_is_in_themselves_needs_no_telling(client, room, mentor, learner):
    factories.signed_in(client, learner)
    come(room, mentor, learner)
    page = client.get("/dashboard/learner/").text
    assert ">Join<" in page
    assert told(page) == (False, set())


def test_a_seat_nobody_was_heard_from_is_nobody(client, room, mentor, learner):
    factories.signed_in(client, learner)
    come(room, mentor)
    with clock.stopped(now() + timedelta(seconds=20)):
        assert told(client.get("/dashboard/learner/").text) == (False, set())


def test_a_mentor_reads_the_names_of_all_who_wait(client, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=3)
    waiting = [learner, factories.learner("Ana Sol")]
    for person in (*waiting, factories.learner("Bo Lind")):
        factories.confirmed(person, lesson)
    come(queries.room_of(lesson.id), *waiting)
    factories.signed_in(client, mentor)
    assert told(client.get("/dashboard/mentor/").text) == (True, {"Lev and Ana are here"})


def test_who_sits_in_another_room_is_not_here(client, mentor, learner):
    factories.joinable(learner, mentor)
    other = factories.joinable(factories.learner("Ana Sol"), factories.mentor("Tom Berg"))
    come(queries.room_of(other.lesson_id), other.lesson.mentor)
    factories.signed_in(client, learner)
    assert told(client.get("/dashboard/learner/").text) == (False, set())


def test_nobody_waits_for_somebody_they_have_put_out_until_they_let_them_back(client, room, booking, mentor, learner):
    factories.signed_in(client, learner)
    come(room, mentor)
    removal.remove(mentor, room.public_id, learner.id)
    for page in LEARNERS:
        assert told(client.get(page.format(booking.id)).text) == (False, set()), page
    removal.let_back(mentor, room.public_id, learner.id)
    assert told(client.get("/dashboard/learner/").text) == (True, {"Mira is here"})


def test_who_is_out_of_one_room_is_waited_for_in_the_same_room_by_nobody_else_the_less(client, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    ana = factories.learner("Ana Sol")
    for person in (learner, ana):
        factories.confirmed(person, lesson)
    room = queries.room_of(lesson.id)
    come(room, mentor)
    removal.remove(mentor, room.public_id, ana.id)
    factories.signed_in(client, learner)
    assert told(client.get("/dashboard/learner/").text) == (True, {"Mira is here"})
