"""What presence means for the money: every row of R10 and R10b, and what must hold whatever happens."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings.attendance_models import Closing, Span
from app.bookings.settlement_models import Verdict
from app.bookings.verdicts import Evidence, Side, Stay, Try, absence, judge

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, PRICE = 60, 1800
LEFT, VANISHED, MOVED, ENDED, REMOVED = Closing.LEFT, Closing.VANISHED, Closing.MOVED, Closing.ENDED, Closing.REMOVED


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def side(*stays: tuple, tries: tuple = (), out: tuple = ()) -> Side:
    """Stays as (from, to, how it ended), tries as (opened the page, got in or None), `out` as (from, to): minutes after the start."""
    return Side(
        [Stay(Span(at(begin), at(end)), closing) for begin, end, closing in stays],
        [Try(at(opened), None if entered is None else at(entered)) for opened, entered in tries],
        put_out=[Span(at(begin), at(end)) for begin, end in out],
    )


def evidence(mentor: Side, learner: Side, *, when: float = HOUR) -> Evidence:
    return Evidence(at(0), at(HOUR), at(when), mentor, learner)


ALL = side((-3, 60, ENDED))
NOBODY = side()
TRIED = side(tries=((1, None),))
EARLY_ONLY = side((-10, -5, LEFT))


@pytest.mark.parametrize(
    ("mentor", "learner", "verdict"),
    [
        (ALL, ALL, None),
        (NOBODY, ALL, Verdict.MENTOR_ABSENT),
        (NOBODY, TRIED, Verdict.MENTOR_ABSENT),
        (EARLY_ONLY, ALL, Verdict.MENTOR_ABSENT),
        (ALL, NOBODY, Verdict.LEARNER_ABSENT),
        (NOBODY, NOBODY, Verdict.BOTH_ABSENT),
        (TRIED, ALL, Verdict.TECHNICAL),
        (TRIED, TRIED, Verdict.TECHNICAL),
        (ALL, TRIED, Verdict.TECHNICAL),
        (side((9, 60, ENDED)), ALL, None),
        (side((-5, -2, ENDED)), side((-4, -2, ENDED)), None),
        (side((-10, -5, LEFT), tries=((-10, -10), (-7, None))), ALL, Verdict.MENTOR_ABSENT),
        (ALL, side((-10, -5, LEFT), tries=((-10, -10), (-7, None))), Verdict.LEARNER_ABSENT),
        (ALL, side((-10, -5, LEFT), tries=((-10, -10), (-3, None))), Verdict.TECHNICAL),
        (ALL, side(out=((-5, 60),)), None),
        (ALL, side((-6, -5, REMOVED), tries=((1, None),), out=((-5, 60),)), None),
        (ALL, side(out=((-5, -3),)), Verdict.LEARNER_ABSENT),
    ],
)
def test_ten_minutes_after_the_start_it_is_clear_who_did_not_come(mentor, learner, verdict):
    assert absence(evidence(mentor, learner, when=10)) is verdict


@pytest.mark.parametrize(
    ("mentor", "learner", "percent", "back", "is_strike"),
    [
        (NOBODY, ALL, 100, PRICE, True),
        (NOBODY, ALL, 0, PRICE, True),
        (TRIED, ALL, 0, PRICE, False),
        (NOBODY, NOBODY, 0, PRICE, False),
        (ALL, NOBODY, 100, PRICE, False),
        (ALL, NOBODY, 50, 900, False),
        (ALL, NOBODY, 0, 0, False),
        (ALL, TRIED, 0, PRICE, False),
    ],
)
def test_absence_sends_the_money_where_the_rule_says(mentor, learner, percent, back, is_strike):
    outcome = judge(evidence(mentor, learner, when=10), PRICE, percent)
    assert (outcome.refund_minor, outcome.is_strike) == (back, is_strike)


@pytest.mark.parametrize(
    ("mentor", "learner", "back", "is_strike", "why"),
    [
        (ALL, ALL, 0, False, "the whole hour together"),
        (side((0, 57, LEFT)), side((0, 57, LEFT)), 0, False, "95 % is the whole"),
        (side((3, 60, ENDED)), ALL, 0, False, "three minutes late, within the 95 %"),
        (side((6, 60, ENDED)), ALL, 180, True, "six minutes late"),
        (side((6, 66, ENDED)), side((0, 66, ENDED)), 0, False, "six minutes late, made up at the end"),
        (side((-5, -2, ENDED)), side((-5, -2, ENDED)), 1710, True, "they met early, and the mentor ended it before it began"),
        (side((0, 12, LEFT)), ALL, 1440, True, "the mentor left at minute 12"),
        (side((0, 12, ENDED)), side((0, 12, ENDED)), 1440, True, "the mentor ended it for both at minute 12"),
        (side((0, 12, LEFT)), side((0, 20, LEFT)), 1440, True, "nobody has to sit alone to be paid back"),
        (side((0, 12, VANISHED), (20, 60, ENDED)), side((0, 15, LEFT)), 240, False, "the learner gave up, the mentor came back"),
        (ALL, side((0, 20, LEFT)), 0, False, "the learner left early"),
        (ALL, side((25, 60, ENDED)), 0, False, "the learner came late"),
        (ALL, side((0, 20, VANISHED), (30, 60, ENDED)), 300, False, "the learner's line broke for ten minutes"),
        (ALL, side((10, 60, ENDED), tries=((0, 10),)), 300, False, "the door stuck for ten minutes"),
        (ALL, side((10, 60, ENDED), tries=((10, 10),)), 0, False, "simply late"),
        (ALL, side((0, 10, LEFT), tries=((0, 0), (5, None))), 0, False, "a second tab, and left early"),
        (ALL, side((0, 20, LEFT), (40, 60, ENDED), tries=((0, 0), (10, 40))), 0, False, "a second tab that waited for a tap"),
        (ALL, side((0, 10, MOVED), (10, 20, LEFT), tries=((0, 0), (9, None), (15, None))), 0, False, "joined there, and left early"),
        (ALL, side((0, 10, VANISHED), tries=((0, 0), (5, None))), 0, False, "a second tab, and the first one gone for good"),
        (ALL, side((0, 10, VANISHED), tries=((0, 0), (9.9, None))), 1500, False, "a page opened anew before the old seat was given up"),
        (ALL, side((0, 10, LEFT), tries=((0, 0), (5, None), (20, None))), 1200, False, "a second tab, and locked out later"),
        (side((0, 12, LEFT), tries=((0, 0), (6, None))), ALL, 1440, True, "the mentor's second tab saves nobody from a strike"),
        (side((0, 20, VANISHED), (30, 60, ENDED)), ALL, 300, False, "the mentor's line broke for ten minutes: no strike"),
        (side((0, 20, VANISHED), (30, 60, ENDED)), side((0, 20, VANISHED), (30, 60, ENDED)), 300, False, "our server was away"),
        (side((0, 5, LEFT)), side((8, 60, ENDED)), PRICE, True, "never at the same time"),
        (ALL, side((0, 20, REMOVED), out=((20, 60),)), 1200, False, "the mentor ended the learner's part at minute 20"),
        (ALL, side((0, 20, REMOVED), (30, 60, ENDED), out=((20, 30),)), 300, False, "put out for ten minutes"),
        (ALL, side((0, 20, REMOVED), out=((20, 30),)), 300, False, "let back after ten minutes, and stayed away"),
        (ALL, side((0, 58, REMOVED), out=((58, 60),)), 0, False, "two minutes before the end, within the 95 %"),
        (ALL, side((-3, -1, REMOVED), out=((-1, 60),)), PRICE, False, "put out before it began"),
        (side((-15, 60, ENDED)), side((-15, 45, REMOVED), out=((45, 60),)), 450, False, "a quarter of an hour early buys no removal"),
        (ALL, side((0, 20, VANISHED), out=((20.5, 60),)), 1185, False, "put out while the line was broken"),
        (ALL, side((0, 20, REMOVED), tries=((22, None),), out=((20, 60),)), 1200, False, "a door that is shut does not stick"),
        (side((0, 30, LEFT)), side((0, 20, REMOVED), out=((20, 60),)), 1200, False, "who goes with nobody left to teach"),
        (side((5, 60, ENDED)), side((0, 20, REMOVED), out=((20, 60),)), 1350, True, "late, and then it was ended"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_was_lost_of_the_hour_goes_back(mentor, learner, back, is_strike, why):
    outcome = judge(evidence(mentor, learner), PRICE, 100)
    assert (outcome.refund_minor, outcome.is_strike) == (back, is_strike), outcome


def test_a_part_is_rounded_up_for_the_learner():
    outcome = judge(evidence(side((0, 40, LEFT)), ALL), 1999, 100)
    assert outcome.lost_seconds == 1200
    assert outcome.refund_minor == 667  # a third of 1999 is 666.33


minutes = st.integers(-15, 75)
closings = st.sampled_from([LEFT, VANISHED, ENDED])


@st.composite
def sides(draw) -> Side:
    """Anything that can happen to a person: to come and go, lose the line, stand before a door that sticks, be put out."""
    edges = sorted(draw(st.lists(minutes, max_size=8, unique=True)))
    stays = [(edges[n], edges[n + 1], draw(closings)) for n in range(0, len(edges) - 1, 2)]
    tries = draw(st.lists(st.tuples(minutes, st.none() | minutes), max_size=3))
    between = [(edges[n], edges[n + 1]) for n in range(1, len(edges) - 1, 2)]
    out = tuple(one for one in between if draw(st.booleans()))
    return side(*stays, out=out, tries=tuple(sorted(((a, b if b is None or b >= a else a) for a, b in tries), key=lambda one: one[0])))


@given(sides(), sides(), st.integers(1, 10_000), st.integers(0, 100))
def test_whatever_happens_the_sums_stay_within_the_price_and_the_hour(mentor, learner, price, percent):
    outcome = judge(evidence(mentor, learner), price, percent)
    assert 0 <= outcome.refund_minor <= price
    assert 0 <= outcome.lost_seconds <= 3600
    assert outcome.both_seconds >= 0
    if outcome.verdict is Verdict.TAUGHT:
        assert outcome.refund_minor == 0
    if outcome.is_strike:
        assert outcome.refund_minor > 0


@given(sides(), sides())
def test_a_mentor_who_stays_longer_never_earns_less(mentor, learner):
    before = judge(evidence(mentor, learner), PRICE, 100)
    longer = judge(evidence(Side([*mentor.stays, Stay(Span(at(0), at(60)), LEFT)], mentor.tries), learner), PRICE, 100)
    assert longer.refund_minor <= before.refund_minor
