"""Calls that were given up for lost and arrive after all: nobody pays twice, and nothing waits for ever."""

from contextlib import suppress
from datetime import timedelta

import pytest

from app.bookings import service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs
from app.payments.methods import Choice
from app.payments.models import NOT_REACHED, PaymentState, RefundState
from app.payments.provider_models import StrayCharge
from app.payments.providers.base import Status
from app.payments.providers.registry import provider
from app.payments.refunds import want_refund
from tests import factories, post
from tests.app.payments.books import MINUTE, held, the_books_agree

pytestmark = pytest.mark.database


def test_two_charges_for_one_payment_the_second_goes_back_by_itself(learner, lesson, monkeypatch) -> None:
    """A first call that was given up for lost arrives at the provider after the learner has paid again."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    assert lost.decline_code == NOT_REACHED
    service.pay_again(learner, booking.id, factories.UPI)
    instrument = provider().instrument("upi", {"upi_id": "success@upi"})
    provider().create_payment(booking.price, instrument, hold=False, key=lost.key)
    for _ in range(2):
        post.hand_over_all()
        the_books_agree()
        jobs.give_back_strays()
    [stray] = db.session.scalars(db.select(StrayCharge))
    assert stray.state is RefundState.DONE
    assert (held(booking), booking.payment.state) == (1800, PaymentState.CAPTURED)
    the_books_agree()


def test_a_call_that_arrives_after_it_was_given_up_is_found_though_no_message_comes(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.UPI)
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "success@upi"}), hold=False, key=lost.key)
    for _ in range(2):
        jobs.look_again()
        jobs.give_back_strays()
    assert [one.state for one in db.session.scalars(db.select(StrayCharge))] == [RefundState.DONE]
    assert (lost.outcome, held(booking)) == ("stray", 1800)
    the_books_agree()


def test_a_charge_that_is_on_its_way_back_pays_nothing_when_the_other_try_fails(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, Choice(kind="bank", details={"account_number": "000123450000", "ifsc": "TEST0123456"}))
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "success@upi"}), hold=False, key=lost.key)
    post.hand_over_all()
    assert (booking.payment.state, len(db.session.scalars(db.select(StrayCharge)).all())) == (PaymentState.PROCESSING, 1)
    _sweep(timedelta(days=3))
    assert (booking.payment.state, booking.state) == (PaymentState.STARTED, BookingState.HELD)
    post.hand_over_all()
    jobs.look_again()
    assert booking.payment.state is PaymentState.STARTED, "the first charge goes back, so it pays nothing"
    jobs.give_back_strays()
    post.hand_over_all()
    assert ([one.state for one in db.session.scalars(db.select(StrayCharge))], held(booking)) == ([RefundState.DONE], 0)
    the_books_agree()


def test_a_call_that_arrives_before_anything_else_was_tried_pays(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "success@upi"}), hold=False, key=lost.key)
    jobs.look_again()
    assert (lost.outcome, booking.state, booking.payment.state) == ("accepted", BookingState.REQUESTED, PaymentState.CAPTURED)
    the_books_agree()


def test_an_unanswered_try_whose_payment_went_on_keeps_no_refund_waiting_for_ever(learner, lesson, monkeypatch) -> None:
    """The first try's money came after all while the second was on the wire; that one never arrived."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    first = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.upi("timeout-before"))
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "success@upi"}), hold=False, key=first.key)
    post.hand_over_all()
    assert (booking.payment.state, booking.payment.attempts[1].outcome) == (PaymentState.CAPTURED, "asked")
    want_refund(booking.payment.id, 1800, "kindness")
    with clock.stopped(now() + MINUTE):
        jobs.carry_out_refunds()
        jobs.look_again()
        jobs.carry_out_refunds()
    assert booking.payment.state is PaymentState.REFUNDED
    the_books_agree()


def test_a_second_hold_on_a_card_is_let_go(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    service.pay_again(learner, booking.id, factories.UPI)
    card = provider().instrument("card", {"card_number": "4242424242424242"})
    provider().create_payment(booking.price, card, hold=True, key=booking.payment.attempts[0].key)
    post.hand_over_all()
    jobs.give_back_strays()
    [stray] = db.session.scalars(db.select(StrayCharge))
    assert (stray.state, stray.is_taken) == (RefundState.DONE, False)
    assert provider().find_payment(booking.payment.attempts[0].key).status is Status.CANCELED
    the_books_agree()


def _secured_by_the_first_while_the_second_is_on_the_wire(learner, lesson, account="000123450000"):
    """The first try was given up for lost and is a debit under way after all; the second has no answer, and is a no."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    first = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.upi("timeout-before"))
    second = booking.payment.attempts[1]
    debit = provider().instrument("bank", {"account_number": account, "ifsc": "TEST0123456"})
    provider().create_payment(booking.price, debit, hold=False, key=first.key)
    post.hand_over_all()
    assert (booking.payment.state, second.outcome) == (PaymentState.PROCESSING, "asked")
    with suppress(ValueError):
        provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "decline@upi"}), hold=False, key=second.key)
    return booking


def _sweep(after: timedelta) -> None:
    with clock.stopped(now() + after):
        for _ in range(2):
            jobs.reconcile_payments()
            jobs.look_again()
            jobs.carry_out_refunds()


@pytest.mark.parametrize(
    ("account", "answers", "payment", "state"),
    [
        ("000123456789", ["accepted", "declined"], PaymentState.CAPTURED, BookingState.REQUESTED),
        ("000123450000", ["declined", "declined"], PaymentState.STARTED, BookingState.HELD),
    ],
    ids=["arrives", "fails late, and may be paid again"],
)
def test_the_charge_that_secures_a_payment_is_asked_about_though_something_was_tried_after_it(
    learner, lesson, account, answers, payment, state
) -> None:
    booking = _secured_by_the_first_while_the_second_is_on_the_wire(learner, lesson, account)
    _sweep(timedelta(days=3))
    assert [one.outcome for one in booking.payment.attempts] == answers
    assert (booking.payment.state, booking.state) == (payment, state)
    the_books_agree()


def test_a_debit_that_fails_while_its_refund_waits_lets_the_refund_come_to_rest(learner, lesson) -> None:
    booking = _secured_by_the_first_while_the_second_is_on_the_wire(learner, lesson)
    want_refund(booking.payment.id, 1800, "kindness")
    _sweep(timedelta(days=3))
    assert booking.payment.state is PaymentState.CANCELED
    assert [refund.state for refund in booking.payment.refunds] == [RefundState.DONE]
    the_books_agree()
