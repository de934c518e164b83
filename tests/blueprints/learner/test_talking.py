"""Talk now on both sides' pages: one says "I am here", the other rings, and one tap answers."""

from datetime import timedelta

import pytest

from app.bookings import jobs
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.lessons import talk
from tests import factories
from tests.blueprints.reading import fault_of, read, text_of

HTMX = {"HX-Request": "true"}
HERE = {"minutes": "15", "price": "9", "hours": "1"}
PAY = {"method": "upi", "upi_id": "success@upi"}


@pytest.fixture
def browsers(client, mentor, learner):
    """Mira's and Lev's."""
    return factories.signed_in(client.application.test_client(), mentor), factories.signed_in(client.application.test_client(), learner)


def only_booking():
    from app.bookings.models import Booking

    db.session.expire_all()
    return db.session.scalars(db.select(Booking)).unique().one()


def test_from_i_am_here_to_both_in_the_room(browsers, mentor):
    mira, lev = browsers
    assert "Here now" not in text_of(lev.get(f"/mentors/{mentor.id}"))
    mira.post("/dashboard/mentor/talk", data=HERE, headers=HTMX)
    assert "talk-beat" in mira.get("/dashboard/mentor/earnings").get_data(as_text=True)
    assert "Talk now" in text_of(lev.get("/dashboard/learner/here-now"))
    assert "15 min for $9" in text_of(lev.get(f"/mentors/{mentor.id}"))
    dialog = lev.get(f"/dashboard/learner/talk/{mentor.id}", headers=HTMX)
    assert "Confirm and ring" in read(dialog).buttons
    assert mira.get("/dashboard/mentor/talk/ring").status_code == 204
    ringing = lev.post(f"/dashboard/learner/talk/{mentor.id}", data=PAY, headers=HTMX)
    assert "Ringing Mira" in text_of(ringing)
    ring = mira.get("/dashboard/mentor/talk/ring")
    assert "Lev Park would like to talk now" in text_of(ring)
    booking = only_booking()
    answer = mira.post(f"/dashboard/mentor/talk/{booking.id}/acceptance", headers=HTMX)
    assert answer.headers["HX-Redirect"].startswith("/session/")
    there = lev.get(f"/dashboard/learner/talk/rings/{booking.id}")
    assert "Mira is there" in text_of(there)
    assert answer.headers["HX-Redirect"] in there.get_data(as_text=True)
    assert mira.get("/dashboard/mentor/talk/ring").status_code == 204


def test_not_now_and_no_answer_both_end_with_the_money_on_its_way_back(browsers, mentor):
    mira, lev = browsers
    mira.post("/dashboard/mentor/talk", data=HERE)
    lev.post(f"/dashboard/learner/talk/{mentor.id}", data=PAY, headers=HTMX)
    booking = only_booking()
    with clock.stopped(now() + timedelta(seconds=95)):
        jobs.expire_requests()
        assert "All of your money goes back" in text_of(lev.get(f"/dashboard/learner/talk/rings/{booking.id}"))
        assert only_booking().state is BookingState.EXPIRED
        mira.post("/dashboard/mentor/talk/beat")
        lev.post(f"/dashboard/learner/talk/{mentor.id}", data=PAY, headers=HTMX)
        second = max(row.id for row in db.session.scalars(db.select(type(booking))).unique())
        answer = mira.post(f"/dashboard/mentor/talk/{second}/rejection", headers=HTMX)
        assert "gets all the money back" in answer.headers["HX-Trigger"]


def test_a_mentor_with_a_session_soon_reads_why_nobody_rings(browsers, mentor):
    mira, lev = browsers
    factories.lesson(mentor, starts_in=timedelta(minutes=30), title="Knots at once")
    mira.post("/dashboard/mentor/talk", data=HERE)
    assert "“Knots at once” is too near" in text_of(mira.get("/dashboard/mentor/talk"))
    assert "Talk now" not in text_of(lev.get("/dashboard/learner/here-now"))


def test_who_has_gone_cannot_be_rung_and_nothing_is_taken(browsers, mentor, learner):
    mira, lev = browsers
    mira.post("/dashboard/mentor/talk", data=HERE)
    mira.post("/dashboard/mentor/talk/end")
    assert "is not here just now" in text_of(lev.get(f"/dashboard/learner/talk/{mentor.id}", headers=HTMX))
    refused = lev.post(f"/dashboard/learner/talk/{mentor.id}", data=PAY, headers=HTMX)
    assert refused.status_code == 409
    assert "Nothing was taken." in text_of(refused)


@pytest.mark.parametrize(("field", "value", "label"), [
    ("price", "", "Price"), ("price", "-3", "Price"), ("price", "1e3", "Price"), ("price", "٣", "Price"), ("price", "0", "Price"),
    ("price", "9.999", "Price"), ("minutes", "7", "Length of a talk"), ("hours", "99", "I am here for"),
])
def test_bad_words_stay_in_the_form_with_what_is_wrong(browsers, field, value, label):
    mira, _lev = browsers
    answer = mira.post("/dashboard/mentor/talk", data={**HERE, field: value}, headers=HTMX)
    assert answer.status_code == 422
    assert fault_of(answer, label)


def test_a_bad_upi_id_rings_nobody(browsers, mentor):
    mira, lev = browsers
    mira.post("/dashboard/mentor/talk", data=HERE)
    answer = lev.post(f"/dashboard/learner/talk/{mentor.id}", data={"method": "upi", "upi_id": "no"}, headers=HTMX)
    assert answer.status_code == 422
    assert "A UPI ID looks like name@bank." in text_of(answer)
    assert mira.get("/dashboard/mentor/talk/ring").status_code == 204


def test_a_declined_payment_leads_to_retry(browsers, mentor):
    mira, lev = browsers
    mira.post("/dashboard/mentor/talk", data=HERE)
    answer = lev.post(f"/dashboard/learner/talk/{mentor.id}", data={"method": "upi", "upi_id": "decline@upi"}, headers=HTMX, follow_redirects=True)
    assert "Retry" in read(answer).buttons


def test_rings_of_others_are_nobodys_business(browsers, client, mentor, learner):
    mira, lev = browsers
    mira.post("/dashboard/mentor/talk", data=HERE)
    lev.post(f"/dashboard/learner/talk/{mentor.id}", data=PAY, headers=HTMX)
    number = only_booking().id
    other = factories.signed_in(client.application.test_client(), factories.person("Both Hats", teaches=True))
    assert other.get(f"/dashboard/learner/talk/rings/{number}").status_code == 404
    for verb in ("acceptance", "rejection"):
        assert other.post(f"/dashboard/mentor/talk/{number}/{verb}").status_code == 404
    assert other.get("/dashboard/mentor/talk/ring").status_code == 204
    assert other.get("/dashboard/learner/talk/99999", headers=HTMX).status_code == 404
    assert talk.offer_of(mentor.id).price == Money(900, "USD")
