"""Open slots as learners see them: their own clock first, one tap to Book, and why a time is not among them."""

from datetime import UTC, date, datetime

import pytest

from app.bookings import appointments
from app.bookings.models import Booking
from app.extensions import db
from app.kernel import clock
from app.lessons import availability
from app.lessons.availability import DeviationDraft
from app.lessons.availability_models import DeviationKind
from tests import factories
from tests.blueprints.reading import read, text_of
from tests.blueprints.test_queries import counted

HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
AT = "2026-03-17T10:00:00Z"
UPI = {"method": "upi", "upi_id": "success@upi"}


@pytest.fixture(autouse=True)
def monday():
    with clock.stopped(NOW):
        yield


@pytest.fixture
def offer(mentor):
    """An hour with Mira, nine to five in Berlin."""
    return factories.offer(mentor, zone="Europe/Berlin")


@pytest.fixture
def asha(client, offer):
    """Somebody in Kolkata."""
    return factories.signed_in(client, factories.person("Asha Rao", timezone="Asia/Kolkata"))


def slots_in(answer) -> list:
    return [node for node in read(answer).all() if node.attributes.get("class") == "slot"]


def test_times_are_on_the_learners_clock_with_the_mentors_beside_them(asha, offer) -> None:
    page = asha.get(f"/offers/{offer.id}")
    assert "Your clock: Asia/Kolkata" in text_of(page)
    assert "Tomorrow, 17 Mar" in text_of(page)
    assert text_of(page).count("IST") == 1, "a zone is named where it begins"
    [one] = [node for node in slots_in(page) if AT in node.attributes["href"]]
    assert one.text == "15:30 11:00 CET"
    assert one.attributes["aria-label"] == "Book Tomorrow 15:30 IST"


def test_what_is_shown_can_be_booked_in_one_tap_and_a_confirm(asha, offer) -> None:
    shown = slots_in(asha.get(f"/offers/{offer.id}"))
    for one in (shown[0], shown[-1]):
        dialog = asha.get(one.attributes["hx-get"], headers=HTMX)
        assert "Book this session" in text_of(dialog)
        form = next(node for node in read(dialog).all() if node.tag == "form")
        done = asha.post(form.attributes["hx-post"], data=UPI, headers=HTMX)
        assert "Request sent." in done.headers["HX-Trigger"], done.get_data(as_text=True)
    assert len(db.session.scalars(db.select(Booking)).unique().all()) == 2


def test_a_declined_payment_is_retried_on_the_same_slot(asha, offer) -> None:
    address = f"/dashboard/learner/offers/{offer.id}/book?at={AT}"
    first = asha.post(address, data={"method": "card", "card_number": "4000 0000 0000 0002"}, headers=HTMX)
    assert first.status_code == 402
    assert "Try 1 of 3" in text_of(first)
    again = asha.get(address, headers=HTMX)
    assert "Retry" in read(again).buttons
    form = next(node for node in read(again).all() if node.tag == "form")
    assert "Request sent." in asha.post(form.attributes["hx-post"], data=UPI, headers=HTMX).headers["HX-Trigger"]


def test_a_taken_slot_says_so_with_the_nearest_ones(asha, offer, learner) -> None:
    appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    address = f"/dashboard/learner/offers/{offer.id}/book?at={AT}"
    for answer, status in ((asha.post(address, data=UPI, headers=HTMX), 409), (asha.get(address, headers=HTMX), 200)):
        assert answer.status_code == status
        assert "Slot taken, try another" in text_of(answer)
        assert [node.attributes["aria-label"] for node in slots_in(answer)] == [
            "Book Tomorrow 14:00 IST", "Book Tomorrow 14:30 IST", "Book Tomorrow 16:30 IST"
        ]  # fmt: skip


