"""Book and Confirm: the dialog at each step, and what comes of every way to pay."""

from datetime import timedelta

import pytest

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.payments import ledger
from app.payments.methods import keep_method, saved_methods
from app.payments.models import PaymentAttempt, PaymentState
from app.payments.providers.base import Instrument, Kind
from tests import factories
from tests.blueprints.reading import articles, control, fault_of, read, text_of

HTMX = {"HX-Request": "true"}
UPI = {"method": "upi", "upi_id": "success@upi"}
DECLINED = {"method": "card", "card_number": "4000 0000 0000 0002"}


@pytest.fixture
def lev(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def book(browser, lesson, data=None, **changes):
    return browser.post(f"/dashboard/learner/sessions/{lesson.id}/book", data={**(data or UPI), **changes}, headers=HTMX)


def dialog(browser, lesson):
    return browser.get(f"/dashboard/learner/sessions/{lesson.id}/book", headers=HTMX)


def title_of(answer) -> str:
    return next(node.name for node in read(answer).all() if node.tag == "dialog")


def all_bookings() -> list[Booking]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Booking)).unique())


def test_the_dialog_shows_what_one_agrees_to_and_changes_nothing(lev, lesson):
    answer = dialog(lev, lesson)
    said = text_of(answer)
    assert title_of(answer) == "Book this session"
    for part in (lesson.title, "Mira Holm", "Knots", "Braids", "$18", "Your money is held until Mira accepts", "If you do not come, it comes back too.", "no real money moves"):
        assert part in said
    assert "Confirm" in read(answer).buttons
    assert all_bookings() == []


def test_without_a_saved_method_there_are_three_kinds_and_working_test_values(lev, lesson):
    answer = dialog(lev, lesson)
    group = control(answer, "Payment method")
    assert group.attributes["role"] == "radiogroup"
    names = [node.text for node in group.all() if node.tag == "label"]
    assert sorted(names) == ["Bank", "Card", "UPI"]
    chosen = next(node for node in group.all() if node.tag == "input" and "checked" in node.attributes)
    assert chosen.attributes["value"] == "upi"
    assert control(answer, "UPI ID").attributes["value"] == "success@upi"
    assert control(answer, "Card number").attributes["value"] == "4242 4242 4242 4242"
    assert control(answer, "Account number").attributes["value"] == "000123456789"
    assert control(answer, "IFSC").attributes["value"] == "TEST0123456"
    assert control(answer, "Save for next time").attributes["type"] == "checkbox"


WAYS = [
    (UPI, PaymentState.CAPTURED),
    ({"method": "card", "card_number": "4242 4242 4242 4242"}, PaymentState.AUTHORIZED),
    ({"method": "bank", "account_number": "000123456789", "ifsc": "TEST0123456"}, PaymentState.PROCESSING),
]


@pytest.mark.parametrize(("data", "state"), WAYS)
def test_confirm_claims_the_seat_and_pays_in_one_request(lev, lesson, data, state):
    answer = book(lev, lesson, data)
    assert answer.status_code == 200
    assert "Request sent" in answer.headers["HX-Trigger"]
    assert "dialog:close" in answer.headers["HX-Trigger"]
    [booking] = all_bookings()
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, state)


def test_a_method_is_saved_only_when_asked(lev, lesson, learner, mentor):
    book(lev, lesson)
    assert saved_methods(learner) == []
    book(lev, factories.lesson(mentor, starts_in=timedelta(days=3)), keep="y")
    assert [method.label for method in saved_methods(learner)] == ["UPI su••@upi"]


def test_with_a_saved_method_it_is_chosen_and_enough(lev, lesson, learner):
    kept = keep_method(learner, Instrument(Kind.UPI, "success@upi", "UPI su••@upi"))
    assert "Paying with UPI su••@upi" in text_of(dialog(lev, lesson))
    book(lev, lesson, {"method": f"saved:{kept.id}"})
    assert all_bookings()[0].state is BookingState.REQUESTED


def test_somebody_elses_saved_method_does_not_exist(lev, lesson):
    theirs = keep_method(factories.learner("Ana Sol"), Instrument(Kind.UPI, "success@upi", "UPI su••@upi"))
    assert book(lev, lesson, {"method": f"saved:{theirs.id}"}).status_code == 404
    assert all_bookings() == []


