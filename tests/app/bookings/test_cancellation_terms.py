"""The three policies of canceling: every tier, every edge, and what must hold whatever is typed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings.cancellation_terms import TERMS, moments_of, what_comes_back
from app.bookings.models import Booking
from app.lessons.models import CancelPolicy, Lesson

START = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def booked(policy: CancelPolicy, price_minor: int = 1800) -> Booking:
    return Booking(lesson=Lesson(starts_at=START), price_minor=price_minor, currency="USD", cancel_policy=policy)


EDGES = [
    ("flexible", hours(500), 100),
    ("flexible", hours(2), 100),
    ("flexible", hours(2) - SECOND, 50),
    ("flexible", SECOND, 50),
    ("moderate", hours(24), 100),
    ("moderate", hours(24) - SECOND, 50),
    ("moderate", hours(2), 50),
    ("moderate", hours(2) - SECOND, 0),
    ("moderate", SECOND, 0),
    ("strict", hours(72), 100),
    ("strict", hours(72) - SECOND, 50),
    ("strict", hours(24), 50),
    ("strict", hours(24) - SECOND, 0),
    ("strict", SECOND, 0),
]


@pytest.mark.parametrize(("policy", "before", "percent"), EDGES)
def test_every_tier_begins_and_ends_on_its_second(policy: str, before: timedelta, percent: int) -> None:
    back = what_comes_back(booked(CancelPolicy(policy)), START - before)
    assert (back.percent, back.refund.amount_minor) == (percent, 18 * percent)
    assert back.until >= START - before


def test_half_of_an_odd_price_is_rounded_up_for_the_learner() -> None:
    assert what_comes_back(booked(CancelPolicy.FLEXIBLE, 1999), START - hours(1)).refund.amount_minor == 1000
    assert what_comes_back(booked(CancelPolicy.FLEXIBLE, 1), START - hours(1)).refund.amount_minor == 1


def test_every_policy_has_a_name_a_sentence_and_a_reason_for_each_tier() -> None:
    assert set(TERMS) == set(CancelPolicy)
    for policy, terms in TERMS.items():
        reasons = {what_comes_back(booked(policy), until).reason for until, _percent in moments_of(policy, START)}
        assert len(reasons) == len(terms.tiers)
        assert all(reason.startswith(terms.name) for reason in reasons)
        assert terms.sentence.endswith(".")


SPANS = st.integers(min_value=0, max_value=60 * 24 * 3600)


@given(st.sampled_from(list(CancelPolicy)), st.integers(1, 10**9), SPANS, SPANS)
def test_nobody_gets_more_than_they_paid_and_waiting_never_pays(policy, price, one, other) -> None:
    early, late = sorted((one, other), reverse=True)
    first = what_comes_back(booked(policy, price), START - timedelta(seconds=early)).refund.amount_minor
    second = what_comes_back(booked(policy, price), START - timedelta(seconds=late)).refund.amount_minor
    assert 0 <= second <= first <= price


@given(st.integers(1, 10**9), SPANS)
def test_a_stricter_policy_never_gives_back_more(price, before) -> None:
    moment = START - timedelta(seconds=before)
    sums = [what_comes_back(booked(policy, price), moment).refund.amount_minor for policy in CancelPolicy]
    assert sums == sorted(sums, reverse=True)
