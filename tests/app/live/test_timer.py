"""The timer on screen: pure, the same for all, and never ahead of the evidence."""

from datetime import UTC, datetime, timedelta

from app.bookings.attendance_models import Span
from app.live.timer import timer_state

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MENTOR, LEV, ANA = 1, 2, 3


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def state(spans: dict[int, list[tuple[float, float]]], alive: dict[int, float], now: float):
    return timer_state(
        {who: [Span(at(start), at(end)) for start, end in entries] for who, entries in spans.items()},
        {who: at(until) for who, until in alive.items()},
        MENTOR,
        at=at(now),
        ends_at=at(3600),
    )


def test_it_stands_at_nought_while_one_is_alone():
    timer = state({MENTOR: [(0, 60)]}, {MENTOR: 68}, 60)
    assert (timer.seconds, timer.runs_for, timer.ends_in) == (0, 0, 3540)


def test_it_runs_while_the_mentor_and_a_learner_are_there_and_only_as_far_as_both_are_vouched_for():
    timer = state({MENTOR: [(0, 60)], LEV: [(20, 60)]}, {MENTOR: 66, LEV: 63}, 60)
    assert (timer.seconds, timer.runs_for) == (40, 3)


def test_any_learner_will_do_and_two_count_once():
    timer = state({MENTOR: [(0, 60)], LEV: [(0, 30)], ANA: [(10, 60)]}, {MENTOR: 66, ANA: 65}, 60)
    assert (timer.seconds, timer.runs_for) == (60, 5)


def test_two_learners_without_their_mentor_do_not_make_a_session():
    timer = state({LEV: [(0, 60)], ANA: [(0, 60)]}, {LEV: 66, ANA: 66}, 60)
    assert (timer.seconds, timer.runs_for) == (0, 0)


def test_it_stops_exactly_for_the_gap():
    timer = state({MENTOR: [(0, 100)], LEV: [(0, 40), (55, 100)]}, {MENTOR: 105, LEV: 105}, 100)
    assert timer.seconds == 85


def test_the_time_left_turns_negative_when_the_session_runs_over():
    assert state({}, {}, 3700).ends_in == -100
