"""Publish and find sessions."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.money import Money, parse_money
from app.lessons import queries, service
from app.lessons.calendar import CalendarClash, clash_for, moment_from_wall_clock
from app.lessons.queries import Search
from app.lessons.service import LessonDraft, clean_topics, slug_of
from tests import factories

pytestmark = pytest.mark.database


def draft(**change) -> LessonDraft:
    values = {
        "title": "Knots that hold",
        "description": "Bring a rope.",
        "starts_at": (now() + timedelta(days=2)).replace(tzinfo=None, microsecond=0),
        "timezone": "UTC",
        "duration_minutes": 60,
        "price": Money(1500, "USD"),
        "topics": ("Knots",),
    }
    return LessonDraft(**{**values, **change})


def test_a_published_session_is_found_by_any_of_its_words(mentor) -> None:
    lesson = service.publish_lesson(mentor, draft(title="Élan und Algebra", topics=("Polynomials", "Équations")))
    for words in ("algebra", "ELAN", "polynom", "equations", "mira", "rope algebra"):
        assert [found.id for found in queries.search(Search(text=words)).lessons] == [lesson.id], words
    assert not queries.search(Search(text="calculus")).lessons


@pytest.mark.parametrize("text", ["'; DROP TABLE lessons; --", "%", "_", "\\", "<script>", "a" * 5000, "\u202e", "🦆"])
def test_hostile_searches_find_nothing_and_break_nothing(mentor, lesson, text) -> None:
    assert queries.search(Search(text=text)).total == 0
    assert queries.search(Search()).total == 1


def test_the_catalog_filters_by_topic_price_and_time(mentor) -> None:
    cheap = service.publish_lesson(mentor, draft(price=Money(500, "USD"), topics=("Chess",)))
    dear = service.publish_lesson(
        mentor, draft(starts_at=(now() + timedelta(days=5)).replace(tzinfo=None, microsecond=0), price=Money(9000, "USD"))
    )
    assert [x.id for x in queries.search(Search(topic="chess")).lessons] == [cheap.id]
    assert [x.id for x in queries.search(Search(highest_price=600)).lessons] == [cheap.id]
    assert [x.id for x in queries.search(Search(after=now() + timedelta(days=4))).lessons] == [dear.id]
    assert [x.id for x in queries.search(Search(sort="price")).lessons] == [cheap.id, dear.id]


def test_a_fully_booked_session_leaves_the_catalog(learner, lesson) -> None:
    assert queries.search(Search()).total == 1
    factories.request(learner, lesson)
    assert queries.search(Search()).total == 0


def test_a_mentor_cannot_teach_two_sessions_at_once(mentor, lesson) -> None:
    with pytest.raises(CalendarClash):
        factories.lesson(mentor, starts_in=timedelta(days=1, minutes=30))
    assert clash_for(mentor.id, lesson.starts_at, lesson.ends_at).id == lesson.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"topics": ()}, "topics"),
        ({"topics": ("  ", "!!!")}, "topics"),
        ({"starts_at": datetime(2001, 1, 1, 12)}, "starts_at"),
        ({"starts_at": datetime(2199, 1, 1, 12)}, "starts_at"),
        ({"duration_minutes": 61}, "duration_minutes"),
        ({"price": Money(0, "USD")}, "price"),
        ({"price": Money(-5, "USD")}, "price"),
        ({"price": Money(2**62, "USD")}, "price"),
        ({"price": Money(500, "EUR")}, "price"),
    ],
)
def test_what_cannot_be_published_says_which_field(mentor, change, field) -> None:
    with pytest.raises(Invalid) as caught:
        service.publish_lesson(mentor, draft(**change))
    assert field in caught.value.fields
    assert queries.search(Search()).total == 0


def test_only_those_who_teach_publish(learner) -> None:
    with pytest.raises(NotAllowed):
        service.publish_lesson(learner, draft())


def test_topics_are_trimmed_and_never_repeated() -> None:
    assert clean_topics(("  Quadratic   Equations ", "quadratic equations", "Élan", "elan", "", "C++", "C#")) == (
        "Quadratic Equations",
        "Élan",
        "C++",
        "C#",
    )


@given(st.text(max_size=200))
def test_no_text_breaks_the_naming_of_topics(text: str) -> None:
    assert len(slug_of(text)) <= 60
    assert len(clean_topics((text,))) <= 1


ZONES = sorted(available_timezones())[::20]


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)), st.sampled_from(ZONES))
def test_a_wall_clock_time_survives_the_way_through_utc_or_is_refused(wall: datetime, zone: str) -> None:
    wall = wall.replace(second=0, microsecond=0)
    try:
        moment = moment_from_wall_clock(wall, zone)
    except Invalid:
        back = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert back != wall
        return
    assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


def test_an_hour_that_clocks_skip_is_refused() -> None:
    with pytest.raises(Invalid, match="go forward"):
        moment_from_wall_clock(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")


@pytest.mark.parametrize("text", ["", " ", "-5", "1e3", "٣", "NaN", "5.001", "1,000", "0x10", "9" * 20, "5..5", "."])
def test_amounts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_money(text, "USD")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("18", "USD", 1800), ("18.5", "USD", 1850), ("0.01", "USD", 1), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_amounts_are_read_in_the_currency_s_own_digits(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == Money(minor, currency)


def test_money_reads_as_people_write_it() -> None:
    assert [str(Money(*m)) for m in ((1800, "USD"), (1850, "USD"), (-120000, "INR"), (500, "JPY"), (1, "CHF"))] == [
        "$18",
        "$18.50",
        "-₹1,200",
        "¥500",
        "0.01 CHF",
    ]
