"""This one, this and those that follow, or all: how Edit and Cancel session ask, and what they say before they do it."""

import dataclasses
from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.lessons.models import Lesson
from app.lessons.series import Scope
from tests import factories
from tests.blueprints.mentor.test_change_session import HTMX, edit
from tests.blueprints.mentor.test_create_lesson import typed
from tests.blueprints.reading import by_id, control, fault_of, read, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
def browser(client, mentor):
    """Mira's."""
    return factories.signed_in(client, mentor)


@pytest.fixture
def weekly(mentor) -> list[Lesson]:
    """Four of Mira's, a week apart, the first in three days."""
    return factories.series(mentor, 4, capacity=3)


def fields(answer) -> dict[str, str]:
    """What the dialog sends as it stands: everything hidden, and the radio that is chosen."""
    inputs = [node.attributes for node in read(answer).all() if node.tag == "input" and node.attributes.get("name")]
    return {one["name"]: one.get("value", "") for one in inputs if one.get("type") != "radio" or "checked" in one}


def choices(answer) -> list[str]:
    return [node.attributes["value"] for node in read(answer).all() if node.attributes.get("name") == "scope"]


def ask(browser, lesson: Lesson, scope: str = "this"):
    return browser.get(f"/dashboard/mentor/sessions/{lesson.id}/withdrawal?scope={scope}", headers=HTMX)


def test_the_edit_form_asks_how_much_is_meant_and_means_the_least_unless_told(browser, mentor, weekly) -> None:
    page = browser.get(f"/dashboard/mentor/sessions/{weekly[1].id}/edit")
    assert choices(page) == ["this", "following", "all"]
    assert fields(page)["scope"] == "this"
    for words in ("Only this one", "This and the 2 that follow", "All 4 sessions that lie ahead"):
        assert words in text_of(page)
    last = browser.get(f"/dashboard/mentor/sessions/{weekly[3].id}/edit")
    assert choices(last) == ["this", "all"]
    assert choices(browser.get(f"/dashboard/mentor/sessions/{weekly[0].id}/edit")) == ["this", "following"]
    alone = factories.lesson(mentor, starts_in=60 * HOUR)
    assert choices(browser.get(f"/dashboard/mentor/sessions/{alone.id}/edit")) == []


def test_those_that_were_meant_are_changed_and_the_next_page_says_how_many(browser, weekly) -> None:
    answer = edit(browser, weekly[1], title="Knots anew", scope="following")
    assert [one.title == "Knots anew" for one in weekly] == [False, True, True, True]
    assert "3 sessions are changed" in browser.get(answer.location).get_data(as_text=True)
    assert edit(browser, weekly[0], title="Only the first").status_code == 303
    assert [one.title == "Only the first" for one in weekly] == [True, False, False, False]
    assert edit(browser, weekly[0], title="Nonsense", scope="everything").status_code == 422


