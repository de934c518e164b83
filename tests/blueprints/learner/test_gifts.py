"""Gift: from the booking, from Payments, after a session; two taps with a saved method, a minute to take it back."""

import re
from datetime import timedelta

import pytest

from app.bookings.models import Booking
from app.extensions import db
from app.gifts.models import Gift, GiftState
from app.kernel import clock
from app.kernel.clock import now
from app.payments.methods import keep_method
from app.payments.providers.registry import provider
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def taught(mentor, learner) -> Booking:
    """A session of Mira's that Lev was in, over for two hours."""
    with clock.stopped(now() - timedelta(hours=4)):
        return factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1), title="Knots"))


@pytest.fixture
def giver(client, taught):
    """Lev's browser."""
    return factories.signed_in(client, taught.learner)


def address(booking: Booking) -> str:
    return f"/bookings/{booking.id}/gift"


def send(giver, booking: Booking, **more):
    data = {"method": "upi", "upi_id": "success@upi", "ticket": "ticket-1", "tries": "0", "preset": "5", "amount": "", **more}
    return giver.post(address(booking), data=data, headers=HTMX)


def test_with_a_saved_method_a_gift_is_gift_and_send(giver, taught: Booking) -> None:
    keep_method(taught.learner, provider().instrument("upi", {"upi_id": "success@upi"}))
    page = giver.get(address(taught), headers=HTMX).get_data(as_text=True)
    assert "Gift for Mira" in page
    assert ">Amount</label>" in page
    assert re.search(r"<button[^>]*type=\"submit\"[^>]*>Send</button>", page)
    fields = dict(re.findall(r'<input[^>]*name="(ticket|tries)"[^>]*value="([^"]*)"', page))
    chosen = re.findall(r'name="(method|preset)" value="([^"]+)" checked', page)
    answer = giver.post(address(taught), data={**fields, **dict(chosen)}, headers=HTMX)
    assert answer.status_code == 200
    assert "Thank you!" in answer.get_data(as_text=True)
    [gift] = db.session.query(Gift).all()
    assert (str(gift.amount), gift.state) == ("$5", GiftState.ARRIVING)


def test_a_typed_amount_counts_before_a_chosen_one(giver, taught: Booking) -> None:
    send(giver, taught, amount="7.50", note="Thanks", is_private="y")
    [gift] = db.session.query(Gift).all()
    assert (gift.amount_minor, gift.note, gift.is_private) == (750, "Thanks", True)


@pytest.mark.parametrize("typed", ["0", "1e3", "٥", "201", "-1"])
def test_what_is_no_amount_comes_back_with_what_was_typed(giver, taught: Booking, typed: str) -> None:
    answer = send(giver, taught, amount=typed, note="Best hour")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'value="{typed}"' in page
    assert 'value="Best hour"' in page
    assert "Amount: " in page
    assert db.session.query(Gift).count() == 0


def test_a_note_that_is_too_long_comes_back_whole(giver, taught: Booking) -> None:
    answer = send(giver, taught, note="x" * 141)
    assert answer.status_code == 422
    assert "x" * 141 in answer.get_data(as_text=True)


def test_a_declined_gift_offers_retry_for_the_same_gift_and_then_another_method(giver, taught: Booking) -> None:
    for tries in range(3):
        answer = send(giver, taught, method="card", card_number="4000 0000 0000 0002", tries=str(tries))
        assert answer.status_code == 402
        page = answer.get_data(as_text=True)
        assert 'value="ticket-1"' in page
        assert f'name="tries" type="hidden" value="{tries + 1}"' in page
    assert "Try another method?" in page
    done = send(giver, taught, tries="3")
    assert "Thank you!" in done.get_data(as_text=True)
    assert db.session.query(Gift).count() == 1


