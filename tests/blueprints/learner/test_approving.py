"""Waiting for one's own yes: the dialog, the bank's screen, the way back; and the words for every way it can end."""

from datetime import timedelta

import pytest

from app.bookings.states import BookingState
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs
from app.payments.models import PaymentState
from tests import factories
from tests.blueprints.learner.test_checkout import HTMX, all_bookings, book, dialog, title_of
from tests.blueprints.reading import read, text_of

APPROVE = {"method": "card", "card_number": "4000 0025 0000 3155"}


@pytest.fixture
def lev(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def links(answer) -> dict[str, str]:
    return {node.text: node.attributes.get("href", "") for node in read(answer).all() if node.tag == "a"}


def retry(browser, booking, data):
    return browser.post(f"/dashboard/learner/bookings/{booking.id}/payment", data=data, headers=HTMX)


def test_confirm_approve_and_back(app, lev, lesson):
    answer = book(lev, lesson, APPROVE)
    assert title_of(answer) == "Waiting for your approval"
    assert "Nothing is taken before you do" in text_of(answer)
    [booking] = all_bookings()
    hub = lev.get(f"/bookings/{booking.id}")
    assert "Waiting for your approval." in text_of(hub)
    assert "Approve your payment by today" in text_of(hub), "and whose turn it is"
    screen = links(hub)["Approve payment"].removeprefix("http://localhost")
    assert links(answer)["Approve payment"].endswith(screen)
    bank = lev.get(screen)
    assert "Approve $18?" in text_of(bank)
    assert {"Approve", "Decline"} <= set(read(bank).buttons)
    away = lev.post(screen)
    assert (away.status_code, booking.payment.state) == (303, PaymentState.REQUIRES_ACTION), "the way back proves nothing"
    back = lev.get(away.location.removeprefix("http://localhost"))
    assert back.location == f"/bookings/{booking.id}"
    app.extensions["jobs"].run()
    assert all_bookings()[0].state is BookingState.REQUESTED
    assert lev.post(screen).status_code == 409
    assert "Nothing to approve" in text_of(lev.get(screen))


def test_coming_back_without_having_paid_pays_nothing(app, lev, lesson):
    book(lev, lesson, APPROVE)
    [booking] = all_bookings()
    lev.get(f"/dashboard/learner/payments/{booking.payment.id}/return")
    app.extensions["jobs"].run()
    assert all_bookings()[0].payment.state is PaymentState.REQUIRES_ACTION


def test_decline_at_the_bank_and_retry(app, lev, lesson):
    answer = book(lev, lesson, APPROVE)
    screen = links(answer)["Approve payment"].removeprefix("http://localhost")
    lev.post(screen.replace("approve", "decline"))
    jobs.reconcile_payments()
    assert title_of(dialog(lev, lesson)) == "The payment did not go through"
    assert "Retry" in read(dialog(lev, lesson)).buttons


def test_pay_another_way_instead(lev, lesson):
    answer = book(lev, lesson, APPROVE)
    assert "Pay another way" in read(answer).buttons
    [booking] = all_bookings()
    other = lev.post(f"/dashboard/learner/bookings/{booking.id}/payment/another", headers=HTMX)
    assert title_of(other) == "Try another method?"
    assert retry(lev, booking, {"method": "upi", "upi_id": "success@upi"}).status_code == 200
    assert all_bookings()[0].state is BookingState.REQUESTED


@pytest.mark.parametrize("number", ["4000000000009987", "4000000000009979", "4000000000000069"])
def test_a_lost_stolen_or_expired_card_goes_to_another_method_at_once(lev, lesson, number):
    assert title_of(book(lev, lesson, {"method": "card", "card_number": number})) == "Try another method?"


def test_three_noes_are_three_tries_and_then_another_method(lev, lesson):
    no = {"method": "card", "card_number": "4000 0000 0000 0002"}
    assert "Try 1 of 3." in text_of(book(lev, lesson, no))
    [booking] = all_bookings()
    second = retry(lev, booking, no)
    assert "Try 2 of 3." in text_of(second)
    assert "Retry" in read(second).buttons
    assert title_of(retry(lev, booking, no)) == "Try another method?"


def test_silence_is_no_try(lev, lesson):
    assert title_of(book(lev, lesson, {"method": "upi", "upi_id": "timeout-before@upi"})) == "Checking your payment"
    jobs.reconcile_payments()
    [booking] = all_bookings()
    said = text_of(dialog(lev, lesson))
    assert ("Your bank could not be reached. Nothing was taken." in said, "of 3" in said) == (True, False)
    assert "Try 1 of 3." in text_of(retry(lev, booking, {"method": "upi", "upi_id": "decline@upi"}))


def test_a_bank_is_not_offered_when_the_start_is_near(lev, mentor):
    soon = factories.lesson(mentor, starts_in=timedelta(minutes=33))
    assert "Bank" not in [node.text for node in read(dialog(lev, soon)).all() if node.tag == "label"]
    answer = book(lev, soon, {"method": "bank", "account_number": "000123456789", "ifsc": "TEST0123456"})
    assert answer.status_code == 422
    assert all_bookings() == []


def test_nobody_elses_payment_is_found(client, learner, lesson):
    booking = factories.request(learner, lesson)
    ana = factories.signed_in(client, factories.learner("Ana Sol"))
    assert ana.get(f"/dashboard/learner/payments/{booking.payment.id}/return").status_code == 404
    assert ana.post(f"/dashboard/learner/bookings/{booking.id}/payment/another", headers=HTMX).status_code == 404


def test_the_banks_screen_shows_nothing_for_a_made_up_name(client, lev, lesson):
    assert client.get("/rehearsal/approve/reh_nothing").status_code == 404
    assert client.post("/rehearsal/approve/reh_nothing").status_code == 404


def test_the_hub_says_what_is_missing_while_a_seat_is_only_held(lev, learner, lesson):
    booking = factories.request(learner, lesson, factories.DECLINED_CARD)
    assert "Not paid yet." in text_of(lev.get(f"/bookings/{booking.id}"))
    with clock.stopped(now() + timedelta(minutes=11)):
        assert "Not paid yet." not in text_of(lev.get(f"/bookings/{booking.id}"))
