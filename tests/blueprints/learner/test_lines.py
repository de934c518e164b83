"""The waiting list on screen: join, see one's place, leave, and pay for the seat that is held."""

import json
from datetime import timedelta

import pytest

from app.bookings import line, policies, queries, rejecting
from app.bookings.states import BookingState
from app.kernel import clock
from app.kernel.clock import now
from tests import factories
from tests.blueprints.reading import by_id, control, read, text_of

HTMX = {"HX-Request": "true"}
PAY = {"method": "upi", "upi_id": "success@upi"}


@pytest.fixture
def full(mentor):
    """A request for the only seat of a session."""
    return factories.request(factories.learner("Cy Voss"), factories.lesson(mentor))


@pytest.fixture
def lev(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def free_the_seat(booking):
    rejecting.reject_booking(booking.lesson.mentor, booking.id)
    with clock.stopped(now() + policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)


def test_a_full_session_offers_its_waiting_list_in_one_click(lev, learner, full):
    page = lev.get(f"/sessions/{full.lesson_id}")
    assert "Join the waiting list" in read(page).buttons
    answer = lev.post(f"/dashboard/learner/sessions/{full.lesson_id}/line", headers=HTMX)
    said = json.loads(answer.headers["HX-Trigger"])
    assert said["toast"]["text"] == "You are first in line. A free seat is held for you, and we tell you at once."
    assert {"dialog:close", "nudge:lines"} <= set(said)
    part = lev.get(f"/dashboard/learner/sessions/{full.lesson_id}/line", headers=HTMX)
    assert "You are first in line." in text_of(part)
    assert read(part).buttons == ["Leave the waiting list"]
    assert (
        by_id(lev.get(f"/sessions/{full.lesson_id}"), f"line-{full.lesson_id}").text == by_id(part, f"line-{full.lesson_id}").text
    )


def test_whoever_has_the_only_seat_finds_their_booking_and_no_waiting_list(lev, learner, mentor):
    mine = factories.request(learner, factories.lesson(mentor))
    page = lev.get(f"/sessions/{mine.lesson_id}")
    assert "waiting list" not in text_of(page)
    assert f'href="/bookings/{mine.id}">See your booking</a>' in page.get_data(as_text=True)
    part = lev.get(f"/dashboard/learner/sessions/{mine.lesson_id}/line", headers=HTMX)
    assert text_of(part).strip() == ""


def test_slot_taken_offers_it_too(lev, full):
    answer = lev.post(f"/dashboard/learner/sessions/{full.lesson_id}/book", data=PAY, headers=HTMX)
    assert answer.status_code == 409
    assert "Join the waiting list" in read(answer).buttons


def test_leaving_takes_one_click_and_everybody_moves_up(lev, learner, full):
    ana = factories.learner("Ana Sol")
    for user in (ana, learner):
        factories.in_line(user, full.lesson)
    assert "You are second in line" in text_of(lev.get("/dashboard/learner/booked"))
    factories.signed_in(lev.application.test_client(), ana).post(
        f"/dashboard/learner/sessions/{full.lesson_id}/line/end", headers=HTMX
    )
    assert "You are first in line" in text_of(lev.get("/dashboard/learner/lines", headers=HTMX))
    answer = lev.post(f"/dashboard/learner/sessions/{full.lesson_id}/line/end")
    assert (answer.status_code, answer.location) == (303, f"/sessions/{full.lesson_id}")
    assert line.standing_in(learner, full.lesson_id) is None


def test_a_held_seat_opens_the_dialog_where_it_is_paid(lev, learner, full):
    factories.in_line(learner, full.lesson)
    free_the_seat(full)
    page = lev.get(f"/sessions/{full.lesson_id}?book=1")
    assert "A seat is free, and it is held for you" in text_of(page)
    assert f'hx-get="/dashboard/learner/sessions/{full.lesson_id}/book"' in page.get_data(as_text=True)
    held = queries.live_of_learner_in(learner, full.lesson_id)
    dialog = lev.get(f"/dashboard/learner/sessions/{full.lesson_id}/book", headers=HTMX)
    form = by_id(dialog, "checkout")
    assert form.attributes["action"] == f"/dashboard/learner/bookings/{held.id}/payment"
    data = {**PAY, "note": "I am new to knots"}
    assert lev.post(form.attributes["action"], data=data, headers=HTMX).status_code == 200
    assert (queries.by_id(held.id).state, queries.by_id(held.id).note) == (BookingState.REQUESTED, "I am new to knots")
    assert "in line" not in text_of(lev.get("/dashboard/learner/booked"))


def test_a_visitor_is_led_to_sign_in_and_back(client, full):
    page = client.get(f"/sessions/{full.lesson_id}")
    [link] = [node for node in read(page).all() if node.tag == "a" and node.name == "Join the waiting list"]
    assert link.attributes["href"] == f"/sign-in?next=/sessions/{full.lesson_id}"
    assert client.post(f"/dashboard/learner/sessions/{full.lesson_id}/line").status_code == 302


def test_there_is_nothing_to_join_where_a_seat_is_free_or_the_start_is_near(lev, mentor, full):
    free = factories.lesson(mentor, starts_in=timedelta(days=5))
    assert "Join the waiting list" not in read(lev.get(f"/sessions/{free.id}")).buttons
    assert lev.post(f"/dashboard/learner/sessions/{free.id}/line", headers=HTMX).status_code == 409
    with clock.stopped(full.lesson.starts_at - timedelta(minutes=20)):
        assert "Join the waiting list" not in read(lev.get(f"/sessions/{full.lesson_id}")).buttons


def test_a_session_that_is_not_there_has_no_line(lev):
    assert lev.post("/dashboard/learner/sessions/999999/line", headers=HTMX).status_code == 404
    assert lev.get("/dashboard/learner/sessions/999999/line", headers=HTMX).status_code == 404


def test_what_the_mentor_should_know_stands_in_the_request(client, lev, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(days=3))
    data = {**PAY, "note": "Left-handed. <b>Please</b> bring scissors"}
    assert lev.post(f"/dashboard/learner/sessions/{lesson.id}/book", data=data, headers=HTMX).status_code == 200
    mira = factories.signed_in(client.application.test_client(), mentor)
    assert "“Left-handed. <b>Please</b> bring scissors”" in text_of(mira.get("/dashboard/mentor/requests"))


def test_what_was_typed_for_the_mentor_is_kept_when_something_else_needs_mending(lev, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(days=3))
    data = {"method": "upi", "upi_id": "nonsense", "note": "Left-handed"}
    answer = lev.post(f"/dashboard/learner/sessions/{lesson.id}/book", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert control(answer, "Anything your mentor should know?").attributes["value"] == "Left-handed"
    data = {**PAY, "note": "x" * 201}
    answer = lev.post(f"/dashboard/learner/sessions/{lesson.id}/book", data=data, headers=HTMX)
    assert (answer.status_code, "at most 200 characters" in text_of(answer)) == (422, True)


def test_nobody_books_a_time_they_have_not_seen(lev, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(days=3))
    data = {**PAY, "seen": f"{lesson.starts_at - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    answer = lev.post(f"/dashboard/learner/sessions/{lesson.id}/book", data=data, headers=HTMX)
    assert answer.status_code == 409
    assert "moved to another time" in text_of(answer)