BAD = [
    ("", {"method": ""}, "Choose how to pay."),
    ("", {"method": "cash"}, "Choose how to pay."),
    ("", {"method": "<script>alert(1)</script>"}, "Choose how to pay."),
    ("UPI ID", {"method": "upi", "upi_id": ""}, "A UPI ID looks like name@bank."),
    ("UPI ID", {"method": "upi", "upi_id": "nobody"}, "A UPI ID looks like name@bank."),
    ("UPI ID", {"method": "upi", "upi_id": "'; DROP TABLE users; --@x"}, "A UPI ID looks like name@bank."),
    ("UPI ID", {"method": "upi", "upi_id": "a" * 101 + "@upi"}, "Use at most 100 characters."),
    ("UPI ID", {"method": "upi", "upi_id": "../../etc@passwd"}, "A UPI ID looks like name@bank."),
    ("Card number", {"method": "card", "card_number": "4242"}, "A card number has 12 to 19 digits."),
    ("Card number", {"method": "card", "card_number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "A card number has 12 to 19 digits."),
    ("Card number", {"method": "card", "card_number": "5555555555554444"}, "This is a rehearsal: use the test card 4242 4242 4242 4242"),
    ("Card number", {"method": "card", "card_number": "4" * 200}, "Use at most 100 characters."),
    ("Account number", {"method": "bank", "account_number": "12", "ifsc": "TEST0123456"}, "An account number has 9 to 18 digits."),
    ("Account number", {"method": "bank", "account_number": "x" * 300, "ifsc": "TEST0123456"}, "Use at most 100 characters."),
    ("IFSC", {"method": "bank", "account_number": "000123456789", "ifsc": "NOPE"}, "An IFSC is four letters"),
    ("IFSC", {"method": "bank", "account_number": "000123456789", "ifsc": ""}, "An IFSC is four letters"),
]


@pytest.mark.parametrize(("label", "data", "fault"), BAD)
def test_bad_details_are_named_at_their_field_and_nothing_is_claimed(lev, lesson, label, data, fault):
    answer = book(lev, lesson, data)
    assert answer.status_code == 422
    assert fault in (fault_of(answer, label) if label else text_of(answer))
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert all_bookings() == []


@pytest.mark.parametrize("saved", ["saved:", "saved:x", "saved:-1", "saved:" + "9" * 40, "saved:999999"])
def test_a_made_up_saved_method_is_not_found(lev, lesson, saved):
    assert book(lev, lesson, {"method": saved}).status_code == 404
    assert all_bookings() == []


def test_a_declined_card_says_so_in_plain_words_and_offers_retry(lev, lesson):
    answer = book(lev, lesson, DECLINED)
    assert answer.status_code == 402
    assert title_of(answer) == "The payment did not go through"
    said = text_of(answer)
    assert "Your bank said no to this card. Nothing was taken." in said
    assert "Try 1 of 3" in said
    assert read(answer).buttons[-1] == "Retry"
    assert control(answer, "Card number").attributes["value"] == "4000 0000 0000 0002"


def test_after_three_declines_another_method_is_suggested(lev, lesson):
    book(lev, lesson, DECLINED)
    again = f"/dashboard/learner/bookings/{all_bookings()[0].id}/payment"
    assert "Try 2 of 3" in text_of(lev.post(again, data=DECLINED, headers=HTMX))
    third = lev.post(again, data=DECLINED, headers=HTMX)
    assert title_of(third) == "Try another method?"
    assert read(third).buttons[-1] == "Confirm"
    group = control(third, "Payment method")
    assert next(n for n in group.all() if "checked" in n.attributes).attributes["value"] != "card"
    assert "Request sent" in lev.post(again, data=UPI, headers=HTMX).headers["HX-Trigger"]
    assert all_bookings()[0].state is BookingState.REQUESTED


def test_an_expired_card_is_not_worth_another_try(lev, lesson):
    answer = book(lev, lesson, {"method": "card", "card_number": "4000 0000 0000 0069"})
    assert title_of(answer) == "Try another method?"
    assert "This card has expired." in text_of(answer)


def test_the_open_dialog_of_a_held_seat_goes_on_where_it_was(lev, lesson):
    book(lev, lesson, DECLINED)
    assert "Try 1 of 3" in text_of(dialog(lev, lesson))


def test_a_payment_without_an_answer_is_being_checked_and_not_paid_twice(lev, lesson):
    answer = book(lev, lesson, {"method": "upi", "upi_id": "timeout-after@upi"})
    assert title_of(answer) == "Checking your payment"
    assert book(lev, lesson).status_code == 409
    assert db.session.scalar(db.select(db.func.count(PaymentAttempt.id))) == 1


def test_confirming_twice_pays_once(lev, lesson):
    book(lev, lesson)
    second = book(lev, lesson)
    assert second.status_code == 409
    assert "You have booked this session already." in text_of(second)
    assert ledger.balance(f"held:booking:{all_bookings()[0].id}", "USD").amount_minor == 1800


def test_the_second_of_two_learners_is_offered_the_nearest_others(lev, lesson, mentor):
    others = [factories.lesson(mentor, starts_in=timedelta(days=day)) for day in (2, 3, 4, 5)]
    factories.request(factories.learner("Ana Sol"), lesson)
    answer = book(lev, lesson)
    assert answer.status_code == 409
    assert title_of(answer) == "Slot taken, try another"
    offered = articles(answer)
    assert [one.name for one in offered] == [other.title for other in others[:3]]
    assert all(one.links == ["Book"] for one in offered)
    assert len(all_bookings()) == 1


def test_the_dialog_of_a_full_session_says_so_at_once(lev, lesson):
    factories.request(factories.learner("Ana Sol"), lesson)
    assert title_of(dialog(lev, lesson)) == "Slot taken, try another"


def test_two_sessions_at_the_same_time_are_refused(lev, lesson, learner):
    other = factories.lesson(factories.mentor("Ola Berg"))
    factories.request(learner, other)
    answer = book(lev, lesson)
    assert answer.status_code == 409
    assert "You already have a session at this time." in text_of(answer)
    assert len(all_bookings()) == 1


def test_a_session_that_has_begun_cannot_be_booked(lev, mentor):
    begun = factories.lesson(mentor, starts_in=timedelta(minutes=5))
    with clock.stopped(now() + timedelta(minutes=6)):
        assert "This session has already begun." in text_of(dialog(lev, begun))
        assert book(lev, begun).status_code == 409
    assert all_bookings() == []


def test_ones_own_session_cannot_be_booked(client):
    both = factories.person("Kim Vega", learns=True, teaches=True)
    own = factories.lesson(both)
    kim = factories.signed_in(client, both)
    assert "This is your own session." in text_of(dialog(kim, own))
    assert book(kim, own).status_code == 403
    assert all_bookings() == []


def test_a_hold_that_ran_out_is_over(lev, lesson):
    book(lev, lesson, DECLINED)
    with clock.stopped(now() + timedelta(minutes=11)):
        answer = lev.post(f"/dashboard/learner/bookings/{all_bookings()[0].id}/payment", data=UPI, headers=HTMX)
        assert answer.status_code == 409
        assert "Your seat was held for ten minutes" in text_of(answer)


def test_nobody_pays_for_another_persons_seat(client, lesson, learner):
    held = factories.request(learner, lesson, factories.DECLINED_CARD)
    ana = factories.signed_in(client, factories.learner("Ana Sol"))
    assert ana.post(f"/dashboard/learner/bookings/{held.id}/payment", data=UPI, headers=HTMX).status_code == 404
    assert bookings.by_id(held.id).state is BookingState.HELD


@pytest.mark.parametrize("number", [0, 999_999])
def test_what_does_not_exist_is_not_found(lev, number):
    assert lev.get(f"/dashboard/learner/sessions/{number}/book", headers=HTMX).status_code == 404
    assert lev.post(f"/dashboard/learner/sessions/{number}/book", data=UPI, headers=HTMX).status_code == 404
    assert lev.post(f"/dashboard/learner/bookings/{number}/payment", data=UPI, headers=HTMX).status_code == 404


def test_without_scripts_book_leads_to_the_sessions_page(lev, lesson):
    answer = lev.get(f"/dashboard/learner/sessions/{lesson.id}/book")
    assert answer.location == f"/sessions/{lesson.id}?book=1"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_visitor_signs_in_and_comes_back_to_the_dialog(client, lesson, headers):
    answer = client.get(f"/dashboard/learner/sessions/{lesson.id}/book", headers=headers)
    target = answer.headers.get("HX-Redirect") or answer.location
    assert target == f"/sign-in?next=/sessions/{lesson.id}?book%3D1"


def test_a_mentor_without_the_other_hat_cannot_book(client, mentor, lesson):
    answer = book(factories.signed_in(client, factories.mentor("Ola Berg")), lesson)
    assert answer.status_code == 403
    assert all_bookings() == []


def test_without_a_token_nothing_is_booked(app, client, learner, lesson):
    lev = factories.signed_in(client, learner)
    app.config["WTF_CSRF_ENABLED"] = True
    assert book(lev, lesson).status_code == 400
    assert all_bookings() == []
