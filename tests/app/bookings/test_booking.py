"""Book, accept, reject: a seat, its money, and who hears of it."""

from datetime import timedelta

import pytest

from app.bookings import jobs, policies, queries, rejecting, service
from app.bookings.events import BookingConfirmed, BookingDeclined, BookingRequested
from app.bookings.service import SlotTaken
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.lessons.calendar import CalendarClash
from app.lessons.models import BusyTime
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.methods import Choice
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database


def held_for(booking) -> int:
    return ledger.balance(ledger.held_for("booking", str(booking.id)), booking.currency).amount_minor


def test_book_claims_the_seat_and_pays_in_one_go(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    assert booking.state is BookingState.REQUESTED
    assert booking.payment.state is PaymentState.CAPTURED
    assert held_for(booking) == 1800
    assert [fact.booking_id for fact in heard.of(BookingRequested)] == [booking.id]


def test_accept_confirms_both_and_keeps_the_money_held(heard, mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    service.accept_booking(mentor, booking.id)
    assert booking.state is BookingState.CONFIRMED
    assert held_for(booking) == 1800
    assert len(heard.of(BookingConfirmed)) == 1


def test_a_card_is_held_at_book_and_taken_at_accept(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.CARD)
    assert booking.payment.state is PaymentState.AUTHORIZED
    assert held_for(booking) == 0
    service.accept_booking(mentor, booking.id)
    assert booking.payment.state is PaymentState.CAPTURED
    assert held_for(booking) == 1800


def test_accepting_twice_changes_nothing_more(heard, mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    service.accept_booking(mentor, booking.id)
    service.accept_booking(mentor, booking.id)
    assert len(heard.of(BookingConfirmed)) == 1
    assert held_for(booking) == 1800


@pytest.mark.parametrize("choice", [factories.UPI, factories.CARD], ids=["upi", "card"])
def test_reject_frees_the_seat_and_gives_all_the_money_back(heard, mentor, learner, lesson, choice) -> None:
    booking = factories.rejected(learner, lesson, choice)
    with clock.stopped(now() + policies.UNDO_REJECT):
        payment_jobs.carry_out_refunds()
    db.session.expire_all()
    assert booking.state is BookingState.DECLINED
    assert booking.payment.state in (PaymentState.REFUNDED, PaymentState.CANCELED)
    assert held_for(booking) == 0
    assert not ledger.imbalance()
    assert len(heard.of(BookingDeclined)) == 1
    assert factories.request(factories.learner("Ada Next"), lesson).state is BookingState.REQUESTED


def test_a_rejected_request_cannot_be_accepted_any_more(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    rejecting.reject_booking(mentor, booking.id)
    with pytest.raises(Conflict, match="declined"):
        service.accept_booking(mentor, booking.id)


def test_an_accepted_request_cannot_be_rejected(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    with pytest.raises(Conflict, match="accepted this request already"):
        rejecting.reject_booking(mentor, booking.id)


def test_a_second_learner_cannot_take_the_same_slot(learner, lesson) -> None:
    factories.request(learner, lesson)
    with pytest.raises(SlotTaken, match="Slot taken, try another"):
        factories.request(factories.learner("Second Learner"), lesson)


def test_a_session_with_three_seats_takes_three_learners_and_no_fourth(mentor) -> None:
    lesson = factories.lesson(mentor, capacity=3)
    seats = {factories.request(factories.learner(), lesson).seat_no for _ in range(3)}
    assert seats == {1, 2, 3}
    with pytest.raises(SlotTaken):
        factories.request(factories.learner(), lesson)


def test_the_same_learner_cannot_book_twice(learner, lesson) -> None:
    factories.request(learner, lesson)
    with pytest.raises(Conflict, match="booked this session already"):
        factories.request(learner, lesson)


def test_a_learner_cannot_be_in_two_sessions_at_once(learner, lesson) -> None:
    other = factories.lesson(factories.mentor("Omar Diaz"), starts_in=timedelta(days=1, minutes=30))
    factories.request(learner, lesson)
    with pytest.raises(CalendarClash):
        factories.request(learner, other)
    assert queries.live_of_learner_in(learner, other.id) is None


def test_sessions_back_to_back_are_fine(learner, lesson) -> None:
    after = factories.lesson(factories.mentor("Omar Diaz"), starts_in=timedelta(days=1, hours=1))
    factories.request(learner, lesson)
    assert factories.request(learner, after).state is BookingState.REQUESTED


def test_nobody_books_their_own_session(mentor) -> None:
    both_hats = factories.person(teaches=True)
    with pytest.raises(NotAllowed):
        factories.request(both_hats, factories.lesson(both_hats))


def test_a_session_that_has_begun_cannot_be_booked(learner, lesson) -> None:
    with clock.stopped(lesson.starts_at), pytest.raises(Conflict, match="already begun"):
        factories.request(learner, lesson)


def test_what_does_not_exist_cannot_be_booked(learner) -> None:
    with pytest.raises(NotFound):
        service.book(learner, 424242, factories.UPI)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(), "kind"),
        (Choice(kind="bitcoin"), "kind"),
        (Choice(kind="upi", details={}), "upi_id"),
        (Choice(kind="upi", details={"upi_id": "no at sign"}), "upi_id"),
        (Choice(kind="upi", details={"upi_id": "x" * 500 + "@upi"}), "upi_id"),
        (Choice(kind="upi", details={"upi_id": "' OR 1=1 --@upi"}), "upi_id"),
        (Choice(kind="card", details={"card_number": "4111 1111 1111 1111"}), "card_number"),
        (Choice(kind="card", details={"card_number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}), "card_number"),
        (Choice(kind="bank", details={"account_number": "12", "ifsc": "TEST0123456"}), "account_number"),
        (Choice(kind="bank", details={"account_number": "000123456789", "ifsc": "nonsense"}), "ifsc"),
    ],
)
def test_a_payment_that_cannot_be_right_claims_nothing(learner, lesson, choice, field) -> None:
    with pytest.raises(Invalid) as caught:
        service.book(learner, lesson.id, choice)
    assert field in caught.value.fields
    assert queries.live_of_learner_in(learner, lesson.id) is None
    assert queries.taken_seats([lesson.id]) == {}


def test_somebody_elses_saved_method_is_not_found(learner, lesson) -> None:
    keeper = factories.learner("Keeper")
    factories.request(
        keeper, factories.lesson(factories.mentor("Omar")), Choice(kind="upi", details={"upi_id": "success@upi"}, keep=True)
    )
    with pytest.raises(NotFound):
        service.book(learner, lesson.id, Choice(saved_id=1))


def test_a_saved_method_pays_the_next_time(learner, mentor, lesson) -> None:
    booking = factories.request(learner, lesson, Choice(kind="upi", details={"upi_id": "success@upi"}, keep=True))
    later = factories.lesson(mentor, starts_in=timedelta(days=3))
    again = service.book(learner, later.id, Choice(saved_id=1))
    assert again.state is BookingState.REQUESTED
    assert again.payment.method_label == booking.payment.method_label == "UPI su••@upi"


def test_a_declined_payment_keeps_the_seat_and_can_be_tried_again(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_UPI)
    assert booking.state is BookingState.HELD
    assert booking.payment.declines == 1
    assert queries.taken_seats([lesson.id]) == {lesson.id: 1}
    assert service.pay_again(learner, booking.id, factories.UPI).state is BookingState.REQUESTED
    assert held_for(booking) == 1800


def test_pressing_confirm_again_after_a_decline_comes_back_to_the_same_seat(learner, lesson) -> None:
    first = service.book(learner, lesson.id, factories.DECLINED_UPI)
    second = service.book(learner, lesson.id, factories.UPI)
    assert second.id == first.id
    assert second.state is BookingState.REQUESTED


def test_an_unpaid_seat_is_free_again_after_ten_minutes(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_UPI)
    with clock.stopped(now() + policies.HOLD + timedelta(seconds=1)):
        with pytest.raises(Conflict, match="held for ten minutes"):
            service.pay_again(learner, booking.id, factories.UPI)
        jobs.release_holds()
        payment_jobs.carry_out_refunds()
    assert booking.state is BookingState.RELEASED
    assert db.session.query(BusyTime).filter_by(person_id=learner.id).count() == 0
    assert held_for(booking) == 0


def test_nobody_can_block_many_seats_without_paying(learner) -> None:
    for day in range(policies.MOST_UNPAID_HOLDS):
        offered = factories.lesson(factories.mentor(), starts_in=timedelta(days=day + 1))
        service.book(learner, offered.id, factories.DECLINED_UPI)
    with pytest.raises(TooMany):
        service.book(learner, factories.lesson(factories.mentor(), starts_in=timedelta(days=9)).id, factories.UPI)


def test_an_unanswered_request_expires_and_the_money_goes_back(learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    with clock.stopped(booking.decide_by + timedelta(seconds=1)):
        jobs.expire_requests()
        jobs.expire_requests()
        payment_jobs.carry_out_refunds()
    assert booking.state is BookingState.EXPIRED
    assert held_for(booking) == 0


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(days=5), timedelta(hours=24)),
        (timedelta(hours=10), timedelta(hours=9, minutes=30)),
        (timedelta(minutes=20), timedelta(minutes=20)),
    ],
)
def test_the_mentor_has_a_day_or_until_half_an_hour_before(ahead, expected) -> None:
    requested = now()
    assert policies.decide_by(requested, requested + ahead) == requested + expected


def test_another_mentor_cannot_answer(learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    stranger = factories.mentor("Somebody Else")
    for answer in (service.accept_booking, rejecting.reject_booking):
        with pytest.raises(NotFound):
            answer(stranger, booking.id)
    assert booking.state is BookingState.REQUESTED


def test_another_learner_cannot_pay_for_it(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.DECLINED_UPI)
    with pytest.raises(NotFound):
        service.pay_again(factories.learner("Other"), booking.id, factories.UPI)


def test_whoever_let_their_hold_run_out_books_again_at_once_without_waiting_for_a_sweep(learner, lesson) -> None:
    dead = service.hold_seat(learner, lesson.id)
    with clock.stopped(dead.held_until):
        booking = factories.request(learner, lesson)
        assert (booking.state, dead.state) == (BookingState.REQUESTED, BookingState.RELEASED)
        payment_jobs.carry_out_refunds()
    assert dead.payment.state is PaymentState.CANCELED
    assert held_for(booking) == 1800


def test_a_dead_hold_of_somebody_else_keeps_no_seat_and_one_elsewhere_no_time(mentor, learner, lesson) -> None:
    other = service.hold_seat(factories.learner(), lesson.id)
    elsewhere = service.hold_seat(learner, factories.lesson(factories.mentor(), starts_in=timedelta(days=1, minutes=30)).id)
    with clock.stopped(now() + policies.HOLD):
        booking = factories.request(learner, lesson)
    assert (booking.seat_no, other.state, elsewhere.state) == (1, BookingState.RELEASED, BookingState.RELEASED)


def test_dead_holds_do_not_count_as_unpaid_ones(mentor, learner) -> None:
    for day in range(1, 1 + policies.MOST_UNPAID_HOLDS):
        service.hold_seat(learner, factories.lesson(mentor, starts_in=timedelta(days=day)).id)
    with clock.stopped(now() + policies.HOLD):
        booking = service.hold_seat(learner, factories.lesson(mentor, starts_in=timedelta(days=9)).id)
    assert booking.state is BookingState.HELD


def test_a_dead_hold_whose_payment_is_being_checked_is_not_paid_a_second_time(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-after"))
    with clock.stopped(booking.held_until), pytest.raises(Conflict) as refusal:
        factories.request(learner, lesson)
    assert refusal.value.code == "already_paying"
    assert booking.state is BookingState.HELD


def test_whoever_stands_in_line_comes_before_whoever_let_their_hold_run_out(learner, lesson) -> None:
    dead = service.hold_seat(learner, lesson.id)
    first = factories.learner("Ana First")
    factories.in_line(first, lesson)
    with clock.stopped(dead.held_until):
        with pytest.raises(SlotTaken):
            factories.request(learner, lesson)
        jobs.release_holds()
    assert queries.live_of_learner_in(first, lesson.id) is not None
