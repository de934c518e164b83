"""The rehearsal plays a payment company by its script, and keeps a real one's rules."""

from datetime import timedelta

import pytest

from app.bookings import jobs as booking_jobs
from app.bookings import policies, service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Money
from app.payments import jobs
from app.payments import service as payments
from app.payments.methods import Choice, forget_method, offered_kinds, saved_methods
from app.payments.models import PaymentState
from app.payments.providers.base import InstrumentRefused, Kind, Status
from app.payments.providers.registry import provider
from app.payments.providers.rehearsal import KeyReused, RehearsalProvider
from tests import factories

pytestmark = pytest.mark.database

MINUTE = timedelta(minutes=1)
TEN = Money(1000, "USD")


def card(number: str, *, keep: bool = False) -> Choice:
    return Choice(kind="card", details={"card_number": number}, keep=keep)


APPROVE = card("4000 0025 0000 3155")


def approve(booking, *, is_approved: bool = True) -> None:
    provider().approve(booking.payment.provider_payment_id, is_approved=is_approved)
    jobs.reconcile_payments()


def test_a_card_that_asks_its_owner_takes_nothing_before_they_say_yes(mentor, learner, lesson) -> None:
    booking = service.book(learner, lesson.id, APPROVE)
    assert (booking.state, booking.payment.state) == (BookingState.HELD, PaymentState.REQUIRES_ACTION)
    assert "/rehearsal/approve/" in booking.payment.attempts[0].action_url
    approve(booking)
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.AUTHORIZED)
    assert service.accept_booking(mentor, booking.id).payment.state is PaymentState.CAPTURED


def test_an_approval_that_is_declined_can_be_tried_again(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, APPROVE)
    approve(booking, is_approved=False)
    assert (booking.payment.state, booking.payment.declines) == (PaymentState.STARTED, 1)
    assert service.pay_again(learner, booking.id, factories.UPI).state is BookingState.REQUESTED


def test_the_seat_waits_for_an_approval_and_not_for_ever(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("approve"))
    with clock.stopped(now() + 4 * MINUTE):
        jobs.reconcile_payments()
        assert booking.payment.state is PaymentState.REQUIRES_ACTION
    with clock.stopped(now() + 11 * MINUTE):
        jobs.reconcile_payments()
        booking_jobs.release_holds()
        jobs.carry_out_refunds()
    assert (booking.state, booking.payment.state) == (BookingState.RELEASED, PaymentState.CANCELED)


def test_an_approval_that_its_bank_never_ends_is_dropped_after_ten_minutes(learner, lesson, monkeypatch) -> None:
    monkeypatch.setattr("app.payments.providers.rehearsal_script.APPROVE_WITHIN", timedelta(days=1))
    booking = service.book(learner, lesson.id, APPROVE)
    with clock.stopped(now() + 11 * MINUTE):
        jobs.reconcile_payments()
    assert booking.payment.state is PaymentState.STARTED
    assert provider().find_payment(booking.payment.attempts[0].key).status is Status.CANCELED


def test_whoever_would_rather_pay_another_way_is_never_charged_twice(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, APPROVE)
    charge = booking.payment.provider_payment_id
    service.pay_differently(learner, booking.id)
    assert provider().approve(charge, is_approved=True) is None, "too late: it was dropped first"
    assert service.pay_again(learner, booking.id, factories.UPI).payment.state is PaymentState.CAPTURED


def test_another_way_is_too_late_once_it_was_approved(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("approve"))
    provider().approve(booking.payment.provider_payment_id, is_approved=True)
    with pytest.raises(Conflict):
        service.pay_differently(learner, booking.id)
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.CAPTURED)


def test_a_flaky_bank_says_no_twice_and_then_yes(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("flaky-2"))
    service.pay_again(learner, booking.id, factories.upi("flaky-2"))
    assert booking.payment.declines == 2
    assert service.pay_again(learner, booking.id, factories.upi("flaky-2")).state is BookingState.REQUESTED


def test_a_card_may_be_kept_and_refused_the_next_time(learner, mentor, lesson) -> None:
    assert service.book(learner, lesson.id, card("4000000000000341", keep=True)).state is BookingState.REQUESTED
    [kept] = saved_methods(learner)
    assert (kept.label, kept.token[:4]) == ("Card •••• 0341", "rin_")
    again = service.book(learner, factories.lesson(mentor, starts_in=timedelta(days=3)).id, Choice(saved_id=kept.id))
    assert again.payment.attempts[0].decline_code == "card_declined"


