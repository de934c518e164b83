"""Who was there and when: rows that survive crashes, and the one sum they are read for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings import attendance
from app.bookings.attendance_models import GRACE, Closing, JoinAttempt, PresenceInterval, Span
from app.bookings.spans import overlap_seconds
from app.extensions import db
from app.kernel import clock
from tests import factories

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def span(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def enter(lesson, person, *, tab="tab-one-1", connection="socket-1", take=False):
    return attendance.enter(lesson.id, person.id, tab=tab, connection=connection, take=take)


@pytest.mark.parametrize(
    ("mine", "theirs", "seconds"),
    [
        ([], [], 0),
        ([(0, 60)], [], 0),
        ([(0, 60)], [(60, 120)], 0),
        ([(0, 60)], [(30, 120)], 30),
        ([(0, 100)], [(10, 20), (30, 40)], 20),
        ([(0, 10), (20, 30), (40, 50)], [(5, 45)], 20),
        ([(0, 30), (10, 40)], [(0, 100)], 40),
        ([(0, 30)], [(0, 30), (0, 30), (5, 10)], 30),
        ([(0, 0)], [(0, 100)], 0),
    ],
)
def test_together_means_both_sides_at_once(mine, theirs, seconds):
    assert overlap_seconds([span(*s) for s in mine], [span(*s) for s in theirs]) == seconds


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple), max_size=8)


@given(SPANS, SPANS)
def test_the_sum_agrees_with_counting_every_second(mine, theirs):
    covered = [{second for start, end in side for second in range(start, end)} for side in (mine, theirs)]
    expected = len(covered[0] & covered[1])
    spans = [[span(*entry) for entry in side] for side in (mine, theirs)]
    assert overlap_seconds(*spans) == expected
    assert overlap_seconds(*reversed(spans)) == expected


def test_somebody_who_leaves_was_there_until_then(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(5)):
        assert attendance.beat(lesson.id, mentor.id, "socket-1")
    with clock.stopped(at(7)):
        assert attendance.leave(lesson.id, mentor.id)
        assert attendance.present(lesson.id) == set()
    assert [(i.joined_at, i.left_at, i.closing) for i in attendance.intervals(lesson.id)] == [(at(0), at(7), Closing.LEFT)]


def test_a_crash_closes_the_interval_where_the_evidence_ends(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(5)):
        attendance.beat(lesson.id, mentor.id, "socket-1")
    with clock.stopped(at(600)):
        assert attendance.close_stale() == [(lesson.id, mentor.id)]
        assert attendance.close_stale() == []
    (interval,) = attendance.intervals(lesson.id)
    assert (interval.left_at, interval.closing) == (at(5) + GRACE, Closing.VANISHED)


def test_nobody_is_counted_past_their_last_heartbeat_and_the_grace(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(600)):
        assert attendance.present(lesson.id) == set()
        assert attendance.spans(lesson.id, at(600)) == {mentor.id: [Span(at(0), at(0) + GRACE)]}


def test_a_short_loss_of_the_line_leaves_no_gap(lesson, mentor):
    with clock.stopped(at(0)):
        first, _ = enter(lesson, mentor)
    with clock.stopped(at(2)):
        attendance.detach(lesson.id, mentor.id, "socket-1")
        assert attendance.present(lesson.id) == {mentor.id}
    with clock.stopped(at(6)):
        again, replaced = enter(lesson, mentor, connection="socket-2")
    assert (again.id, replaced) == (first.id, None)


def test_a_long_loss_is_a_gap(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(60)):
        enter(lesson, mentor, connection="socket-2")
        attendance.leave(lesson.id, mentor.id)
    assert attendance.spans(lesson.id, at(99))[mentor.id] == [Span(at(0), at(0) + GRACE), Span(at(60), at(60))]


def test_a_second_tab_asks_before_it_takes_the_seat(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(3)):
        with pytest.raises(attendance.AlreadyHere):
            enter(lesson, mentor, tab="tab-two-2", connection="socket-2")
        _, replaced = enter(lesson, mentor, tab="tab-two-2", connection="socket-2", take=True)
        assert replaced == "socket-1"
        assert not attendance.beat(lesson.id, mentor.id, "socket-1")
        assert attendance.beat(lesson.id, mentor.id, "socket-2")
    assert [i.closing for i in attendance.intervals(lesson.id)] == [Closing.MOVED, None]


def test_a_reloaded_page_is_not_asked_when_the_old_line_is_known_to_be_broken(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(1)):
        attendance.detach(lesson.id, mentor.id, "socket-1")
        enter(lesson, mentor, tab="tab-two-2", connection="socket-2")
        assert attendance.beat(lesson.id, mentor.id, "socket-2")


def test_news_of_an_old_connection_does_not_harm_the_new_one(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
        enter(lesson, mentor, connection="socket-2")
        attendance.detach(lesson.id, mentor.id, "socket-1")
        assert not attendance.leave(lesson.id, mentor.id, "socket-1")
    (interval,) = attendance.intervals(lesson.id)
    assert interval.detached_at is None
    assert interval.left_at is None


def test_the_database_itself_refuses_a_second_open_interval(lesson, mentor):
    enter(lesson, mentor)
    twin = PresenceInterval(
        lesson_id=lesson.id, user_id=mentor.id, tab="tab-two-2", connection="socket-2", joined_at=at(0), last_seen_at=at(0)
    )
    db.session.add(twin)
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()


def test_the_money_counts_the_mentor_with_that_learner_only(mentor, learner):
    lesson = factories.lesson(mentor, capacity=2)
    other = factories.learner("Ana Other")
    for person, start, end in ((mentor, 0, 6), (learner, 2, 6), (other, 5, 7)):
        with clock.stopped(at(start)):
            enter(lesson, person, connection=f"socket-{person.id}")
        with clock.stopped(at(end)):
            attendance.leave(lesson.id, person.id)
    with clock.stopped(at(60)):
        assert attendance.both_present_seconds(lesson.id, mentor.id, learner.id) == 4
        assert attendance.both_present_seconds(lesson.id, mentor.id, other.id) == 1
        assert attendance.both_present_seconds(lesson.id, mentor.id, learner.id, other.id) == 4
        assert attendance.both_present_seconds(lesson.id, mentor.id) == 0


def test_the_end_closes_everybody(lesson, mentor, learner):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
        enter(lesson, learner, connection="socket-9")
    with clock.stopped(at(4)):
        attendance.close_all(lesson.id)
    assert {(i.left_at, i.closing) for i in attendance.intervals(lesson.id)} == {(at(4), Closing.ENDED)}


def test_somebody_whose_line_broke_is_expected_back_for_a_while(lesson, mentor):
    minute = timedelta(seconds=60)
    with clock.stopped(at(0)):
        enter(lesson, mentor)
    with clock.stopped(at(5)):
        assert attendance.vanished_of(attendance.intervals(lesson.id), minute) == set()
    with clock.stopped(at(20)):
        assert attendance.vanished_of(attendance.intervals(lesson.id), minute) == {mentor.id}
        attendance.close_stale()
        assert attendance.vanished_of(attendance.intervals(lesson.id), minute) == {mentor.id}
    with clock.stopped(at(90)):
        assert attendance.vanished_of(attendance.intervals(lesson.id), minute) == set()


def test_somebody_who_left_on_purpose_is_not_expected_back(lesson, mentor):
    with clock.stopped(at(0)):
        enter(lesson, mentor)
        attendance.leave(lesson.id, mentor.id)
    with clock.stopped(at(20)):
        assert attendance.vanished_of(attendance.intervals(lesson.id), timedelta(seconds=60)) == set()


def test_an_attempt_to_join_is_noted_and_marked_when_it_succeeds(lesson, mentor):
    with clock.stopped(at(0)):
        attendance.note_attempt(lesson.id, mentor.id)
        assert db.session.query(JoinAttempt).one().entered_at is None
    with clock.stopped(at(2)):
        enter(lesson, mentor)
    assert db.session.query(JoinAttempt).one().entered_at == at(2)
