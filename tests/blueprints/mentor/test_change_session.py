"""Edit and Cancel session: on pages of their own, with what was typed kept and everybody's money safe."""

from datetime import timedelta

import pytest

from app.bookings import queries, service
from app.bookings.cancelling import cancel_booking
from app.bookings.service import SlotTaken
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.lessons.models import CancelPolicy, Lesson, LessonState
from tests import factories
from tests.blueprints.reading import read, text_of

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


@pytest.fixture
def browser(client, mentor):
    """Mira's."""
    return factories.signed_in(client, mentor)


@pytest.fixture
def offered(mentor) -> Lesson:
    return factories.lesson(mentor, starts_in=100 * HOUR, capacity=3)


def typed(lesson: Lesson, **changes) -> dict:
    same = {
        "title": lesson.title, "description": lesson.description, "starts_at": lesson.starts_at.strftime("%Y-%m-%dT%H:%M"),
        "duration_minutes": str(lesson.duration_minutes), "price": "18", "capacity": str(lesson.capacity), "topics": "Knots, Braids",
        "cancel_policy": "flexible",
    }
    return {**same, **changes}


def edit(browser, lesson: Lesson, **changes):
    answer = browser.post(f"/dashboard/mentor/sessions/{lesson.id}/edit", data=typed(lesson, **changes))
    db.session.expire_all()
    return answer


def test_words_topics_and_price_change_for_whoever_books_next(browser, learner, offered) -> None:
    booking = factories.confirmed(learner, offered)
    page = browser.get(f"/dashboard/mentor/sessions/{offered.id}/edit")
    assert "Edit session" in text_of(page)
    assert "Save" in read(page).buttons
    changes = {"title": "Knots anew", "topics": "Braids, Splices", "price": "25", "cancel_policy": "strict"}  # the policy stays: others have read it
    assert edit(browser, offered, **changes).status_code == 303
    assert (offered.title, [topic.name for topic in offered.topics]) == ("Knots anew", ["Braids", "Splices"])
    assert (str(booking.price), offered.cancel_policy) == ("$18", CancelPolicy.FLEXIBLE)
    assert str(factories.request(factories.learner("Ana Sol"), offered).price) == "$25"


def test_seats_that_are_taken_and_a_time_that_is_booked_stay(browser, offered) -> None:
    for name in ("Ana Sol", "Bo Lind"):
        factories.confirmed(factories.learner(name), offered)
    later = (offered.starts_at + HOUR).strftime("%Y-%m-%dT%H:%M")
    answer = edit(browser, offered, capacity="1", starts_at=later, title="Typed title")
    assert answer.status_code == 422
    assert "2 learners have a seat already." in text_of(answer)
    assert "Reschedule" in text_of(answer)
    assert "Typed title" in answer.get_data(as_text=True)
    assert offered.capacity == 3


def test_while_nobody_has_booked_the_time_may_change(browser, mentor, offered) -> None:
    later = offered.starts_at + HOUR
    assert edit(browser, offered, starts_at=later.strftime("%Y-%m-%dT%H:%M")).status_code == 303
    assert offered.starts_at == later
    other = factories.lesson(mentor, starts_in=50 * HOUR)
    assert edit(browser, offered, starts_at=other.starts_at.strftime("%Y-%m-%dT%H:%M")).status_code == 409
    assert offered.starts_at == later


def test_fewer_seats_than_the_highest_seat_number_overbook_nobody(browser, offered) -> None:
    first = factories.confirmed(factories.learner("Ana Sol"), offered)
    second = factories.confirmed(factories.learner("Bo Lind"), offered)
    cancel_booking(first.learner, first.id)
    assert edit(browser, offered, capacity="1").status_code == 303
    assert second.seat_no == 2
    with pytest.raises(SlotTaken):
        factories.request(factories.learner("Cy Hart"), offered)


def test_nobody_pays_a_price_they_have_not_seen(browser, learner, offered) -> None:
    edit(browser, offered, price="25")
    with pytest.raises(service.PriceChanged):
        service.book(learner, offered.id, factories.UPI, agreed_minor=1800)


def test_others_sessions_are_not_found_and_begun_ones_stay(client, offered) -> None:
    stranger = factories.signed_in(client, factories.mentor("Tom Ash"))
    for path in ("edit", "withdrawal"):
        assert stranger.get(f"/dashboard/mentor/sessions/{offered.id}/{path}").status_code == 404
        assert stranger.post(f"/dashboard/mentor/sessions/{offered.id}/{path}", data=typed(offered)).status_code == 404


def test_cancel_session_names_everybody_first(browser, learner, offered) -> None:
    booking = factories.confirmed(learner, offered)
    address = f"/dashboard/mentor/sessions/{offered.id}/withdrawal"
    cards = text_of(browser.get("/dashboard/mentor/sessions"))
    assert "Cancel booking" in cards
    assert "Cancel session" in cards
    page = browser.get(address, headers=HTMX)
    assert "Lev Park $18 back" in text_of(page)
    stale = browser.post(address, data={"terms": "nobody"}, headers=HTMX)
    assert (stale.status_code, offered.state) == (409, LessonState.PUBLISHED)
    terms = next(n.attributes["value"] for n in read(page).all() if n.attributes.get("name") == "terms")
    assert "is canceled" in browser.post(address, data={"terms": terms}, headers=HTMX).headers["HX-Trigger"]
    assert queries.by_id(booking.id).state is BookingState.CANCELED
    assert "Cancel session" not in text_of(browser.get("/dashboard/mentor/sessions"))
    assert now() < offered.starts_at
