"""The server was away and the call went on: both browsers say so, and the shorter word counts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings import attendance, settlement, witnesses
from app.bookings.attendance_models import GRACE, Link, Span
from app.bookings.settlement_models import Verdict
from app.bookings.witness_models import MediaReport, SilentGap
from app.bookings.witnesses import Witnessed
from app.extensions import db
from app.kernel import clock
from app.live import queries as live
from tests import factories

HOUR = 3600
GAP = (600, 900)
"""Seconds after the start at which the server was last heard and heard again."""


@pytest.fixture
def booking(mentor, learner):
    return factories.confirmed(learner, factories.lesson(mentor, minutes=60))


class Story:
    """A session in which both are there, told by seconds after its start."""

    def __init__(self, booking):
        self.booking, self.lesson = booking, booking.lesson
        self.mentor, self.learner = booking.lesson.mentor_id, booking.learner_id

    def at(self, second):
        return clock.stopped(self.lesson.starts_at + timedelta(seconds=second))

    def enter(self, second, *people, tab="same"):
        for person in people:
            with self.at(second):
                attendance.enter(self.lesson.id, person, tab=f"{tab}-tab-{person}", connection=f"line-{person}", take=True)

    def beats(self, begin, end, *people):
        for second in range(begin, end + 1, 5):
            for person in people:
                with self.at(second):
                    assert attendance.beat(self.lesson.id, person, f"line-{person}")

    def says(self, second, reporter, of, seconds):
        with self.at(second):
            return witnesses.report(self.lesson.id, reporter, {of: seconds}, attendance.intervals(self.lesson.id))

    def together(self, second):
        with self.at(second):
            return attendance.both_present_seconds(self.lesson.id, self.mentor, self.learner)

    def goes_on_until(self, second, *people):
        self.beats(GAP[1] + 5, second, *people)

    def until_the_gap(self):
        self.enter(0, self.mentor, self.learner)
        self.beats(5, GAP[0], self.mentor, self.learner)
        return self


@pytest.fixture
def story(booking):
    return Story(booking).until_the_gap()


def test_a_good_call_goes_on_counting_while_the_server_is_away(story):
    story.enter(GAP[1], story.mentor, story.learner)
    assert story.together(GAP[1]) == GAP[0] + GRACE.seconds, "without a word nothing is credited"
    assert story.says(GAP[1], story.mentor, story.learner, 300)
    assert story.together(GAP[1]) == GAP[0] + GRACE.seconds, "one side alone is no evidence"
    assert story.says(GAP[1], story.learner, story.mentor, 298)
    assert story.together(GAP[1]) == GAP[0] + 298


def test_the_shorter_word_counts_whoever_says_it(story):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    story.says(GAP[1], story.learner, story.mentor, 100)
    assert story.together(GAP[1]) == GAP[0] + 100


@pytest.mark.parametrize("lie", [10**9, 301, 86_400])
def test_a_liar_gains_nothing_that_the_other_did_not_measure(story, lie):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, lie)
    story.says(GAP[1], story.learner, story.mentor, 20)
    assert story.together(GAP[1]) == GAP[0] + 20


def test_two_who_lie_together_are_credited_the_gap_and_no_more(story):
    story.enter(GAP[1], story.mentor, story.learner)
    for one, other in ((story.mentor, story.learner), (story.learner, story.mentor)):
        story.says(GAP[1], one, other, 50_000)
    assert story.together(GAP[1]) == GAP[1]


@pytest.mark.parametrize("nothing", [0, -5, -(10**9)])
def test_nought_or_less_credits_nothing(story, nothing):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    story.says(GAP[1], story.learner, story.mentor, nothing)
    assert story.together(GAP[1]) == GAP[0] + GRACE.seconds


def test_saying_it_again_changes_nothing(story):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    story.says(GAP[1], story.learner, story.mentor, 50)
    assert story.says(GAP[1] + 2, story.learner, story.mentor, 300)
    assert story.together(GAP[1]) == GAP[0] + 50
    assert db.session.query(MediaReport).count() == 2


def test_a_line_of_ones_own_that_broke_is_no_gap_of_the_servers(story):
    story.beats(GAP[0] + 5, GAP[1], story.mentor)
    story.enter(GAP[1], story.learner)
    assert not story.says(GAP[1], story.learner, story.mentor, 300)
    assert not story.says(GAP[1], story.mentor, story.learner, 300)
    assert db.session.query(SilentGap).count() == 0
    assert story.together(GAP[1]) == GAP[0] + GRACE.seconds


def test_seconds_that_grace_covers_are_no_gap(story):
    story.enter(GAP[0] + 7, story.mentor, story.learner)
    assert not story.says(GAP[0] + 7, story.mentor, story.learner, 7)
    assert db.session.query(SilentGap).count() == 0


def test_a_page_that_was_opened_anew_received_nothing_meanwhile(story):
    story.enter(GAP[1], story.mentor)
    story.enter(GAP[1], story.learner, tab="new")
    story.says(GAP[1], story.mentor, story.learner, 300)
    assert not story.says(GAP[1], story.learner, story.mentor, 300)
    assert story.together(GAP[1]) == GAP[0] + GRACE.seconds


def test_somebody_who_comes_back_later_is_measured_until_the_server_was_back(story):
    story.enter(GAP[1], story.mentor)
    story.beats(GAP[1] + 5, GAP[1] + 20, story.mentor)
    story.enter(GAP[1] + 20, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    assert story.says(GAP[1] + 20, story.learner, story.mentor, 320)
    assert story.together(GAP[1] + 20) == GAP[1]


def test_whoever_left_before_is_not_part_of_it(story):
    with story.at(GAP[0]):
        attendance.leave(story.lesson.id, story.learner)
    story.enter(GAP[1], story.mentor, story.learner)
    assert not story.says(GAP[1], story.mentor, story.learner, 300)
    assert story.together(GAP[1]) == GAP[0]


def test_each_gap_is_credited_on_its_own(story):
    for begin, end in ((900, 920), (940, 960)):
        story.enter(begin, story.mentor, story.learner)
        story.says(begin, story.mentor, story.learner, 60)
        story.says(begin, story.learner, story.mentor, 60)
        story.beats(begin + 5, end, story.mentor, story.learner)
    # 600 until the first gap, 60 in it, 20 between, 20 in the second (it was no longer), 20 after
    assert story.together(960) == 600 + 60 + 20 + 20 + 20


def test_the_mentor_is_paid_whole_when_the_call_went_on(story):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    story.says(GAP[1], story.learner, story.mentor, 300)
    story.goes_on_until(HOUR, story.mentor, story.learner)
    with story.at(HOUR):
        settlement.settle(story.booking.id)
    settled = story.booking.settlement
    assert (settled.verdict, settled.both_seconds, settled.refund_minor) == (Verdict.TAUGHT, HOUR, 0)


def test_without_the_learners_word_the_gap_is_a_technical_one(story):
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 300)
    story.goes_on_until(HOUR, story.mentor, story.learner)
    with story.at(HOUR):
        settlement.settle(story.booking.id)
    settled = story.booking.settlement
    assert settled.verdict is Verdict.CUT_SHORT
    assert (settled.both_seconds, settled.technical_seconds) == (HOUR - 292, 292)
    assert not settled.is_strike


def test_the_rooms_timer_counts_what_the_money_counts(story):
    room = live.room_of(story.lesson.id)
    story.enter(GAP[1], story.mentor, story.learner)
    story.says(GAP[1], story.mentor, story.learner, 280)
    story.says(GAP[1], story.learner, story.mentor, 280)
    with story.at(GAP[1]):
        assert live.pulse(room).timer.seconds == GAP[0] + 280


def test_whoever_was_lost_with_the_server_is_waited_for_from_its_return_on(story):
    room = live.room_of(story.lesson.id)
    story.enter(GAP[1], story.mentor)
    with story.at(GAP[1]):
        assert [(person.id, person.is_here) for person in live.pulse(room).people if person.id == story.learner] == [
            (story.learner, False)
        ]
    with story.at(GAP[1] + 61):
        assert story.learner not in {person.id for person in live.pulse(room).people}


def test_links_are_counted_with_the_stay_and_no_word_counts_nothing(story):
    with story.at(GAP[0] + 2):
        for link in (Link.GOOD, Link.GOOD, Link.STALLED, None):
            attendance.beat(story.lesson.id, story.mentor, f"line-{story.mentor}", link)
    row = next(row for row in attendance.intervals(story.lesson.id) if row.user_id == story.mentor)
    assert (row.link_good, row.link_lowered, row.link_sound, row.link_stalled) == (2, 0, 0, 1)


SECONDS = st.none() | st.integers(-(10**6), 10**6)


@given(length=st.integers(1, 10_000), mine=SECONDS, theirs=SECONDS)
def test_never_is_more_credited_than_the_gap_or_than_either_says(length, mine, theirs):
    begin = clock.now()
    gap = Span(begin, begin + timedelta(seconds=length))
    reports = {pair: said for pair, said in (((1, 2), mine), ((2, 1), theirs)) if said is not None}
    credited = Witnessed(gap, reports).credit(1, 2)
    seconds = (credited.end - credited.start).total_seconds() if credited else 0
    expected = 0 if mine is None or theirs is None else max(0, min(mine, theirs, length))
    assert seconds == expected
    assert credited is None or (gap.start <= credited.start and credited.end <= gap.end)
