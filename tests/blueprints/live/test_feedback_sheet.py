"""The sheet after a session: one-tap words, a tip, the next booking, or nothing of all that."""

from datetime import timedelta

import pytest

from app.community import queries as community
from app.community.models import Review, ReviewTag
from app.community.service import review
from app.community.tags import ABOUT_MENTOR
from app.extensions import db
from app.kernel import clock
from app.live import queries
from tests import factories
from tests.blueprints.live.test_room_page import met


@pytest.fixture
def booking(mentor, learner):
    booking = factories.joinable(learner, mentor)
    met(booking)
    return booking


@pytest.fixture
def address(booking):
    return f"/session/{queries.room_of(booking.lesson_id).public_id}/feedback"


def test_each_side_is_offered_words_about_the_other(client, app, mentor, learner, address):
    page = factories.signed_in(client, learner).get(address).text
    assert "Went too fast" in page
    assert "Came prepared" not in page
    theirs = factories.signed_in(app.test_client(), mentor).get(address).text
    assert "Came prepared" in theirs
    assert "Went too fast" not in theirs


def test_words_are_stored_with_the_stars(client, learner, address):
    answer = factories.signed_in(client, learner).post(address, data={"stars": "5", "tags": ["clear", "patient"]})
    assert answer.status_code == 303
    assert {row.tag for row in db.session.query(ReviewTag)} == {"clear", "patient"}


def test_a_word_nobody_offered_comes_back_with_everything_that_was_typed(client, learner, address):
    form = {"stars": "4", "tags": ["clear", "hacked"], "comment": "Good knots."}
    answer = factories.signed_in(client, learner).post(address, data=form)
    assert answer.status_code == 422
    assert "Choose from the words shown." in answer.text
    assert "Good knots." in answer.text
    assert 'value="clear" checked' in answer.text
    assert 'value="4" aria-label="4 stars" checked' in answer.text
    assert "hacked" not in answer.text
    assert db.session.query(Review).count() == 0


def test_book_again_leads_on_and_keeps_the_stars(client, mentor, learner, address):
    following = factories.lesson(mentor, starts_in=timedelta(days=4))
    factories.signed_in(client, learner)
    answer = client.post(address, data={"stars": "5", "again": "1"})
    assert (answer.status_code, answer.location) == (303, f"/sessions/{following.id}")
    assert db.session.query(Review).one().stars == 5


def test_book_again_without_stars_is_one_tap_and_stores_nothing(client, mentor, learner, address):
    offer = factories.offer(mentor)
    factories.signed_in(client, learner)
    assert client.post(address, data={"again": "1"}).location == f"/offers/{offer.id}"
    assert db.session.query(Review).count() == 0


def test_with_several_ways_or_none_the_mentors_page_shows_what_there_is(client, mentor, learner, address):
    factories.signed_in(client, learner)
    assert client.post(address, data={"again": "1"}).location == f"/mentors/{mentor.id}"


def test_a_mentor_offers_the_same_once_more(client, mentor, booking, address):
    factories.signed_in(client, mentor)
    assert client.post(address, data={"again": "1"}).location.endswith(f"like={booking.lesson_id}")


def test_tips_stand_on_the_learners_sheet_once_they_can_be_given(client, app, mentor, learner, booking, address):
    factories.signed_in(client, learner)
    assert "A tip for Mira?" not in client.get(address).text, "the session has not begun"
    assert "A tip for" not in factories.signed_in(app.test_client(), mentor).get(address).text
    with clock.stopped(booking.lesson.starts_at + timedelta(minutes=1)):
        page = client.get(address).text
        assert f'data-url="/bookings/{booking.id}/gift?amount=5.00"' in page
        dialog = client.get(f"/bookings/{booking.id}/gift?amount=10.00", headers={"HX-Request": "true"}).text
        odd = client.get(f"/bookings/{booking.id}/gift?amount=13", headers={"HX-Request": "true"}).text
    assert 'value="10.00" checked' in dialog
    assert 'value="5.00" checked' in odd


def test_the_mentors_page_counts_the_words(client, mentor, learner):
    booking = factories.completed(learner, factories.lesson(mentor))
    with clock.stopped(booking.closed_at):
        review(learner, booking.id, 5, "Good knots.", ["patient"])
        review(mentor, booking.id, 5, "")
    page = client.get(f"/mentors/{mentor.id}").text
    assert community.tag_counts(mentor.id, ABOUT_MENTOR) == [("Patient", 1)]
    assert "Patient <span" in page
