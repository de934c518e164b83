"""Codes, first sessions and free ones, on the screens of both sides."""

from datetime import timedelta

import pytest

from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.lessons.discount_models import Coupon
from app.lessons.discounts import CouponDraft, make_coupon, set_trial, trial_of
from app.lessons.models import Lesson
from tests import factories
from tests.blueprints.reading import text_of

HTMX = {"HX-Request": "true"}
CODE = {"kind": "percent", "value": "25", "days": "30", "most_uses": "20", "most_each": "1"}
UPI = {"method": "upi", "upi_id": "success@upi"}


@pytest.fixture
def mira(client, mentor):
    """Mira's browser."""
    return factories.signed_in(client, mentor)


def book(browser, lesson, **data):
    return browser.post(f"/dashboard/learner/sessions/{lesson.id}/book", data={**UPI, **data}, headers=HTMX)


def test_a_mentor_makes_a_code_copies_it_and_stops_it(mira, mentor) -> None:
    page = mira.post("/dashboard/mentor/discounts", data=CODE, follow_redirects=True).get_data(as_text=True)
    [made] = db.session.query(Coupon).all()
    assert f'data-text="{made.code}"' in page
    assert "25 % off" in page
    assert "0 of 20, 1 each" in page
    page = mira.post(f"/dashboard/mentor/discounts/{made.id}/end", follow_redirects=True).get_data(as_text=True)
    assert "Stopped" in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [("value", "0"), ("value", "x" * 30), ("days", "٣"), ("most_uses", "1e3"), ("most_each", "-1"), ("kind", "gold")],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(mira, field: str, typed: str) -> None:
    answer = mira.post("/dashboard/mentor/discounts", data={**CODE, field: typed})
    assert answer.status_code == 422
    if field != "kind":
        assert f'value="{typed}"' in answer.get_data(as_text=True)
    assert db.session.query(Coupon).count() == 0


def test_a_code_of_another_mentor_is_not_found(mira) -> None:
    other = make_coupon(factories.mentor("Tomas Vega"), CouponDraft("percent", "10"))
    assert mira.post(f"/dashboard/mentor/discounts/{other.id}/end").status_code == 404
    assert mira.post("/dashboard/mentor/discounts/99999999999999999999/end").status_code == 404


def test_the_first_session_is_set_and_only_to_what_is_offered(mira, mentor) -> None:
    mira.post("/dashboard/mentor/discounts/first-session", data={"percent": "50"})
    assert trial_of(mentor.id).percent == 50
    assert mira.post("/dashboard/mentor/discounts/first-session", data={"percent": "51"}).status_code == 422


def test_the_first_session_is_shown_on_cards_the_page_and_in_the_dialog(client, learner, mentor) -> None:
    set_trial(mentor, 50)
    offered = factories.lesson(mentor)
    lev = factories.signed_in(client, learner)
    assert "$9 instead of $18" in text_of(lev.get("/explore"))
    assert "$9 instead of $18 for 1 h" in text_of(lev.get(f"/sessions/{offered.id}"))
    assert "Your first session with Mira: $9 instead of $18." in text_of(lev.get(f"/sessions/{offered.id}"))
    dialog = text_of(lev.get(f"/dashboard/learner/sessions/{offered.id}/book", headers=HTMX))
    assert "Your first session with Mira -$9" in dialog
    assert "Total $9" in dialog
    assert book(lev, offered, agreed="900").status_code == 200
    factories.lesson(mentor, starts_in=timedelta(days=2))
    assert "instead of" not in text_of(lev.get("/explore"))


def test_a_code_is_shown_with_its_price_before_confirm_counts(client, learner, lesson) -> None:
    made = make_coupon(lesson.mentor, CouponDraft("percent", "50"))
    lev = factories.signed_in(client, learner)
    shown = book(lev, lesson, agreed="1800", code=made.code.lower())
    assert shown.status_code == 409
    assert "With this it costs $9" in text_of(shown)
    assert "notice-ok" in shown.get_data(as_text=True), "a lower price is no fault"
    assert "Total $9" in text_of(shown)
    assert db.session.query(Booking).count() == 0
    assert book(lev, lesson, agreed="900", code=made.code.lower()).status_code == 200
    [booking] = db.session.query(Booking).all()
    assert booking.price_minor == 900


def test_a_code_that_does_not_work_says_why_and_keeps_what_was_typed(client, learner, lesson) -> None:
    lev = factories.signed_in(client, learner)
    answer = book(lev, lesson, agreed="1800", code="NOPE-2345")
    assert answer.status_code == 422
    assert "Mira has no such code" in text_of(answer)
    assert 'value="NOPE-2345"' in answer.get_data(as_text=True)


def test_a_free_session_is_booked_without_a_way_to_pay(client, learner, mentor) -> None:
    offered = factories.lesson(mentor, is_free=True)
    lev = factories.signed_in(client, learner)
    assert "Free" in text_of(lev.get("/explore"))
    assert "There is nothing to pay." in text_of(lev.get(f"/sessions/{offered.id}"))
    dialog = lev.get(f"/dashboard/learner/sessions/{offered.id}/book", headers=HTMX)
    assert "Total Free" in text_of(dialog)
    assert 'name="method"' not in dialog.get_data(as_text=True)
    answer = lev.post(f"/dashboard/learner/sessions/{offered.id}/book", data={"agreed": "0"}, headers=HTMX)
    assert answer.status_code == 200
    [booking] = db.session.query(Booking).all()
    assert booking.state is BookingState.REQUESTED
    for page in ("/dashboard/learner/", "/dashboard/learner/booked", f"/bookings/{booking.id}", "/dashboard/learner/payments"):
        said = text_of(lev.get(page))
        assert "$0" not in said, page
        assert "refund" not in said.lower(), page
    mira = factories.signed_in(client, mentor)
    for page in ("/dashboard/mentor/", "/dashboard/mentor/sessions", "/dashboard/mentor/earnings", f"/bookings/{booking.id}"):
        assert "$0 for you" not in text_of(mira.get(page)), page


def test_free_has_to_be_said_on_the_form(mira) -> None:
    wall = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    data = {"title": "Knots for all", "description": "Bring a rope of two metres.", "starts_at": wall, "duration_minutes": "60"}
    data |= {"capacity": "1", "topics": "Knots", "price": "0"}
    answer = mira.post("/dashboard/mentor/sessions", data=data)
    assert answer.status_code == 422
    assert "Choose Free if you mean it." in text_of(answer)
    assert mira.post("/dashboard/mentor/sessions", data={**data, "price": "9", "is_free": "y"}).status_code == 422
    assert mira.post("/dashboard/mentor/sessions", data={**data, "price": "", "is_free": "y"}).status_code == 303
    [offered] = db.session.query(Lesson).all()
    assert offered.price.is_zero