def test_a_gift_that_asks_for_approval_leads_to_the_bank_and_back_to_the_booking(app, giver, taught: Booking) -> None:
    answer = send(giver, taught, method="card", card_number="4000 0025 0000 3155")
    page = answer.get_data(as_text=True)
    assert "Waiting for your approval" in page
    [screen] = re.findall(r'href="http://localhost(/rehearsal/approve/[^"]+)"[^>]*>Approve payment<', page)
    [gift] = db.session.query(Gift).all()
    hub = " ".join(giver.get(f"/bookings/{taught.id}").get_data(as_text=True).split())
    assert "waiting for your approval" in hub, "whoever closes the dialog finds it again"
    assert f"{address(taught)}?gift={gift.id}" in hub
    assert "Approve payment" in giver.get(f"{address(taught)}?gift={gift.id}", headers=HTMX).get_data(as_text=True)
    back = giver.get(giver.post(screen).location.removeprefix("http://localhost"))
    assert back.location == f"/bookings/{taught.id}"
    app.extensions["jobs"].run()
    assert db.session.get_one(Gift, gift.id, populate_existing=True).state is GiftState.ARRIVING
    assert "waiting for your approval" not in giver.get(f"/bookings/{taught.id}").get_data(as_text=True)


def test_undo_takes_it_back_and_a_late_one_says_so(giver, taught: Booking) -> None:
    send(giver, taught)
    [gift] = db.session.query(Gift).all()
    with clock.stopped(gift.undo_until):
        late = giver.post(f"{address(taught)}/{gift.id}/return", headers=HTMX)
    assert late.status_code == 409
    answer = giver.post(f"{address(taught)}/{gift.id}/return", headers=HTMX)
    assert "All of $5 goes back" in answer.get_data(as_text=True)
    assert db.session.get_one(Gift, gift.id, populate_existing=True).state is GiftState.UNDONE


def test_strangers_and_the_mentor_find_nothing(client, giver, taught: Booking) -> None:
    send(giver, taught)
    [gift] = db.session.query(Gift).all()
    for other in (factories.learner("Ana Ruiz"), taught.lesson.mentor):
        browser = factories.signed_in(client, other)
        for answer in (
            browser.get(address(taught)),
            send(browser, taught),
            browser.get(f"{address(taught)}?gift={gift.id}"),
            browser.post(f"{address(taught)}/{gift.id}/return"),
        ):
            assert answer.status_code == 404
    assert db.session.query(Gift).count() == 1


@pytest.mark.parametrize("number", ["0", "x", "٣", "99999999999999999999"])
def test_a_gift_that_is_none_is_not_found(giver, taught: Booking, number: str) -> None:
    assert giver.get(f"{address(taught)}?gift={number}").status_code == 404


def test_it_is_offered_on_the_booking_in_payments_and_after_the_session_for_a_week(giver, taught: Booking) -> None:
    from app.live import service as live

    room = live.room_for(taught.lesson_id).public_id
    for page in (f"/bookings/{taught.id}", "/dashboard/learner/payments", f"/session/{room}/feedback"):
        assert address(taught) in giver.get(page).get_data(as_text=True), page
    with clock.stopped(taught.lesson.ends_at + timedelta(days=7)):
        factories.signed_in(giver, taught.learner)
        for page in (f"/bookings/{taught.id}", "/dashboard/learner/payments"):
            assert address(taught) not in giver.get(page).get_data(as_text=True), page
        answer = giver.get(address(taught))
        assert answer.status_code == 409
        assert "until seven days after" in answer.get_data(as_text=True)


def test_both_see_it_beside_the_booking_and_the_mentor_in_their_figures(client, giver, taught: Booking) -> None:
    send(giver, taught, amount="9", note="Best hour")
    assert "and $9 as a gift" in giver.get("/dashboard/learner/payments").get_data(as_text=True)
    assert "Best hour" in giver.get(f"/bookings/{taught.id}").get_data(as_text=True)
    mentors = factories.signed_in(client, taught.lesson.mentor)
    assert "Best hour" in mentors.get(f"/bookings/{taught.id}").get_data(as_text=True)
    assert "$27" in mentors.get("/dashboard/mentor/earnings/figures").get_data(as_text=True)


def test_a_private_gift_is_not_beside_the_booking_for_the_mentor(client, giver, taught: Booking) -> None:
    send(giver, taught, amount="9", note="Best hour", is_private="y")
    mentors = factories.signed_in(client, taught.lesson.mentor)
    assert "Best hour" not in mentors.get(f"/bookings/{taught.id}").get_data(as_text=True)


def test_without_scripts_it_is_a_page(giver, taught: Booking) -> None:
    page = giver.get(address(taught)).get_data(as_text=True)
    assert "<h1>Say thank you</h1>" in page
    assert "<dialog id=" not in page