@pytest.mark.parametrize("choice", [factories.UPI, factories.CARD, factories.BANK])
def test_what_was_kept_pays_again_and_can_be_forgotten(learner, mentor, lesson, choice) -> None:
    service.book(learner, lesson.id, Choice(kind=choice.kind, details=choice.details, keep=True))
    [kept] = saved_methods(learner)
    assert [one.token for one in provider().list_instruments(str(learner.id))] == [kept.token]
    again = service.book(learner, factories.lesson(mentor, starts_in=timedelta(days=3)).id, Choice(saved_id=kept.id))
    assert again.state is BookingState.REQUESTED
    forget_method(learner, kept.id)
    assert provider().list_instruments(str(learner.id)) == []


def test_a_declined_card_is_not_kept_and_an_approved_one_is(learner, mentor, lesson) -> None:
    service.book(learner, lesson.id, card("4000000000000002", keep=True))
    assert not saved_methods(learner)
    other = service.book(learner, factories.lesson(mentor, starts_in=timedelta(days=3)).id, card("4000002500003155", keep=True))
    assert not saved_methods(learner)
    approve(other)
    assert [method.label for method in saved_methods(learner)] == ["Card •••• 3155"]


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005", "4242424242424243"])
def test_a_card_that_is_not_in_the_script_is_refused_unseen(app, number) -> None:
    with pytest.raises(InstrumentRefused, match="rehearsal"):
        provider().instrument(Kind.CARD, {"card_number": number})


def test_a_key_with_other_values_is_an_error(app) -> None:
    upi, other = (provider().instrument(Kind.UPI, {"upi_id": f"{name}@upi"}) for name in ("success", "pending"))
    provider().create_payment(TEN, upi, hold=False, key="one")
    for changed in ((Money(999, "USD"), upi), (Money(1000, "EUR"), upi), (TEN, other)):
        with pytest.raises(KeyReused):
            provider().create_payment(*changed, hold=False, key="one")
    taken = provider().find_payment("one")
    provider().refund(taken.provider_id, Money(100, "USD"), key="back")
    with pytest.raises(KeyReused):
        provider().refund(taken.provider_id, Money(200, "USD"), key="back")
    assert provider().refund(taken.provider_id, Money(100, "EUR"), key="euro").status is Status.FAILED


def test_a_way_that_is_slower_than_the_time_left_is_not_offered(learner, mentor) -> None:
    soon = factories.lesson(mentor, starts_in=timedelta(minutes=33))
    assert [one.kind for one in offered_kinds(policies.time_to_pay(now(), soon.starts_at))] == [Kind.UPI, Kind.CARD]
    with pytest.raises(Invalid) as refused:
        service.book(learner, soon.id, factories.BANK)
    assert "longer than there is time" in refused.value.fields["method"]
    assert service.book(learner, soon.id, factories.UPI).state is BookingState.REQUESTED


@pytest.mark.parametrize(("hours", "state"), [(6 * 24, PaymentState.AUTHORIZED), (6 * 24 + 1, PaymentState.CAPTURED)])
def test_a_card_is_only_held_when_the_hold_outlasts_the_answer_by_a_day(learner, lesson, hours, state) -> None:
    booking = service.hold_seat(learner, lesson.id)
    instrument = provider().instrument(Kind.CARD, {"card_number": "4242424242424242"})
    decided = now() + timedelta(hours=hours) - timedelta(seconds=5)
    assert payments.pay(learner, booking.payment_id, instrument, hold_until=decided).state is state


def test_a_call_that_never_arrived_is_no_try(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    assert (booking.payment.state, booking.payment.declines) == (PaymentState.STARTED, 0)


def test_a_capture_that_nobody_answers_is_made_up_for(mentor, learner, lesson, monkeypatch) -> None:
    booking = factories.request(learner, lesson, factories.CARD)
    with monkeypatch.context() as away:
        away.setattr(RehearsalProvider, "capture", lambda *_args, **_named: (_ for _ in ()).throw(TimeoutError()))
        assert service.accept_booking(mentor, booking.id).state is BookingState.REQUESTED
    jobs.reconcile_payments()
    db.session.expire_all()
    assert booking.state is BookingState.CONFIRMED
