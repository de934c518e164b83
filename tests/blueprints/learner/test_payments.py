"""The payments table: refunds under their payment, the policy it was booked under, the next date; and as long as it has to be."""

from datetime import date, timedelta

import pytest

from app.bookings.cancelling import cancel_booking
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.paging import Place
from app.lessons.models import CancelPolicy
from app.payments import arrivals
from app.payments import jobs as payment_jobs
from app.payments.models import Payment, PaymentAttempt, Refund
from app.web import paging
from tests import factories
from tests.blueprints.reading import read, text_of

PAGE = "/dashboard/learner/payments"


@pytest.fixture
def lev(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def titles(answer) -> list[str]:
    """The sessions of the rows, from the top, without the refunds beneath them."""
    rows = [node for node in read(answer).all() if node.tag == "tr" and node.attributes.get("id", "").startswith(("payment-", "earning-"))]
    return [next(node.text for node in row.all() if node.tag == "a") for row in rows]


def address_of(answer, name: str) -> str:
    """Where a link of that name would fetch from."""
    return next(node.attributes["hx-get"] for node in read(answer).all() if node.tag == "a" and node.text == name)


def test_a_payment_says_its_policy_its_status_and_the_next_date(lev, mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=3), policy=CancelPolicy.STRICT))
    asked = text_of(lev.get(PAGE))
    assert "Strict policy. Until Mira accepts, all of it comes back." in asked
    assert "Held Until Mira answers, by tomorrow" in asked
    factories.bookings.accept_booking(mentor, booking.id)
    accepted = text_of(lev.get(PAGE))
    assert "Strict policy. Cancel before " in accepted
    assert "Held Until you have met, " in accepted


@pytest.mark.parametrize(("choice", "place"), [(factories.UPI, "on your UPI account"), (factories.CARD, "on your card")])
def test_each_refund_stands_under_its_payment_with_the_day_by_which_it_shows(lev, mentor, learner, choice, place) -> None:
    with clock.stopped(now().replace(year=2026, month=11, day=18, hour=10)):
        booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1)), choice)
        lev = factories.signed_in(lev, learner)
        cancel_booking(learner, booking.id)
        promised = text_of(lev.get(PAGE))
        assert "Money back for Knots" in promised
        assert "+$9" in promised
        assert f"On its way Back {place} by " in promised
        payment_jobs.carry_out_refunds()
        assert f"Sent back Back {place} by " in text_of(lev.get(PAGE))
    with clock.stopped(now().replace(year=2026, month=12, day=28)):
        assert f"Sent back Back {place} " in text_of(factories.signed_in(lev, learner).get(PAGE))
        assert f"Back {place} by" not in text_of(lev.get(PAGE))


@pytest.mark.parametrize(("kind", "day"), [("card", date(2026, 12, 2)), ("upi", date(2026, 11, 25)), ("bank", date(2026, 11, 25))])
def test_banks_do_not_work_on_weekends(kind: str, day: date) -> None:
    wednesday = now().replace(year=2026, month=11, day=18)
    payment = Payment(attempts=[PaymentAttempt(kind="upi", outcome="declined"), PaymentAttempt(kind=kind, outcome="accepted")])
    assert arrivals.shows_by(payment, Refund(due_at=wednesday)) == day


def test_show_more_goes_on_where_the_table_ends_and_misses_nothing_that_came_meanwhile(lev, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "STEP", 2)
    for number in range(5):
        with clock.stopped(now() + timedelta(minutes=number)):
            factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=1 + number), title=f"Number {number}"))
    page = lev.get(PAGE)
    assert titles(page) == ["Number 4", "Number 3"]
    first = next(node.attributes["hx-get"] for node in read(page).all() if node.attributes.get("id") == "payments-first")
    second = lev.get(address_of(page, "Show more"))
    assert titles(second) == ["Number 2", "Number 1"]
    third = lev.get(address_of(second, "Show more"))
    assert titles(third) == ["Number 0"]
    assert "Show more" not in text_of(third)
    with clock.stopped(now() + timedelta(hours=1)):
        factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=9), title="Number 5"))
        assert titles(lev.get(first)) == ["Number 5", "Number 4", "Number 3"]
    for nonsense in ("x", "1.2", "9" * 40 + ".0.1", "1.0.-4", "1.0." + "9" * 12):
        assert len(titles(lev.get(PAGE, query_string={"before": nonsense}))) == 2


def test_rows_of_the_very_same_moment_are_shown_once_each(lev, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "STEP", 2)
    with clock.stopped(now()):
        for number in range(5):
            factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=1 + number), title=f"Number {number}"))
    shown, answer = [], lev.get(PAGE)
    while True:
        shown += titles(answer)
        if "Show more" not in text_of(answer):
            break
        answer = lev.get(address_of(answer, "Show more"))
    assert shown == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_the_file_leaves_nothing_out(lev, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "MOST", 2)
    for number in range(5):
        factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=1 + number), title=f"Number {number}"))
    text = lev.get(f"{PAGE}.csv").get_data().decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_a_place_survives_its_address() -> None:
    place = Place(now(), 17, 1)
    assert Place.parse(str(place)) == place
    assert Place.parse(None) is None
