"""Sessions that repeat, and sessions only some people find."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.bookings.visibility import lesson_for
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import Money
from app.lessons import queries
from app.lessons.calendar import CalendarClash
from app.lessons.models import BusyTime, Lesson
from app.lessons.series import Repeat, Scope, members, publish_series
from app.lessons.service import LessonDraft, renew_link
from tests import factories

pytestmark = pytest.mark.database

OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)


def draft(starts_at: datetime, **changes) -> LessonDraft:
    """A session of an hour in Berlin."""
    fields = {
        "title": "Knots for sailors", "description": "Bring a rope.", "starts_at": starts_at, "timezone": "Europe/Berlin",
        "duration_minutes": 60, "price": Money(1800, "USD"), "topics": ("Knots",), **changes,
    }
    return LessonDraft(**fields)


def count(model: type) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(model))


def test_every_week_at_the_same_hour_of_the_wall_whatever_the_clocks_do(mentor) -> None:
    with clock.stopped(OCTOBER):
        found = publish_series(mentor, draft(datetime(2026, 10, 13, 18, 30)), Repeat(1, 4))
    walls = [one.starts_at.astimezone(ZoneInfo("Europe/Berlin")) for one in found]
    assert [f"{wall:%d %H:%M}" for wall in walls] == ["13 18:30", "20 18:30", "27 18:30", "03 18:30"]
    assert {wall.utcoffset() for wall in walls} == {timedelta(hours=1), timedelta(hours=2)}
    assert len({one.series_key for one in found}) == 1
    assert count(BusyTime) == 4


def test_all_of_them_or_none_when_one_day_is_taken(mentor) -> None:
    with clock.stopped(OCTOBER):
        publish_series(mentor, draft(datetime(2026, 10, 20, 18, 0)), Repeat(1, 2))
        with pytest.raises(CalendarClash, match="Tue 20 Oct 2026, 18:30"):
            publish_series(mentor, draft(datetime(2026, 10, 13, 18, 30)), Repeat(1, 4))
    assert count(Lesson) == 2


def test_a_time_that_does_not_exist_in_one_of_the_weeks_is_named(mentor) -> None:
    with clock.stopped(datetime(2026, 3, 1, 8, tzinfo=UTC)), pytest.raises(Invalid) as refusal:
        publish_series(mentor, draft(datetime(2026, 3, 22, 2, 30)), Repeat(1, 2))
    assert "Sun 29 Mar 2026" in refusal.value.fields["repeats"]
    assert count(Lesson) == 0


@pytest.mark.parametrize("repeat", [Repeat(1, 1), Repeat(1, 13), Repeat(3, 4), Repeat(0, 4), Repeat(1, -1)])
def test_how_often_has_bounds(mentor, repeat) -> None:
    with pytest.raises(Invalid):
        publish_series(mentor, draft((now() + timedelta(days=3)).replace(tzinfo=None, second=0, microsecond=0)), repeat)
    assert count(Lesson) == 0


def test_this_one_those_that_follow_or_all(mentor) -> None:
    with clock.stopped(OCTOBER):
        found = publish_series(mentor, draft(datetime(2026, 10, 13, 18, 30)), Repeat(2, 3))
        alone = factories.lesson(mentor, starts_in=timedelta(days=80))
    second = db.session.get_one(Lesson, found[1].id)
    ids = [one.id for one in found]
    assert [[one.id for one in members(second, scope)] for scope in Scope] == [ids[1:2], ids[1:], ids]
    assert [one.id for one in members(alone, Scope.ALL)] == [alone.id]


def test_a_private_session_is_found_by_its_link_and_by_those_who_belong_to_it(mentor, learner) -> None:
    private = factories.lesson(mentor, is_private=True)
    stranger = factories.learner("Sam Other")
    key = private.link_token
    for viewer, given in ((None, ""), (stranger, ""), (stranger, "wrong"), (None, key[:-1])):
        with pytest.raises(NotFound):
            lesson_for(viewer, private.id, given)
    assert lesson_for(None, private.id, key).id == private.id
    assert lesson_for(mentor, private.id).id == private.id
    factories.request(learner, private)
    assert lesson_for(learner, private.id).id == private.id


def test_a_private_session_is_on_no_list(mentor, learner) -> None:
    factories.lesson(mentor, is_private=True, title="Hidden knots")
    shown = factories.lesson(mentor, starts_in=timedelta(days=2), title="Shown knots")
    only = [shown.id]
    assert [one.id for one in queries.search(queries.Search(text="knots")).lessons] == only
    assert [one.id for one in queries.starting_soon(10)] == only
    assert [one.id for one in queries.shown_of(mentor.id)] == only
    assert len(queries.upcoming_of(mentor.id)) == 2


def test_a_new_link_kills_the_old_one_and_only_its_mentor_makes_it(mentor) -> None:
    private = factories.lesson(mentor, is_private=True)
    old = private.link_token
    with pytest.raises(NotFound):
        renew_link(factories.mentor("Other One"), private.id)
    fresh = renew_link(mentor, private.id).link_token
    assert fresh != old
    with pytest.raises(NotFound):
        lesson_for(None, private.id, old)
    with pytest.raises(NotFound):
        renew_link(mentor, factories.lesson(mentor, starts_in=timedelta(days=3)).id)
