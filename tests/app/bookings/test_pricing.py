"""Free seats, first sessions and codes: what is paid, by whom, how often, and that no money moves where none is."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings import jobs, pricing, rejecting, settlement
from app.bookings import queries as bookings
from app.bookings import service as service
from app.bookings.cancelling import cancel_booking
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound, TooMany
from app.kernel.money import Money
from app.lessons.discounts import ALPHABET, CouponDraft, find_coupon, make_coupon, set_trial, stop_coupon
from app.lessons.models import Lesson
from app.payments import ledger
from app.payments.methods import Choice
from app.payments.models import LedgerEntry, Payment
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

NOTHING = Choice()


def coupon(mentor: User, value: str = "25", kind: str = "percent", **more):
    return make_coupon(mentor, CouponDraft(kind, value, **more))


def code_fault(learner: User, lesson: Lesson, code: str) -> str:
    with pytest.raises(Invalid) as fault:
        service.book(learner, lesson.id, factories.UPI, code=code)
    return fault.value.fields["code"]


# --- Free


def test_a_free_seat_is_requested_at_once_and_confirmed_without_any_payment(mentor, learner) -> None:
    offered = factories.lesson(mentor, is_free=True)
    booking = service.book(learner, offered.id, NOTHING)
    assert (booking.state, booking.payment_id) == (BookingState.REQUESTED, None)
    service.accept_booking(mentor, booking.id)
    assert booking.state is BookingState.CONFIRMED
    assert db.session.query(Payment).count() == 0


def test_a_free_session_that_was_taught_is_completed_and_moves_no_money(mentor, learner) -> None:
    booking = factories.completed(learner, factories.lesson(mentor, is_free=True, starts_in=timedelta(hours=1)))
    assert booking.state is BookingState.COMPLETED
    assert booking.release_at is None
    with clock.stopped(now() + timedelta(days=9)):
        jobs.release_due_earnings()
    assert db.session.query(LedgerEntry).count() == 0


def test_nobody_comes_to_a_free_session_and_it_is_missed(mentor, learner) -> None:
    offered = factories.lesson(mentor, is_free=True)
    booking = factories.confirmed(learner, offered)
    with clock.stopped(offered.starts_at + timedelta(minutes=11)):
        settlement.decide_absence(booking.id)
    assert booking.state is BookingState.MISSED
    assert booking.kept.is_zero


def test_a_rejected_free_seat_can_be_undone_and_is_final_after_ten_seconds(mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, is_free=True))
    rejecting.reject_booking(mentor, booking.id)
    rejecting.undo_reject(mentor, booking.id)
    assert booking.state is BookingState.REQUESTED
    assert factories.rejected(factories.learner("Ana Ruiz"), factories.lesson(mentor, is_free=True, starts_in=timedelta(days=2)))


def test_an_unanswered_free_seat_expires(mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, is_free=True))
    with clock.stopped(booking.decide_by):
        jobs.expire_requests()
    assert booking.state is BookingState.EXPIRED


def test_nobody_hoards_free_seats(app, mentor, learner) -> None:
    lessons = [factories.lesson(mentor, is_free=True, starts_in=timedelta(days=day)).id for day in range(1, 7)]
    learner_id = learner.id
    db.session.remove()
    calls = [lambda number=number: service.book(db.session.get_one(User, learner_id), number, NOTHING).id for number in lessons]
    results = at_once(app, *calls)
    assert sum(isinstance(result, int) for result in results) == pricing.MOST_FREE
    assert sum(isinstance(result, TooMany) for result in results) == 3
    assert db.session.query(Booking).count() == 3


# --- First sessions


def test_the_first_session_costs_less_and_the_second_does_not(mentor, learner) -> None:
    set_trial(mentor, 50)
    first = factories.request(learner, factories.lesson(mentor, price=1801))
    assert (first.price_minor, first.discount_minor, first.is_trial) == (901, 900, True)
    assert first.payment.amount == Money(901, "USD")
    second = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=2)))
    assert (second.price_minor, second.is_trial) == (1800, False)


def test_a_first_session_that_came_to_nothing_is_none(mentor, learner) -> None:
    set_trial(mentor, 100)
    offered = factories.lesson(mentor)
    assert factories.rejected(learner, offered, NOTHING).is_trial
    again = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=2)), NOTHING)
    assert (again.is_trial, again.is_free) == (True, True)


def test_one_gets_a_first_session_once_however_many_taps(app, mentor, learner) -> None:
    set_trial(mentor, 50)
    lessons = [factories.lesson(mentor, starts_in=timedelta(days=day)).id for day in range(1, 4)]
    learner_id = learner.id
    db.session.remove()
    at_once(app, *[lambda n=number: service.hold_seat(db.session.get_one(User, learner_id), n) for number in lessons])
    assert sorted(booking.is_trial for booking in db.session.query(Booking)) == [False, False, True]


def test_the_mentor_pays_for_the_discount_and_the_books_balance(mentor, learner) -> None:
    set_trial(mentor, 50)
    booking = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1)))
    with clock.stopped(booking.release_at):
        jobs.release_due_earnings()
    assert ledger.balance(ledger.available_to(mentor.id), "USD") == Money(900, "USD")
    assert ledger.imbalance() == {}


def test_only_what_is_offered_can_be_set(mentor, learner) -> None:
    with pytest.raises(Invalid):
        set_trial(mentor, 51)
    set_trial(mentor, 50)
    set_trial(mentor, 0)
    assert factories.request(learner, factories.lesson(mentor)).discount_minor == 0


# --- Codes


def test_a_code_is_unambiguous_and_found_as_people_type_it(mentor, learner) -> None:
    made = coupon(mentor)
    assert set(made.code) <= set(ALPHABET)
    typed = f" {made.code[:4].lower()}-{made.code[4:]} "
    assert find_coupon(mentor.id, typed).id == made.id
    booking = service.book(learner, factories.lesson(mentor).id, factories.UPI, code=typed)
    assert (booking.price_minor, booking.discount_minor, booking.coupon_id) == (1350, 450, made.id)


@pytest.mark.parametrize(
    ("kind", "value", "pays"), [("percent", "33", 1206), ("amount", "5", 1300), ("amount", "20", 0), ("percent", "100", 0)]
)
def test_what_a_code_takes_off_to_the_cent(mentor, learner, kind: str, value: str, pays: int) -> None:
    made = coupon(mentor, value, kind)
    booking = service.book(learner, factories.lesson(mentor).id, factories.UPI, code=made.code)
    assert (booking.price_minor, booking.price_minor + booking.discount_minor) == (pays, 1800)
    assert (booking.payment_id is None) == (pays == 0)
    assert booking.state is BookingState.REQUESTED


def test_each_reason_why_a_code_does_not_work_has_its_words(mentor, learner) -> None:
    offered, other = factories.lesson(mentor), factories.mentor("Tomas Vega")
    assert "no such code" in code_fault(learner, offered, "NOPE")
    assert "no such code" in code_fault(learner, offered, coupon(other).code)
    stopped = coupon(mentor)
    stop_coupon(mentor, stopped.id)
    assert "no longer valid" in code_fault(learner, offered, stopped.code)
    brief = coupon(mentor, days=1)
    later = factories.lesson(mentor, starts_in=timedelta(days=3))
    with clock.stopped(brief.valid_until):
        assert "no longer valid" in code_fault(learner, later, brief.code)
    once = coupon(mentor, most_uses=5, most_each=1)
    service.book(learner, offered.id, factories.UPI, code=once.code)
    assert "used this code already" in code_fault(learner, later, once.code)
    assert "does not work here" in code_fault(
        factories.learner(), factories.lesson(mentor, is_free=True, starts_in=timedelta(days=5)), "X"
    )
    assert db.session.query(Booking).count() == 1


def test_twenty_learners_at_once_use_the_last_use_once(app, mentor) -> None:
    made = coupon(mentor, most_uses=1)
    people = [factories.learner(f"Lea {number}").id for number in range(20)]
    lessons = [factories.lesson(mentor, starts_in=timedelta(days=1 + number)).id for number in range(20)]
    code = made.code
    db.session.remove()

    def one(person: int, lesson: int) -> int:
        return service.hold_seat(db.session.get_one(User, person), lesson, code=code).id

    results = at_once(app, *[lambda p=p, n=n: one(p, n) for p, n in zip(people, lessons, strict=True)])
    assert sum(isinstance(result, int) for result in results) == 1, results
    assert sum(isinstance(result, Invalid) for result in results) == 19, results


def test_a_use_comes_back_when_its_booking_comes_to_nothing(mentor, learner) -> None:
    made = coupon(mentor, most_uses=1)
    held = service.book(learner, factories.lesson(mentor).id, factories.DECLINED_UPI, code=made.code)
    other, offered = factories.learner("Ana Ruiz"), factories.lesson(mentor, starts_in=timedelta(days=2))
    assert "used up" in code_fault(other, offered, made.code)
    with clock.stopped(held.held_until):
        jobs.release_holds()
    declined = service.book(other, offered.id, factories.UPI, code=made.code)
    rejecting.reject_booking(mentor, declined.id)
    third = factories.learner("Ida Berg")
    later = factories.lesson(mentor, starts_in=timedelta(days=3))
    assert "used up" in code_fault(third, later, made.code)  # the reject can still be undone
    with clock.stopped(declined.undo_until):
        rejecting.finish_reject(declined.id)
        assert service.book(third, later.id, factories.UPI, code=made.code).coupon_id == made.id


def test_a_hold_that_has_run_out_keeps_no_first_session_and_no_code_even_before_the_sweep(mentor, learner) -> None:
    set_trial(mentor, 50)
    made, lesson = coupon(mentor, "75", most_uses=1), factories.lesson(mentor)
    dead = service.hold_seat(learner, lesson.id, code=made.code)
    with clock.stopped(dead.held_until):
        assert pricing.quote(learner, lesson).is_trial
        booking = service.book(learner, lesson.id, factories.UPI, code=made.code, agreed_minor=450)
    assert (booking.coupon_id, dead.state) == (made.id, BookingState.RELEASED)


def test_what_takes_off_more_counts_and_an_unneeded_code_is_not_used(mentor, learner) -> None:
    set_trial(mentor, 50)
    small, large = coupon(mentor, "10"), coupon(mentor, "75")
    first = service.book(learner, factories.lesson(mentor).id, factories.UPI, code=small.code)
    assert (first.is_trial, first.coupon_id) == (True, None)
    other = factories.learner("Ana Ruiz")
    second = service.book(other, factories.lesson(mentor, starts_in=timedelta(days=2)).id, factories.UPI, code=large.code)
    assert (second.is_trial, second.coupon_id, second.price_minor) == (False, large.id, 450)


def test_a_price_other_than_the_one_shown_books_nothing(mentor, learner) -> None:
    offered = factories.lesson(mentor)
    with pytest.raises(service.PriceChanged):
        service.book(learner, offered.id, factories.UPI, agreed_minor=900)
    assert bookings.live_of_learner_in(learner, offered.id) is None
    assert service.book(learner, offered.id, factories.UPI, agreed_minor=1800).price_minor == 1800


@pytest.mark.parametrize("value", ["0", "101", "-5", "1e1", "12.5", "٥", "", "NaN"])
def test_a_percentage_that_is_none_is_refused(mentor, value: str) -> None:
    with pytest.raises(Invalid) as fault:
        coupon(mentor, value)
    assert "value" in fault.value.fields


@pytest.mark.parametrize(
    "more", [{"days": 0}, {"days": 366}, {"most_uses": 0}, {"most_uses": 1001}, {"most_each": 0}, {"kind": "gold"}]
)
def test_limits_of_codes(mentor, more: dict) -> None:
    with pytest.raises(Invalid) as fault:
        coupon(mentor, **more)
    assert set(fault.value.fields) == set(more)


def test_nobody_stops_the_code_of_another(mentor) -> None:
    with pytest.raises(NotFound):
        stop_coupon(factories.mentor("Tomas Vega"), coupon(mentor).id)


def test_a_price_of_zero_is_free_only_when_said_so(mentor) -> None:
    with pytest.raises(Invalid) as fault:
        factories.lesson(mentor, price=0)
    assert fault.value.fields["price"] == "Choose Free if you mean it."


def test_a_free_booking_can_be_canceled_by_either_without_any_money(mentor, learner) -> None:
    for number, who in enumerate((mentor, learner)):
        booking = factories.confirmed(learner, factories.lesson(mentor, is_free=True, starts_in=timedelta(days=number + 1)))
        cancel_booking(who, booking.id)
        assert booking.state is BookingState.CANCELED
    assert db.session.query(LedgerEntry).count() == 0