def test_a_day_that_does_not_fit_is_named_at_the_time_and_what_was_chosen_is_kept(browser, mentor, weekly) -> None:
    factories.lesson(mentor, starts_in=timedelta(days=10, hours=2), title="Splices")
    later = (weekly[0].starts_at + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
    answer = edit(browser, weekly[0], starts_at=later, title="Typed title", scope="following")
    assert answer.status_code == 409
    second = weekly[1].starts_at + 2 * HOUR
    assert fault_of(answer, "Date and time") == f"You have “Splices” on {second:%a} {second.day} {second:%b %Y, %H:%M}. Nothing was changed."
    assert control(answer, "Title").attributes["value"] == "Typed title"
    assert fields(answer)["scope"] == "following"
    assert "Typed title" not in [one.title for one in weekly]


def test_while_typing_what_moves_along_is_in_nobodys_way(browser, weekly) -> None:
    a_week_later = weekly[1].starts_at.strftime("%Y-%m-%dT%H:%M")
    hints = {}
    for scope in ("this", "following"):
        data = typed(starts_at=a_week_later, lesson_id=str(weekly[0].id), scope=scope)
        hints[scope] = by_id(browser.post("/dashboard/mentor/sessions/preview", data=data), "starts_at-help").text
    assert "Choose another time." in hints["this"]
    assert "You are free then." in hints["following"]


def test_the_sum_of_all_is_shown_before_anything_is_canceled(browser, weekly) -> None:
    ana, bo = factories.learner("Ana Sol"), factories.learner("Bo Lind")
    factories.confirmed(ana, weekly[0])
    factories.confirmed(bo, weekly[2])
    assert "Everybody who has booked gets everything back" in text_of(ask(browser, weekly[0]))
    page = ask(browser, weekly[0], "following")
    assert "4 sessions, 2 bookings: everything goes back to both learners" in text_of(page)
    assert "Back in all $36" in text_of(page)
    assert "Cancel 4 sessions" in read(page).buttons
    assert weekly[0].state == "published"
    answer = browser.post(f"/dashboard/mentor/sessions/{weekly[0].id}/withdrawal", data=fields(page), headers=HTMX)
    assert "These sessions are canceled." in answer.headers["HX-Trigger"]
    db.session.expire_all()
    assert {one.state.value for one in weekly} == {"withdrawn"}


def test_who_chooses_without_scripts_sees_what_it_means_first(browser, weekly) -> None:
    address = f"/dashboard/mentor/sessions/{weekly[0].id}/withdrawal"
    page = browser.get(address)
    answer = browser.post(address, data={**fields(page), "scope": "following"})
    assert answer.status_code == 409
    assert "Nothing is canceled yet" in text_of(answer)
    assert "4 sessions, and nobody has booked any of them." in text_of(answer)
    assert browser.post(address, data=fields(answer)).status_code == 303
    db.session.expire_all()
    assert {one.state.value for one in weekly} == {"withdrawn"}


def test_what_counts_against_the_mentor_is_counted_before(browser, mentor, learner) -> None:
    soon = factories.series(mentor, 2, starts_in=5 * HOUR)
    for one in soon:
        factories.confirmed(learner, one)
    assert "One of them starts in less than 24 hours." in text_of(ask(browser, soon[0], "following"))
    with clock.stopped(soon[0].starts_at):
        page = ask(factories.signed_in(browser, mentor), soon[0], "all")
        assert "has begun" in text_of(page)


def test_others_series_are_not_found(client, weekly) -> None:
    stranger = factories.signed_in(client, factories.mentor("Tom Ash"))
    for scope in Scope:
        assert ask(stranger, weekly[0], scope.value).status_code == 404
        assert edit(stranger, weekly[0], scope=scope.value).status_code == 404


@pytest.mark.parametrize(
    ("bps", "price", "words"),
    [
        (1000, "18", "You get $16.20 of $18 after the fee of 10 %."),
        (1250, "18.50", "You get $16.19 of $18.50 after the fee of 12.5 %."),
        (1000, "eighteen", "You get what is left after the fee of 10 %."),
        (0, "18", "You get all of $18: there is no fee."),
    ],
)
def test_what_is_left_after_the_fee_is_said_while_the_price_is_typed(app, browser, monkeypatch, bps, price, words) -> None:
    own = dataclasses.replace(app.extensions["settings"], platform_fee_bps=bps)
    monkeypatch.setitem(app.extensions, "settings", own)
    answer = browser.post("/dashboard/mentor/sessions/preview", data=typed(price=price))
    assert by_id(answer, "price-help").text.startswith(words)


def test_the_fee_is_named_before_anything_is_typed_and_in_edit(app, browser, monkeypatch, weekly) -> None:
    own = dataclasses.replace(app.extensions["settings"], platform_fee_bps=1000)
    monkeypatch.setitem(app.extensions, "settings", own)
    empty = by_id(browser.get("/dashboard/mentor/sessions/new"), "price-help")
    assert empty.text.startswith("You get what is left after the fee of 10 %.")
    edited = by_id(browser.get(f"/dashboard/mentor/sessions/{weekly[0].id}/edit"), "price-help")
    assert edited.text.startswith("You get $16.20 of $18 after the fee of 10 %.")
