"""Editing this one, this and those that follow, or all: each by the rules of a single edit, all of them or none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.models import User
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Money
from app.lessons.calendar import CalendarClash
from app.lessons.editing import draft_of, edit_lesson
from app.lessons.events import LessonEdited
from app.lessons.models import BusyTime, Lesson
from app.lessons.series import Scope, publish_series
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
EARLY_OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)


def draft(lesson: Lesson, zone: str = "UTC", **changes):
    """What the form sends when only this is changed."""
    return replace(draft_of(lesson, zone), **changes)


def titles(found: list[Lesson]) -> list[str]:
    return [one.title for one in found]


def starts(found: list[Lesson]) -> list[datetime]:
    return [one.starts_at for one in found]


def someone(user_id: int) -> User:
    return db.session.get_one(User, user_id)


@pytest.mark.parametrize(("scope", "changed"), [(Scope.THIS, [1]), (Scope.FOLLOWING, [1, 2, 3]), (Scope.ALL, [0, 1, 2, 3])])
def test_words_topics_and_price_go_over_to_as_many_as_are_meant(heard, mentor, scope, changed) -> None:
    found = factories.series(mentor, 4)
    wanted = draft(found[1], title="Knots anew", topics=("Splices",), price=Money(2500, "USD"), is_instant=True)
    edited = edit_lesson(mentor, found[1].id, wanted, scope)
    anew = [index for index, one in enumerate(found) if one.title == "Knots anew"]
    assert anew == changed == [found.index(one) for one in edited]
    assert {(str(found[index].price), found[index].topics[0].name, found[index].is_instant) for index in changed} == {("$25", "Splices", True)}
    assert [one.lesson_id for one in heard.of(LessonEdited)] == [one.id for one in edited]


def test_only_what_was_changed_goes_over_so_that_one_with_a_price_of_its_own_keeps_it(mentor) -> None:
    found = factories.series(mentor, 3)
    edit_lesson(mentor, found[2].id, draft(found[2], price=Money(4000, "USD")))
    edit_lesson(mentor, found[0].id, draft(found[0], title="Knots anew"), Scope.ALL)
    assert titles(found) == ["Knots anew"] * 3
    assert [str(one.price) for one in found] == ["$18", "$18", "$40"]
    free = draft(found[0], price=Money(0, "USD"), is_free=True)
    edit_lesson(mentor, found[0].id, free, Scope.ALL)
    assert all(one.price.is_zero for one in found)


def test_a_new_time_moves_each_by_as_much_on_the_wall_whatever_the_clocks_do(mentor) -> None:
    with clock.stopped(EARLY_OCTOBER):
        mentor.timezone = "Europe/Berlin"
        db.session.commit()
        found = factories.series(mentor, 3, starts_at=datetime(2026, 10, 13, 18, 30))
        wanted = draft(found[0], "Europe/Berlin", starts_at=datetime(2026, 10, 14, 20, 0))
        edit_lesson(mentor, found[0].id, wanted, Scope.ALL)
    walls = [one.starts_at.astimezone(BERLIN) for one in found]
    assert [f"{wall:%a %d %H:%M}" for wall in walls] == ["Wed 14 20:00", "Wed 21 20:00", "Wed 28 20:00"]
    assert {wall.utcoffset() for wall in walls} == {HOUR, 2 * HOUR}
    busy = db.session.scalars(db.select(BusyTime.starts_at).order_by(BusyTime.starts_at)).all()
    assert list(busy) == starts(found)


def test_each_may_go_where_the_next_one_was_and_a_second_tap_changes_nothing(mentor) -> None:
    found = factories.series(mentor, 4)
    before = starts(found)
    wanted = draft(found[0], starts_at=before[1].replace(tzinfo=None))
    edit_lesson(mentor, found[0].id, wanted, Scope.ALL)
    edit_lesson(mentor, found[0].id, wanted, Scope.ALL)
    assert starts(found) == [moment + WEEK for moment in before]


def test_a_longer_hour_takes_more_of_each_day(mentor) -> None:
    found = factories.series(mentor, 3)
    edit_lesson(mentor, found[0].id, draft(found[0], duration_minutes=90), Scope.ALL)
    assert {one.ends_at - one.starts_at for one in found} == {1.5 * HOUR}


def test_a_day_on_which_the_mentor_has_something_else_is_named_and_nothing_changes(mentor) -> None:
    found = factories.series(mentor, 4)
    before = starts(found)
    other = factories.lesson(mentor, starts_in=timedelta(days=17, hours=2), title="Splices")
    wanted = draft(found[0], title="Knots anew", starts_at=(before[0] + 2 * HOUR).replace(tzinfo=None))
    with pytest.raises(CalendarClash) as clash:
        edit_lesson(mentor, found[0].id, wanted, Scope.ALL)
    third = before[2] + 2 * HOUR
    assert clash.value.message == f"You have “Splices” on {third:%a} {third.day} {third:%b %Y, %H:%M}. Nothing was changed."
    assert (starts(found), "Knots anew" in titles(found)) == (before, False)
    busy = db.session.scalars(db.select(BusyTime.starts_at).order_by(BusyTime.starts_at)).all()
    assert list(busy) == sorted([*before, other.starts_at])


def test_one_that_is_booked_keeps_its_time_so_none_moves_and_its_day_is_named(mentor, learner) -> None:
    found = factories.series(mentor, 3)
    booking, before = factories.confirmed(learner, found[1]), starts(found)
    with pytest.raises(Invalid) as refusal:
        edit_lesson(mentor, found[0].id, draft(found[0], starts_at=(before[0] + HOUR).replace(tzinfo=None)), Scope.ALL)
    day = before[1]
    assert refusal.value.fields["starts_at"].startswith(f"{day:%a} {day.day} {day:%b %Y, %H:%M}: Somebody has booked it")
    assert starts(found) == before
    edit_lesson(mentor, found[0].id, draft(found[0], price=Money(2500, "USD")), Scope.ALL)
    assert (str(booking.price), str(found[1].price)) == ("$18", "$25")


def test_seats_that_are_taken_on_one_day_stay_on_all(mentor) -> None:
    found = factories.series(mentor, 2, capacity=3)
    for name in ("Ana Sol", "Bo Lind"):
        factories.confirmed(factories.learner(name), found[1])
    with pytest.raises(Invalid) as refusal:
        edit_lesson(mentor, found[0].id, draft(found[0], capacity=1), Scope.FOLLOWING)
    assert "2 learners have a seat already." in refusal.value.fields["capacity"]
    assert [one.capacity for one in found] == [3, 3]


def test_an_hour_that_does_not_exist_on_one_of_the_days_is_named(mentor) -> None:
    with clock.stopped(datetime(2026, 3, 1, 8, tzinfo=UTC)):
        found = factories.series(mentor, 2, starts_at=datetime(2026, 3, 22, 4, 30), timezone="Europe/Berlin")
        with pytest.raises(Invalid) as refusal:
            edit_lesson(mentor, found[0].id, draft(found[0], "Europe/Berlin", starts_at=datetime(2026, 3, 22, 2, 30)), Scope.ALL)
    assert refusal.value.fields["starts_at"].startswith("Sun 29 Mar 2026, 02:30: Clocks go forward")


def test_what_has_begun_or_was_taken_back_is_left_as_it_was(mentor) -> None:
    found = factories.series(mentor, 3)
    with clock.stopped(found[0].starts_at + HOUR / 2):
        edit_lesson(mentor, found[1].id, draft(found[1], title="Knots anew"), Scope.ALL)
        with pytest.raises(Conflict):
            edit_lesson(mentor, found[0].id, draft(found[0], title="Too late"), Scope.ALL)
    assert titles(found)[1:] == ["Knots anew"] * 2
    assert titles(found)[0] not in ("Knots anew", "Too late")


def test_others_series_are_not_found(mentor) -> None:
    found = factories.series(mentor, 2)
    with pytest.raises(NotFound):
        edit_lesson(factories.mentor("Tom Ash"), found[0].id, draft(found[0]), Scope.ALL)


@pytest.mark.parametrize("seed", range(6))
def test_moved_from_two_tabs_and_published_over_at_once_nothing_overlaps(app, mentor, seed) -> None:
    found = factories.series(mentor, 4)
    mentor_id, ids, before = mentor.id, [one.id for one in found], starts(found)
    forth = draft(found[0], starts_at=(before[1]).replace(tzinfo=None))
    later = draft(found[3], starts_at=(before[3] + HOUR).replace(tzinfo=None))
    fresh = draft(found[0], title="A second series", starts_at=(before[1] + HOUR / 2).replace(tzinfo=None))
    db.session.commit()
    calls = [
        lambda: len(edit_lesson(someone(mentor_id), ids[0], forth, Scope.ALL)),
        lambda: len(edit_lesson(someone(mentor_id), ids[3], later, Scope.ALL)),
        lambda: len(publish_series(someone(mentor_id), fresh, factories.Repeat(1, 4))),
    ]
    results = at_once(app, *(calls[(seed + offset) % 3] for offset in range(3)))
    assert all(result == 4 or isinstance(result, CalendarClash) for result in results), results
    lessons = [db.session.get_one(Lesson, number) for number in ids]
    shifts = {lesson.starts_at - moment for lesson, moment in zip(lessons, before, strict=True)}
    assert len(shifts) == 1
    times = db.session.execute(db.select(BusyTime.starts_at, BusyTime.ends_at).order_by(BusyTime.starts_at)).all()
    assert all(one.ends_at <= following.starts_at for one, following in zip(times, times[1:], strict=False))
