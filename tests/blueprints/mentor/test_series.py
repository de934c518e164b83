"""Series, private links and "Offer it again", as their pages show them."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.lessons.models import Lesson
from tests import factories
from tests.blueprints.mentor.test_create_lesson import FORM, SUBMIT, stored, typed
from tests.blueprints.reading import control, fault_of, text_of


@pytest.fixture
def at_form(client, mentor):
    """Mira's browser."""
    return factories.signed_in(client, mentor)


def test_one_submit_publishes_a_session_for_every_week(at_form):
    assert at_form.post(SUBMIT, data=typed(repeats="1", times="3")).status_code == 303
    first, second, third = sorted(stored(), key=lambda lesson: lesson.starts_at)
    assert second.starts_at - first.starts_at == third.starts_at - second.starts_at == timedelta(weeks=1)
    assert "3 sessions are published" in text_of(at_form.get(f"/dashboard/mentor/sessions/{first.id}/promotion"))


def test_a_week_that_is_taken_is_named_and_nothing_typed_is_lost(at_form, mentor):
    factories.lesson(mentor, starts_in=timedelta(days=9), minutes=120)
    answer = at_form.post(SUBMIT, data=typed(repeats="1", times="3"))
    assert answer.status_code == 409
    assert "Nothing was published." in fault_of(answer, "Date and time")
    assert control(answer, "Title").attributes["value"] == "Knots for sailors"
    assert len(stored()) == 1


@pytest.mark.parametrize(("name", "value", "label"), [("repeats", "3", "Repeats"), ("times", "99", "How often"), ("findable", "nobody", "Who can find it")])
def test_what_is_not_on_the_list_is_said(at_form, name, value, label):
    answer = at_form.post(SUBMIT, data=typed(**{name: value}))
    assert answer.status_code == 422
    assert fault_of(answer, label)
    assert not stored()


def test_offer_it_again_fills_in_the_same_hour_of_a_week_to_come(client, mentor, learner):
    with clock.stopped(now() - timedelta(days=10)):
        past = factories.lesson(mentor, starts_in=timedelta(hours=5), title="Knots again", price=2150, capacity=2)
        factories.completed(learner, past)
    browser = factories.signed_in(client, mentor)
    address = f"{FORM}?like={past.id}"
    assert address in browser.get("/dashboard/mentor/sessions").get_data(as_text=True)
    form = browser.get(address)
    assert control(form, "Title").attributes["value"] == "Knots again"
    assert control(form, "Price").attributes["value"] == "21.50"
    assert control(form, "Topics covered").attributes["value"] == "Knots, Braids"
    again = past.starts_at + timedelta(weeks=2)
    assert control(form, "Date and time").attributes["value"] == again.strftime("%Y-%m-%dT%H:%M")


def test_somebody_elses_session_cannot_be_copied(at_form):
    other = factories.lesson(factories.mentor("Other One"))
    assert at_form.get(f"{FORM}?like={other.id}").status_code == 404
    assert at_form.post(f"/dashboard/mentor/sessions/{other.id}/link").status_code == 404


def test_a_private_session_is_booked_by_its_link_from_the_first_look_to_confirm(client, mentor, learner):
    private = factories.lesson(mentor, is_private=True)
    link = f"/sessions/{private.id}?key={private.link_token}"
    visitor = client.application.test_client()
    for address in (f"/sessions/{private.id}", f"/sessions/{private.id}/details", f"/sessions/{private.id}?key=x"):
        assert visitor.get(address).status_code == 404
    page = visitor.get(link)
    assert "only people with its link find it" in text_of(page)
    assert 'name="robots" content="noindex"' in page.get_data(as_text=True)
    to_sign_in = visitor.get(f"/dashboard/learner/sessions/{private.id}/book?key={private.link_token}")
    assert "key%3D" in to_sign_in.location
    browser = factories.signed_in(client, learner)
    book = f"/dashboard/learner/sessions/{private.id}/book"
    htmx = {"HX-Request": "true"}
    assert browser.get(book, headers=htmx).status_code == 404
    dialog = browser.get(f"{book}?key={private.link_token}", headers=htmx)
    assert f"{book}?key={private.link_token}" in dialog.get_data(as_text=True)
    paid = browser.post(f"{book}?key={private.link_token}", data={"method": "upi", "upi_id": "success@upi"}, headers=htmx)
    assert "Request sent" in paid.headers["HX-Trigger"]
    assert browser.get(f"/sessions/{private.id}").status_code == 200


def test_a_stranger_with_the_number_but_not_the_link_books_nothing(client, mentor, learner):
    private = factories.lesson(mentor, is_private=True)
    browser = factories.signed_in(client, learner)
    answer = browser.post(f"/dashboard/learner/sessions/{private.id}/book", data={"method": "upi", "upi_id": "success@upi"})
    assert answer.status_code == 404


def test_a_new_link_is_one_tap(client, mentor):
    private = factories.lesson(mentor, is_private=True)
    old = private.link_token
    browser = factories.signed_in(client, mentor)
    answer = browser.post(f"/dashboard/mentor/sessions/{private.id}/link", headers={"HX-Request": "true"})
    fresh = db.session.get_one(Lesson, private.id).link_token
    assert fresh != old
    assert fresh in answer.get_data(as_text=True)
