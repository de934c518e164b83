"""What a payer's bank takes back is the platform's loss, once and of exactly its sum, however we hear of it."""

from datetime import timedelta

import pytest

from app.bookings import jobs as booking_jobs
from app.bookings import service
from app.bookings.money_line import Stage, money_line
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.notifications.queries import latest
from app.payments import jobs, ledger, proofs
from app.payments.events import PaymentDisputed, PaymentPutBack
from app.payments.models import PaymentState, RefundState
from app.payments.provider_models import StrayCharge
from app.payments.providers import rehearsal_proofs
from app.payments.providers.registry import provider
from app.payments.proving import ask, snapshot
from app.payments.refunds import want_full_refund, want_refund
from tests import factories, post
from tests.app.payments.books import MINUTE, held, the_books_agree, unheard

pytestmark = pytest.mark.database
SECOND = timedelta(seconds=1)


def test_what_the_payers_bank_takes_back_is_the_platforms_loss_until_somebody_decides(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        post.hand_over_all()
        assert booking.payment.charged_back == booking.price
        assert ledger.balance(ledger.LOSSES, "USD").amount_minor == -1800
        assert len(heard.of(PaymentDisputed)) == 1
        the_books_agree()
    with clock.stopped(now() + timedelta(days=2)):
        booking_jobs.expire_requests()
        jobs.carry_out_refunds()
    assert [refund.state for refund in booking.payment.refunds] == [RefundState.FAILED], "nobody gives the money back twice"
    assert held(booking) == 0
    assert ledger.balance(ledger.LOSSES, "USD").amount_minor == 0, "what was to go back anyway is no loss"
    the_books_agree()


def test_only_what_had_not_gone_back_before_is_lost(learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    want_refund(booking.payment.id, 500, "kindness")
    jobs.carry_out_refunds()
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
    assert booking.payment.charged_back.amount_minor == 1300
    the_books_agree()


def test_a_chargeback_nobody_told_us_of_is_found_by_asking(heard, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    for minutes in (1, 2):
        with clock.stopped(now() + minutes * MINUTE):
            jobs.look_for_chargebacks()
    assert booking.payment.charged_back == booking.price
    assert len(heard.of(PaymentDisputed)) == 1
    the_books_agree()


def test_a_chargeback_told_before_the_charge_itself_is_both(learner, lesson, monkeypatch) -> None:
    monkeypatch.setattr(provider(), "create_payment", unheard(provider().create_payment))
    booking = service.book(learner, lesson.id, factories.upi("dispute"))
    assert booking.payment.state is PaymentState.CHECKING
    with clock.stopped(now() + MINUTE):
        told = {row.type: row for row in post.waiting()}
        post.hand_over(told["dispute.opened"])
        assert booking.payment.state is PaymentState.CAPTURED
        assert booking.payment.charged_back == booking.price
        the_books_agree()


def test_a_stray_charge_that_its_bank_takes_back_is_no_loss(learner, lesson, monkeypatch) -> None:
    """The charge nobody knew of was disputed before we could send it back."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.UPI)
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "dispute@upi"}), hold=False, key=lost.key)
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        assert [one.state for one in db.session.scalars(db.select(StrayCharge))] == [RefundState.FAILED]
        jobs.give_back_strays()
    assert ledger.balance(ledger.LOSSES, "USD").amount_minor == 0
    assert booking.payment.charged_back_at is None
    the_books_agree()


def test_two_charges_of_one_payment_that_are_both_taken_back_are_both_found_by_asking(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    service.pay_again(learner, booking.id, factories.upi("dispute"))
    again = provider().instrument("upi", {"upi_id": "dispute@upi"})
    provider().create_payment(booking.price, again, hold=False, key=booking.payment.attempts[0].key)
    jobs.look_again()
    with clock.stopped(now() + MINUTE):
        jobs.look_for_chargebacks()
        jobs.look_for_chargebacks()
        jobs.give_back_strays()
    assert booking.payment.charged_back == booking.price
    assert (stray_states(), losses()) == ([RefundState.FAILED], -1800)
    assert nothing_is_wrong()


def won(learner, lesson):
    """A booking whose charge its bank took back and, a while later, put back; nothing was told yet."""
    return factories.request(learner, lesson, factories.upi("dispute-won"))


def losses() -> int:
    return ledger.balance(ledger.LOSSES, "USD").amount_minor


def test_what_the_bank_puts_back_after_a_dispute_we_won_is_no_loss_any_more(heard, learner, lesson) -> None:
    admin = factories.person("Ada Min")
    with factories.transaction():
        admin.is_admin = True
    booking = won(learner, lesson)
    with clock.stopped(now() + 15 * SECOND):
        post.hand_over_all()
        assert (booking.payment.is_gone, losses()) == (True, -1800)
        the_books_agree()
    with clock.stopped(now() + MINUTE):
        for _twice in range(2):
            post.hand_over_all()
        assert (booking.payment.is_gone, losses(), booking.payment.put_back) == (False, 0, booking.price)
        the_books_agree()
        assert [mark.stage for mark in money_line(booking) if mark.stage in (Stage.TAKEN_BACK, Stage.PUT_BACK)] == [
            Stage.TAKEN_BACK,
            Stage.PUT_BACK,
        ]
    assert len(heard.of(PaymentPutBack)) == 1
    assert "the loss is none" in latest(admin, 1)[0].body
    assert nothing_is_wrong()


@pytest.mark.parametrize("order", [("dispute.won", "dispute.opened"), ("dispute.won",), ("dispute.opened",), ()])
def test_a_won_dispute_ends_the_same_whatever_is_told_in_whatever_order(learner, lesson, order) -> None:
    booking = won(learner, lesson)
    with clock.stopped(now() + MINUTE):
        told = {row.type: row for row in post.waiting()}
        for word in order:
            post.hand_over(told[word])
        jobs.look_for_chargebacks()
        jobs.look_for_chargebacks()
        assert (booking.payment.charged_back, booking.payment.put_back, losses()) == (booking.price, booking.price, 0)
        the_books_agree()
    with clock.stopped(now() + timedelta(hours=2)):
        assert nothing_is_wrong()


def test_a_won_dispute_we_hear_of_after_all_has_gone_back_changes_nothing(learner, lesson) -> None:
    booking = won(learner, lesson)
    with clock.stopped(now() + MINUTE):
        told = post.waiting()
        want_full_refund(booking.payment.id, "kindness")
        jobs.carry_out_refunds()
        assert booking.payment.state is PaymentState.REFUNDED
        for row in told:
            post.hand_over(row)
        jobs.look_for_chargebacks()
        assert (booking.payment.charged_back_at, losses()) == (None, 0)
        the_books_agree()


def test_a_refund_that_the_bank_had_made_needless_is_owed_again_once_it_puts_the_money_back(learner, lesson) -> None:
    """The payer's bank has taken the money from them again: without this they would have neither the session nor the money."""
    booking = won(learner, lesson)
    with clock.stopped(now() + 15 * SECOND):
        post.hand_over_all()
        want_full_refund(booking.payment.id, "canceled")
        jobs.carry_out_refunds()
        assert [refund.state for refund in booking.payment.refunds] == [RefundState.FAILED]
        assert (held(booking), losses()) == (0, 0)
        key = booking.payment.refunds[0].key
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        assert [refund.state for refund in booking.payment.refunds] == [RefundState.WANTED]
        assert (held(booking), losses()) == (1800, 0)
        assert booking.payment.refunds[0].key != key, "to the old key the provider would repeat its no"
        the_books_agree()
        jobs.carry_out_refunds()
        assert [refund.state for refund in booking.payment.refunds] == [RefundState.DONE]
        assert (booking.payment.state, held(booking), losses()) == (PaymentState.REFUNDED, 0, 0)
        the_books_agree()


def test_only_what_the_bank_took_is_put_back(learner, lesson) -> None:
    booking = won(learner, lesson)
    want_refund(booking.payment.id, 500, "kindness")
    jobs.carry_out_refunds()
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        assert (booking.payment.charged_back.amount_minor, booking.payment.put_back.amount_minor) == (1300, 1300)
        assert losses() == 0
        the_books_agree()


def test_a_stray_charge_whose_dispute_is_won_goes_back_after_all(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    lost = booking.payment.attempts[0]
    service.pay_again(learner, booking.id, factories.UPI)
    instrument = provider().instrument("upi", {"upi_id": "dispute-won@upi"})
    provider().create_payment(booking.price, instrument, hold=False, key=lost.key)
    with clock.stopped(now() + 15 * SECOND):
        post.hand_over_all()
        assert stray_states() == [RefundState.FAILED]
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        jobs.look_for_chargebacks()
        assert stray_states() == [RefundState.WANTED]
        the_books_agree()
        jobs.give_back_strays()
        jobs.look_for_chargebacks()
        assert stray_states() == [RefundState.DONE]
        the_books_agree()
    assert losses() == 0


def stray_states() -> list[RefundState]:
    db.session.expire_all()
    return [one.state for one in db.session.scalars(db.select(StrayCharge))]


def nothing_is_wrong() -> bool:
    """Every question the books can be asked."""
    with snapshot() as connection:
        wrong = [check for check in ask(connection, [*proofs.questions(), *rehearsal_proofs.questions()]) if check.wrong]
    assert wrong == []
    return True
