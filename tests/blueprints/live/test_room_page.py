"""The room's page in each phase of its life, and the feedback after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.bookings.attendance_models import JoinAttempt
from app.community.models import Review
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.live import queries, service
from tests import factories


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.fixture
def room(booking):
    return queries.room_of(booking.lesson_id)


@pytest.fixture
def address(room):
    return f"/session/{room.public_id}/"


def met(booking):
    """Both were in the room for some seconds, just now."""
    room = queries.room_of(booking.lesson_id)
    for ago in (10, 5):
        with clock.stopped(now() - timedelta(seconds=ago)):
            for person in (booking.learner, booking.lesson.mentor):
                service.enter(person, room.public_id, tab=f"tab-of-{person.id}", connection=f"socket-{person.id}")


def test_a_member_gets_the_room_with_its_rights_and_an_attempt_is_noted(client, learner, address):
    answer = factories.signed_in(client, learner).get(address)
    assert answer.status_code == 200
    assert 'data-phase="open"' in answer.text
    assert "camera=(self), microphone=(self), display-capture=(self)" in answer.headers["Permissions-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert db.session.query(JoinAttempt).one().user_id == learner.id


def test_before_its_time_it_says_when_it_opens_and_notes_no_attempt(client, mentor, learner):
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(minutes=90)))
    starts_at = booking.lesson.starts_at
    page = factories.signed_in(client, learner).get(f"/session/{queries.room_of(booking.lesson_id).public_id}/").text
    opens_at = starts_at - timedelta(minutes=15)
    assert f"{opens_at:%H:%M}" in page
    assert "Opens" in page
    assert 'data-phase="early"' in page
    assert db.session.query(JoinAttempt).count() == 0


@pytest.mark.parametrize("path", ["", "feedback"])
def test_strangers_get_the_same_page_as_for_no_room_at_all(client, address, path):
    factories.signed_in(client, factories.learner("A Stranger"))
    theirs = client.get(address + path)
    nowhere = client.get("/session/there-is-no-such-room/" + path)
    assert theirs.status_code == nowhere.status_code == 404


def test_strangers_cannot_rate(client, booking, address):
    met(booking)
    factories.signed_in(client, factories.learner("A Stranger"))
    assert client.post(address + "feedback", data={"stars": "1"}).status_code == 404
    assert db.session.query(Review).count() == 0


def test_visitors_are_sent_to_sign_in_and_come_back(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/sign-in" in answer.location
    assert "session" in answer.location


def test_after_the_end_the_room_leads_to_the_feedback(client, learner, booking, room, address):
    met(booking)
    service.close(room.id)
    answer = factories.signed_in(client, learner).get(address, follow_redirects=True)
    assert answer.request.path == address + "feedback"
    assert "How was it with" in answer.text


def test_feedback_is_stored_and_leads_home(client, learner, booking, room, address):
    met(booking)
    service.close(room.id)
    answer = factories.signed_in(client, learner).post(address + "feedback", data={"stars": "4", "comment": " Good knots. "})
    assert (answer.status_code, answer.location) == (303, "/dashboard/learner/")
    review = db.session.query(Review).one()
    assert (review.stars, review.comment, review.booking_id) == (4, "Good knots.", booking.id)


def test_who_leaves_first_may_rate_while_the_room_is_still_open(client, learner, booking, address):
    met(booking)
    assert factories.signed_in(client, learner).post(address + "feedback", data={"stars": "5"}).status_code == 303
    assert db.session.query(Review).count() == 1


def test_skipping_stores_nothing(client, learner, booking, address):
    met(booking)
    answer = factories.signed_in(client, learner).post(address + "feedback", data={"skip": "1", "stars": "5"})
    assert answer.status_code == 303
    assert db.session.query(Review).count() == 0


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"stars": ""},
        {"stars": "0"},
        {"stars": "6"},
        {"stars": "-1"},
        {"stars": "five"},
        {"stars": "5", "comment": "x" * 2001},
        {"stars": "4.5"},
    ],
)
def test_impossible_feedback_comes_back_with_a_word_and_stores_nothing(client, learner, booking, address, form):
    met(booking)
    answer = factories.signed_in(client, learner).post(address + "feedback", data=form)
    assert answer.status_code == 422, form
    assert "field-error" in answer.text or "form-errors" in answer.text
    assert db.session.query(Review).count() == 0


def test_hostile_comments_are_only_text(client, learner, booking, address):
    met(booking)
    comment = "<script>alert(1)</script> \u202e ' OR 1=1; --"
    factories.signed_in(client, learner).post(address + "feedback", data={"stars": "5", "comment": comment})
    assert db.session.query(Review).one().comment == "<script>alert(1)</script>  ' OR 1=1; --"


def test_rating_twice_is_refused(client, learner, booking, address):
    met(booking)
    factories.signed_in(client, learner)
    client.post(address + "feedback", data={"stars": "5"})
    assert client.post(address + "feedback", data={"stars": "1"}).status_code == 409
    assert db.session.query(Review).one().stars == 5


def test_when_nobody_came_there_is_nothing_to_rate(client, learner, room, address):
    service.close(room.id)
    page = factories.signed_in(client, learner).get(address, follow_redirects=True).text
    assert "There is nothing to rate here" in page
    assert client.post(address + "feedback", data={"stars": "1"}).status_code == 409


def test_a_mentor_rates_the_learners_one_after_another(client, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    students = [factories.learner(name) for name in ("Ana First", "Ben Second")]
    taught = [factories.confirmed(student, lesson) for student in students]
    for booking in taught:
        met(booking)
    address = f"/session/{queries.room_of(lesson.id).public_id}/feedback"
    factories.signed_in(client, mentor)
    assert "Ana First" in client.get(address).text
    assert client.post(address, data={"stars": "5"}).location == address
    assert "Ben Second" in client.get(address).text
    assert client.post(address, data={"stars": "4"}).location == "/dashboard/mentor/"
    assert {review.person_id for review in db.session.query(Review)} == {student.id for student in students}


def test_the_page_names_the_further_endpoints_and_their_sockets_are_allowed(app, client, learner, address):
    plain = app.extensions["settings"]
    app.extensions["settings"] = replace(
        plain, realtime_endpoints=("http://second.example",), turn_urls=("turn:relay.example",), turn_secret="s"
    )
    try:
        answer = factories.signed_in(client, learner).get(address)
    finally:
        app.extensions["settings"] = plain
    assert 'data-endpoints="http://second.example"' in answer.text
    assert "ws://second.example" in answer.headers["Content-Security-Policy"]
    assert "turn:relay.example" in answer.text
