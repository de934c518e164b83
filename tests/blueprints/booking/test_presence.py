"""The presence receipt on the web: a page and a PDF for the two people, linked where the booking is."""

import re
import shutil
import subprocess
from datetime import timedelta

import pytest

from app.bookings.attendance_models import Closing
from app.kernel import clock
from tests import factories


@pytest.fixture
def booking(mentor, learner):
    booking = factories.confirmed(learner, factories.lesson(mentor, title="Knots and braids"))
    for person, begin in ((mentor, 0), (learner, 3)):
        factories.stay(booking.lesson, person.id, timedelta(minutes=begin), timedelta(minutes=60), Closing.ENDED)
    return booking


def read(pdf):
    tool = shutil.which("pdftotext") or pytest.fail("pdftotext is missing: install poppler-utils")
    return subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_both_find_it_on_the_bookings_page_with_the_same_figures(client, app, booking, mentor, learner):
    address = f"/bookings/{booking.id}/presence"
    sheets = []
    for person in (mentor, learner):
        browser = factories.signed_in(app.test_client(), person)
        with clock.stopped(booking.lesson.ends_at):
            assert f'href="{address}"' in browser.get(f"/bookings/{booking.id}").text
            sheets.append(re.findall(r"\b\d\d:\d\d(?::\d\d)?\b", browser.get(address).text.split("<article")[1].split("</dl>", 1)[1]))
    assert "57:00" in sheets[0]
    assert sheets[0] == sheets[1]


def test_the_file_says_what_the_page_says(client, booking, learner):
    factories.signed_in(client, learner)
    with clock.stopped(booking.lesson.ends_at):
        answer = client.get(f"/bookings/{booking.id}/presence.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    text = read(answer.data)
    for words in ("Presence receipt", "Knots and braids", "Mira Holm", "Lev Park", "Together, of 60:00 planned", "57:00", f"/bookings/{booking.id}/presence"):
        assert words in text


@pytest.mark.parametrize("end", ["", ".pdf"])
def test_strangers_find_nothing_and_nobody_before_it_was_measured(client, app, mentor, learner, booking, end):
    other = factories.signed_in(app.test_client(), factories.learner("A Stranger"))
    assert other.get(f"/bookings/{booking.id}/presence{end}").status_code == 404
    unmeasured = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=3)))
    factories.signed_in(client, learner)
    assert client.get(f"/bookings/{unmeasured.id}/presence{end}").status_code == 404
    assert "Presence receipt" not in client.get(f"/bookings/{unmeasured.id}").text
