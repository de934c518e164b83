"""Cancel booking on the pages: the sums first, then one more tap; what changed in between is said, and nothing happens."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.bookings import queries
from app.bookings.states import BookingState
from app.kernel import clock
from app.lessons.models import CancelPolicy
from tests import factories
from tests.blueprints.reading import read, text_of

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


@pytest.fixture
def booking(learner, mentor):
    """Accepted, in four days, half back from 24 hours before the start on."""
    return factories.confirmed(learner, factories.lesson(mentor, starts_in=100 * HOUR, policy=CancelPolicy.MODERATE))


@pytest.fixture
def browser(client: FlaskClient, learner) -> FlaskClient:
    """The learner's."""
    return factories.signed_in(client, learner)


def other_browser(client: FlaskClient, person) -> FlaskClient:
    return factories.signed_in(client.application.test_client(), person)


def address(booking) -> str:
    return f"/bookings/{booking.id}/cancellation"


def terms_on(page) -> str:
    return next(n.attributes["value"] for n in read(page).all() if n.attributes.get("name") == "terms")


def test_the_dialog_says_what_comes_back_what_stays_why_where_and_when(browser, booking) -> None:
    with clock.stopped(booking.lesson.starts_at - 5 * HOUR):
        said = text_of(browser.get(address(booking), headers=HTMX))
    assert "Cancel this booking?" in said
    assert "Goes back to you $9" in said
    assert "Stays with Mira $9" in said
    assert "Moderate policy, less than 24 hours and at least 2 hours before the start." in said
    assert f"It leaves for {booking.payment.method_label} at once" in said
    assert "Mira gets the rest" in said
    assert "a day after the planned end" in said


def test_one_more_tap_cancels_and_a_toast_says_the_sum(browser, booking) -> None:
    page = browser.get(address(booking), headers=HTMX)
    assert {"Cancel booking"} <= set(read(page).buttons)
    answer = browser.post(address(booking), data={"terms": terms_on(page)}, headers=HTMX)
    assert answer.status_code == 200
    assert "Canceled. All of $18 goes back to you." in answer.headers["HX-Trigger"]
    assert "dialog:close" in answer.headers["HX-Trigger"]
    assert queries.by_id(booking.id).state is BookingState.CANCELED
    assert "Canceled, refunded" in text_of(browser.get(f"/bookings/{booking.id}"))


def test_a_tier_that_ended_meanwhile_shows_the_new_sums_and_changes_nothing(browser, booking) -> None:
    with clock.stopped(booking.lesson.starts_at - 24 * HOUR):
        seen = terms_on(browser.get(address(booking), headers=HTMX))
    with clock.stopped(booking.lesson.starts_at - 24 * HOUR + timedelta(seconds=1)):
        answer = browser.post(address(booking), data={"terms": seen}, headers=HTMX)
        assert answer.status_code == 409
        assert "Nothing was canceled" in text_of(answer)
        assert "Goes back to you $9" in text_of(answer)
        assert queries.by_id(booking.id).state is BookingState.CONFIRMED
        browser.post(address(booking), data={"terms": terms_on(answer)}, headers=HTMX)
    assert queries.by_id(booking.id).state is BookingState.CANCELED


def test_without_scripts_it_is_a_page_of_its_own(browser, booking) -> None:
    page = browser.get(address(booking))
    assert "Cancel this booking?" in text_of(page)
    answer = browser.post(address(booking), data={"terms": terms_on(page)})
    assert (answer.status_code, answer.location) == (303, f"/bookings/{booking.id}")


def test_after_the_start_the_dialog_says_why_not(browser, booking) -> None:
    with clock.stopped(booking.lesson.starts_at):
        for answer in (browser.get(address(booking), headers=HTMX), browser.post(address(booking), headers=HTMX)):
            assert answer.status_code == 409
            assert "This session has begun" in text_of(answer)
        assert "Cancel booking" not in text_of(browser.get(f"/bookings/{booking.id}"))


def test_strangers_find_no_dialog(client, booking) -> None:
    stranger = other_browser(client, factories.learner("Ana Sol"))
    assert stranger.get(address(booking)).status_code == 404
    assert stranger.post(address(booking), data={"terms": "1800"}).status_code == 404


def test_a_mentor_is_told_that_a_late_one_counts(client, mentor, booking) -> None:
    browser = other_browser(client, mentor)
    with clock.stopped(booking.lesson.starts_at - 3 * HOUR):
        page = browser.get(address(booking), headers=HTMX)
        assert "Goes back to Lev $18" in text_of(page)
        assert "Canceling now counts against you" in text_of(page)
        browser.post(address(booking), data={"terms": terms_on(page)}, headers=HTMX)
        assert "You canceled 3 h before the start: all of $18 goes back to Lev." in text_of(browser.get("/dashboard/mentor/earnings"))


def test_both_tables_say_what_became_of_the_money(client, mentor, learner, browser, booking) -> None:
    teaching = other_browser(client, mentor)
    with clock.stopped(booking.lesson.starts_at - 5 * HOUR):
        browser.post(address(booking), data={"terms": "900"}, headers=HTMX)
        paid, earned = text_of(browser.get("/dashboard/learner/payments")), text_of(teaching.get("/dashboard/mentor/earnings"))
        past = text_of(browser.get("/dashboard/learner/booked?tab=past"))
    assert "Partly refunded You canceled 5 h before the start: $9 of $18 goes back to you. The rest is Mira’s." in paid
    assert "$9" in earned
    assert "Lev canceled 5 h before the start: $9 of $18 goes back to Lev. The rest is yours." in earned
    assert "Canceled, half back" in past


def test_the_policy_is_said_on_the_session_in_the_dialog_and_on_the_booking(client, mentor, learner, browser) -> None:
    offered = factories.lesson(mentor, starts_in=100 * HOUR, policy=CancelPolicy.STRICT)
    sentence = "and all of it comes back; before"
    assert "Strict: Cancel before" in text_of(client.application.test_client().get(f"/sessions/{offered.id}"))
    assert sentence in text_of(browser.get(f"/dashboard/learner/sessions/{offered.id}/book", headers=HTMX))
    taken = factories.confirmed(learner, offered)
    assert sentence in text_of(browser.get(f"/bookings/{taken.id}"))


def test_the_way_to_it_has_its_name_on_the_hub_and_in_the_list(browser, booking) -> None:
    for page in (f"/bookings/{booking.id}", "/dashboard/learner/booked"):
        named = [n.name for n in read(browser.get(page)).all() if n.attributes.get("hx-get") == address(booking)]
        assert named == ["Cancel booking"]


def test_what_the_learners_bank_has_back_is_not_promised_again(browser, booking) -> None:
    with factories.transaction():
        booking.payment.charged_back_at, booking.payment.charged_back_minor = clock.now(), booking.price_minor
    assert "Your bank has this payment back already, so nothing more comes back." in text_of(browser.get(f"/bookings/{booking.id}"))
    assert "Your bank has this payment back already, so nothing more is sent." in text_of(browser.get(address(booking)))
