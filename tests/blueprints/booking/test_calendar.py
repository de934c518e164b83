"""Calendar files and the private feed, over HTTP."""

from flask.testing import FlaskClient
from icalendar import Calendar

from app.bookings.calendar_feeds import address_token, new_address
from tests import factories


def test_both_people_add_it_to_their_calendar_and_nobody_else(client: FlaskClient, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    for person, status in ((learner, 200), (mentor, 200), (factories.learner("Sam Other"), 404)):
        browser = factories.signed_in(client.application.test_client(), person)
        answer = browser.get(f"/bookings/{booking.id}/calendar.ics")
        assert answer.status_code == status
        if status == 200:
            assert answer.content_type == "text/calendar; method=REQUEST; charset=utf-8"
            assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
            assert f"/bookings/{booking.id}/calendar.ics" in browser.get(f"/bookings/{booking.id}").get_data(as_text=True)


def test_a_calendar_program_reads_the_feed_and_asks_again_for_nothing(client: FlaskClient, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    address = f"/calendar/{new_address(learner)}.ics"
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == 1
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_settings_make_an_address_show_it_and_make_a_new_one(client: FlaskClient, learner) -> None:
    factories.signed_in(client, learner)
    assert "Get a calendar address" in client.get("/profile/?tab=settings").get_data(as_text=True)
    assert client.post("/profile/calendar-address").status_code == 303
    first = address_token(learner)
    page = client.get("/profile/?tab=settings").get_data(as_text=True)
    assert f"http://localhost/calendar/{first}.ics" in page
    assert f"webcal://localhost/calendar/{first}.ics" in page
    part = client.post("/profile/calendar-address", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert first not in part.get_data(as_text=True)
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{address_token(learner)}.ics").status_code == 200


def test_guessing_addresses_soon_meets_a_wall_and_the_owner_does_not(client: FlaskClient, learner) -> None:
    token = new_address(learner)
    answers = [client.get(f"/calendar/guess-{number}.ics").status_code for number in range(40)]
    assert answers.count(404) == 30
    assert answers[-1] == 429
    # From another address the owner's program still reads.
    assert client.get(f"/calendar/{token}.ics", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200
