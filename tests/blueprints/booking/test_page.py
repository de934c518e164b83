"""The page of one booking, for its two people and nobody else."""

from flask.testing import FlaskClient

from tests import factories


def test_both_people_read_it_and_nobody_else_finds_it(client: FlaskClient, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    stranger = factories.learner("Sam Other")
    address = f"/bookings/{booking.id}"
    for person, status, other in ((learner, 200, "Mira Holm"), (mentor, 200, "Lev Park"), (stranger, 404, "")):
        browser = factories.signed_in(client.application.test_client(), person)
        for part in ("", "/parts"):
            answer = browser.get(address + part)
            assert answer.status_code == status
            assert other in answer.get_data(as_text=True)
    assert client.application.test_client().get(address).status_code == 302
