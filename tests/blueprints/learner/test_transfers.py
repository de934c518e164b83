"""Paying by a transfer of one's own: what has to be sent is plain, and nothing is pretended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.bookings import queueing
from app.bookings.cancelling import cancel_booking
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.money import Money
from app.lessons.discounts import CouponDraft, make_coupon
from app.payments import ledger
from app.payments.manual import outgoing
from app.payments.manual.instructions import instructions_for
from app.payments.manual.models import ManualPayment
from app.payments.models import PaymentState, SavedMethod
from tests import by_hand, factories
from tests.blueprints.reading import control, fault_of, read

FORM = {"method": "bank", "account_name": "Lev Park", "account_number": "000123456789", "ifsc": "026009593"}


@pytest.fixture(autouse=True)
def _transfers_only(app, monkeypatch) -> None:
    by_hand.without_gateway(app, monkeypatch)


@pytest.fixture
def offered(mentor: User):
    return factories.lesson(mentor, starts_in=by_hand.IN_TEN_DAYS)


def confirm(client, offered, **changes: str):
    return client.post(f"/dashboard/learner/sessions/{offered.id}/book", data={**FORM, **changes}, headers={"HX-Request": "true"})


def test_the_dialog_asks_where_money_would_go_back_to_and_offers_no_card(client, learner, offered) -> None:
    factories.signed_in(client, learner)
    answer = client.get(f"/dashboard/learner/sessions/{offered.id}/book", headers={"HX-Request": "true"})
    assert [one["value"] for one in inputs(answer, "method")] == ["bank"]
    assert control(answer, "Account number or IBAN")
    assert "where money would go back to" in read(answer).text
    assert "rehearsal" not in read(answer).text.lower()


def test_confirm_shows_reference_amount_account_and_honest_words(client, learner, offered) -> None:
    factories.signed_in(client, learner)
    answer = confirm(client, offered)
    page = read(answer)
    reference = by_hand.reference_of(_booking(learner))
    assert answer.status_code == 200
    for said in (reference, "$18", "PeerLearn", "First Bank", "12345678", "Bank transfers take up to 3 days", "you can close this page"):
        assert said in page.text, said
    assert f'data-text="{reference}"' in answer.get_data(as_text=True)
    assert pictures(answer) == []  # no code that European or Indian apps could read
    assert _booking(learner).payment.state is PaymentState.PROCESSING


def test_the_bookings_page_shows_it_until_the_money_is_here(client, learner, offered) -> None:
    factories.signed_in(client, learner)
    confirm(client, offered)
    booking = _booking(learner)
    reference = by_hand.reference_of(booking)
    assert reference in client.get(f"/bookings/{booking.id}").get_data(as_text=True)
    assert "Waiting for the transfer" in client.get("/dashboard/learner/booked").get_data(as_text=True)
    assert "We wait for your transfer" in client.get("/dashboard/learner/payments").get_data(as_text=True)
    by_hand.import_lines(by_hand.admin(), ("18.00", reference))
    assert reference not in client.get(f"/bookings/{booking.id}").get_data(as_text=True)


def test_the_mentor_is_not_told_the_reference_nor_that_money_is_on_its_way(client, mentor, learner, offered) -> None:
    booking = factories.request(learner, offered, by_hand.BANK)
    text = factories.signed_in(client, mentor).get(f"/bookings/{booking.id}").get_data(as_text=True)
    assert by_hand.reference_of(booking) not in text
    assert "on its way" not in text


def test_euros_have_a_code_for_banking_apps(app, client, learner, monkeypatch) -> None:
    account = "IBAN: DE89 3704 0044 0532 0130 00; BIC: COBADEFFXXX"
    by_hand.without_gateway(app, monkeypatch, currency="EUR", manual_bank_details=account)
    offered = factories.lesson(factories.mentor(), starts_in=by_hand.IN_TEN_DAYS)
    factories.signed_in(client, learner)
    [address] = pictures(confirm(client, offered, account_number="DE89370400440532013000", ifsc=""))
    code = client.get(address)
    assert (code.status_code, code.content_type, code.headers["Cache-Control"]) == (200, "image/svg+xml", "private, no-store")
    assert code.data.startswith(b"<svg")
    assert _code(learner).split("\n")[:8] == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "PeerLearn", "DE89370400440532013000", "EUR18.00",
    ]  # fmt: skip
    assert _code(learner).endswith(by_hand.reference_of(_booking(learner)))


def test_rupees_have_upi_with_a_code_and_a_link(app, client, learner, monkeypatch) -> None:
    upi = {"currency": "INR", "manual_upi_id": "peerlearn@okbank", "manual_bank_details": "", "manual_payee_name": "Peer & Co"}
    by_hand.without_gateway(app, monkeypatch, **upi)
    offered = factories.lesson(factories.mentor(), starts_in=by_hand.IN_TEN_DAYS, price=80000)
    factories.signed_in(client, learner)
    answer = confirm(client, offered, method="upi", upi_id="lev@okbank")
    reference = by_hand.reference_of(_booking(learner))
    link = f"upi://pay?pa=peerlearn@okbank&pn=Peer%20%26%20Co&am=800.00&cu=INR&tn={reference}"
    assert link in [node.attributes.get("href") for node in read(answer).all() if node.tag == "a"]
    assert _code(learner) == link
    assert "UPI transfers take up to 24 hours" in read(answer).text


def test_somebody_elses_code_is_not_found(app, client, learner, monkeypatch) -> None:
    by_hand.without_gateway(app, monkeypatch, currency="EUR", manual_bank_details="IBAN: DE89370400440532013000")
    booking = factories.request(learner, factories.lesson(factories.mentor(), starts_in=by_hand.IN_TEN_DAYS), by_hand.BANK)
    factories.signed_in(client, factories.learner("Eve Other"))
    assert client.get(f"/dashboard/learner/payments/{booking.payment_id}/code.svg").status_code == 404


def test_a_session_too_soon_for_a_transfer_says_so(client, learner, mentor) -> None:
    soon = factories.lesson(mentor, starts_in=timedelta(days=2))
    factories.signed_in(client, learner)
    address = f"/dashboard/learner/sessions/{soon.id}/book"
    assert "takes longer than there is time" in client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert confirm(client, soon).status_code == 422
    free = factories.lesson(mentor, starts_in=timedelta(days=2, hours=3), is_free=True)
    answer = client.get(f"/dashboard/learner/sessions/{free.id}/book", headers={"HX-Request": "true"})
    assert "takes longer" not in answer.get_data(as_text=True)


def test_a_seat_that_comes_free_too_late_for_a_transfer_says_so(client, learner, offered) -> None:
    rival = factories.request(factories.learner("Cy Voss"), offered, by_hand.BANK)
    queueing.join_line(learner, offered.id)
    with clock.stopped(offered.starts_at - timedelta(days=2)):
        cancel_booking(rival.learner, rival.id)
        queueing.serve_line(offered.id)
        answer = factories.signed_in(client, learner).get(f"/dashboard/learner/sessions/{offered.id}/book", headers={"HX-Request": "true"})
    assert "This seat came free too late" in read(answer).text
    assert ("Confirm" in read(answer).buttons, inputs(answer, "method")) == (False, [])


def test_where_a_transfer_would_come_too_late_a_code_that_makes_it_free_can_be_typed(client, learner, mentor) -> None:
    soon = factories.lesson(mentor, starts_in=timedelta(days=2))
    gift, half = (make_coupon(mentor, CouponDraft("percent", off)).code for off in ("100", "50"))
    factories.signed_in(client, learner)
    address, htmx = f"/dashboard/learner/sessions/{soon.id}/book", {"HX-Request": "true"}
    asked = client.get(address, headers=htmx)
    assert control(asked, "Code")
    assert ("Use this code" in read(asked).buttons, inputs(asked, "method")) == (True, [])
    for typed, fault in (("", "Type a code"), (half, "does not make it free"), ("NOPE", "has no such code")):
        answer = client.post(address, data={"agreed": "1800", "code": typed}, headers=htmx)
        assert (answer.status_code, fault in fault_of(answer, "Code")) == (422, True), typed
    shown = client.post(address, data={"agreed": "1800", "code": gift}, headers=htmx)
    assert (shown.status_code, "Confirm" in read(shown).buttons) == (409, True)
    assert control(shown, "Code").attributes["value"] == gift
    assert _booking(learner) is None
    client.post(address, data={"agreed": "0", "code": gift}, headers=htmx)
    assert (_booking(learner).state, _booking(learner).is_free) == (BookingState.REQUESTED, True)


def test_an_account_with_a_typo_keeps_what_was_typed(client, learner, offered) -> None:
    factories.signed_in(client, learner)
    answer = confirm(client, offered, account_number="DE89370400440532013001", ifsc="")
    assert answer.status_code == 422
    assert "This IBAN has a typo in it" in fault_of(answer, "Account number or IBAN")
    assert control(answer, "Account holder").attributes["value"] == "Lev Park"


def test_a_saved_account_is_used_again(client, learner, offered, mentor) -> None:
    factories.signed_in(client, learner)
    confirm(client, offered, keep="y")
    saved = db.session.scalars(select(SavedMethod)).one()
    assert (saved.label, saved.provider) == ("Bank •••• 6789", "manual")
    other = factories.lesson(mentor, starts_in=by_hand.IN_TEN_DAYS + timedelta(hours=4))
    answer = client.post(f"/dashboard/learner/sessions/{other.id}/book", data={"method": f"saved:{saved.id}"})
    assert answer.status_code == 303
    assert len(db.session.scalars(select(ManualPayment)).all()) == 2


def test_gifts_and_talks_need_money_that_comes_at_once(client, learner, mentor) -> None:
    factories.signed_in(client, learner)
    assert "Talk now" not in client.get(f"/mentors/{mentor.id}").get_data(as_text=True)
    assert client.get(f"/dashboard/learner/talk/{mentor.id}", headers={"HX-Request": "true"}).status_code == 404


def test_a_mentor_withdraws_to_an_account_with_its_holder(client, mentor) -> None:
    factories.signed_in(client, factories.verified(mentor))
    with factories.transaction():
        amount = Money(1800, "USD")
        ledger.post("test", "1", {ledger.available_to(mentor.id): amount, "provider:manual": Money(-1800, "USD")})
    answer = client.get("/dashboard/mentor/earnings/withdraw", headers={"HX-Request": "true"})
    assert control(answer, "Account holder")
    assert [one["value"] for one in inputs(answer, "method")] == ["bank"]


def inputs(answer, name: str) -> list[dict[str, str]]:
    return [node.attributes for node in read(answer).all() if node.tag == "input" and node.attributes.get("name") == name]


def pictures(answer) -> list[str]:
    return [node.attributes["src"] for node in read(answer).all() if node.attributes.get("class") == "transfer-code"]


def _booking(student: User) -> Booking:
    db.session.expire_all()
    return db.session.scalars(select(Booking).where(Booking.learner_id == student.id).order_by(Booking.id.desc())).first()


def _code(student: User) -> str:
    return instructions_for(_booking(student).payment).code


def test_a_refund_that_came_back_asks_where_else_it_may_go(client, learner, offered) -> None:
    admin = by_hand.admin()
    booking = factories.request(learner, offered, by_hand.BANK)
    by_hand.import_lines(admin, ("18.00", by_hand.reference_of(booking)))
    cancel_booking(learner, booking.id)
    by_hand.sweep()
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_failed(admin, transfer.id, "account closed")
    factories.signed_in(client, learner)
    address = f"/dashboard/learner/refunds/{transfer.id}"
    assert f'href="{address}">Choose another account</a>' in client.get("/dashboard/learner/payments").get_data(as_text=True)
    booking_page = client.get(f"/bookings/{booking.id}")
    assert f'href="{address}">Say where your money may go</a>' in booking_page.get_data(as_text=True)
    assert "on its way" not in read(booking_page).text
    assert "Refund came back" in client.get("/dashboard/learner/payments.csv").get_data(as_text=True)
    assert "The bank said: account closed" in client.get(address).get_data(as_text=True)
    wrong = client.post(address, data={**FORM, "account_number": "12"})
    assert (wrong.status_code, control(wrong, "Account holder").attributes["value"]) == (422, "Lev Park")
    assert client.post(address, data={"method": "upi", "upi_id": "a@b"}).status_code == 422
    assert client.post(address, data={**FORM, "account_number": "000999888777"}).status_code == 303
    assert "goes to Bank •••• 8777 by tomorrow" in client.get(address).get_data(as_text=True)
    assert "Choose another account" not in client.get("/dashboard/learner/payments").get_data(as_text=True)
    assert "Back to you, the way it was paid: on its way" in read(client.get(f"/bookings/{booking.id}")).text
    assert client.post(address, data=FORM).status_code == 409
    factories.signed_in(client, factories.learner("Eve Other"))
    assert client.get(address).status_code == 404