def test_a_time_that_a_rule_excludes_says_which(asha, offer) -> None:
    answer = asha.post(f"/dashboard/learner/offers/{offer.id}/book?at=2026-03-17T20:00:00Z", data=UPI, headers=HTMX)
    assert answer.status_code == 409
    assert "outside Mira’s hours (09:00–17:00)" in text_of(answer)
    assert not db.session.scalars(db.select(Booking)).all()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("2026-03-17T15:30", "Tomorrow 15:30 IST is free."),
        ("2026-03-16T14:00", "Mira wants to know 2 h before"),
        ("2026-03-17T04:00", "outside Mira’s hours"),
        ("2026-03-19T15:30", "Mira is away on this day."),
        ("2026-03-17T15:45", "begin every 30 minutes"),
        ("2026-08-17T15:30", "60 days ahead"),
        ("", "Choose a day and a time."),
        ("0001-01-01T00:00", ""),
        ("9999-12-31T23:59", ""),
        ("<script>", "Choose a day and a time."),
    ],
)
def test_why_a_time_is_not_offered(asha, offer, wanted, says) -> None:
    availability.add_deviation(offer.mentor, DeviationDraft(DeviationKind.AWAY, date(2026, 3, 19), date(2026, 3, 19)))
    answer = asha.get(f"/offers/{offer.id}/why", query_string={"wanted": wanted}, headers=HTMX)
    assert answer.status_code == 200
    assert says in text_of(answer)


def test_weeks_lead_on_and_nonsense_leads_nowhere_bad(asha, offer) -> None:
    later = asha.get(f"/offers/{offer.id}/slots?from=2026-03-30", headers=HTMX)
    assert "Monday, 30 Mar" in text_of(later)
    assert {"Earlier", "Later"} <= set(read(later).links)
    for odd in ("0000-00-00", "9999-12-31", "x", "1900-01-01"):
        assert asha.get(f"/offers/{offer.id}?from={odd}&at=nonsense").status_code == 200
    assert asha.get(f"/dashboard/learner/offers/{offer.id}/book?at=nonsense", headers=HTMX).status_code == 404
    assert asha.get("/offers/999").status_code == 404
    assert asha.get(f"/dashboard/learner/offers/999/book?at={AT}", headers=HTMX).status_code == 404


def test_who_is_away_today_says_so_on_the_page_and_in_the_dialog(asha, offer) -> None:
    lesson = factories.lesson(offer.mentor)
    availability.add_deviation(offer.mentor, DeviationDraft(DeviationKind.AWAY, NOW.date(), NOW.date(), message="Back tomorrow."))
    for path in (f"/mentors/{offer.mentor_id}", f"/offers/{offer.id}"):
        assert "Mira is away today. “Back tomorrow.”" in text_of(asha.get(path)), path
    for path in (f"/dashboard/learner/offers/{offer.id}/book?at={AT}", f"/dashboard/learner/sessions/{lesson.id}/book"):
        assert "Mira is away today. “Back tomorrow.”" in text_of(asha.get(path, headers=HTMX)), path


def test_visitors_see_the_times_on_the_mentors_page_and_sign_in_to_book(client, offer) -> None:
    page = client.get(f"/mentors/{offer.mentor_id}")
    assert "Choose your own time" in text_of(page)
    assert all("/sign-in?next=" in node.attributes["href"] for node in slots_in(page))
    assert client.get(f"/dashboard/learner/offers/{offer.id}/book?at={AT}").status_code == 302


def test_a_booked_slot_belongs_to_its_two_people(asha, offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    assert asha.get(f"/sessions/{booking.lesson_id}").status_code == 404


def test_public_pages_ask_no_more_often_when_there_is_more(client, offer) -> None:
    def asked(path: str) -> int:
        client.get(path)
        with counted() as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    little = {path: asked(path) for path in (f"/mentors/{offer.mentor_id}", f"/offers/{offer.id}")}
    for number in range(4):
        factories.offer(offer.mentor, zone="Europe/Berlin", topics=("Knots", f"Topic {number}"))
        appointments.book_slot(factories.learner(), offer.id, TUESDAY.replace(day=18 + number), factories.UPI)
    assert {path: asked(path) for path in little} == little
    assert max(little.values()) <= 18, little
