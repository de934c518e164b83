"""A session its mentor takes back: everybody gets everything back, whatever stage their money is at."""

from datetime import timedelta

import pytest

from app.accounts.closing import disable_account
from app.bookings import jobs, rejecting, service, settlement
from app.bookings.cancelling import cancel_booking
from app.bookings.events import BookingCanceled
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.bookings.strikes import strikes_of
from app.bookings.suspending import end_plans_of, end_plans_of_closed_accounts
from app.bookings.withdrawing import MoreBooked, preview_withdraw, withdraw_lesson
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed, NotFound
from app.lessons import queries as lessons
from app.lessons.models import CancelPolicy, LessonState
from app.payments import jobs as payment_jobs
from app.payments import ledger, payouts
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)


def money_moves() -> None:
    with clock.stopped(now() + timedelta(minutes=5)):
        for _ in range(3):
            payment_jobs.reconcile_payments()
            jobs.hear_money()
            payment_jobs.carry_out_refunds()


def test_everybody_gets_everything_back_and_the_mentor_is_free(heard, mentor) -> None:
    offered = factories.lesson(mentor, starts_in=100 * HOUR, capacity=3)
    accepted = factories.confirmed(factories.learner("Ana Sol"), offered)
    asked = factories.request(factories.learner("Bo Lind"), offered, factories.CARD)
    held = service.hold_seat(factories.learner("Cy Hart"), offered.id)
    shown = preview_withdraw(mentor, offered.id)
    assert [b.learner.name for b in shown.bookings] == ["Ana Sol", "Bo Lind"]
    withdraw_lesson(mentor, offered.id, shown.terms)
    withdraw_lesson(mentor, offered.id, shown.terms)
    money_moves()
    assert [b.state for b in (accepted, asked, held)] == [BookingState.CANCELED, BookingState.CANCELED, BookingState.RELEASED]
    assert [b.payment.state for b in (accepted, asked)] == [PaymentState.REFUNDED, PaymentState.CANCELED]
    assert len(heard.of(BookingCanceled)) == 2
    assert (offered.state, strikes_of(mentor)) == (LessonState.WITHDRAWN, 0)
    assert factories.lesson(mentor, starts_in=100 * HOUR).id
    assert offered not in lessons.search(lessons.Search()).lessons
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == 0


def test_a_late_one_with_three_learners_counts_once(mentor) -> None:
    offered = factories.lesson(mentor, starts_in=5 * HOUR, capacity=3)
    for name in ("Ana Sol", "Bo Lind", "Cy Hart"):
        factories.confirmed(factories.learner(name), offered)
    assert preview_withdraw(mentor, offered.id).is_strike
    withdraw_lesson(mentor, offered.id)
    assert strikes_of(mentor) == 1


def test_money_that_arrives_for_a_hold_of_a_withdrawn_session_goes_back(mentor, learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.Choice(kind="upi", details={"upi_id": "timeout-after@upi"}))
    withdraw_lesson(mentor, lesson.id)
    with pytest.raises(Conflict):
        service.pay_again(learner, booking.id, factories.UPI)
    money_moves()
    assert (booking.state, booking.payment.state) == (BookingState.RELEASED, PaymentState.REFUNDED)
    with pytest.raises(Conflict, match="no longer offered"):
        factories.request(factories.learner("Ana Sol"), lesson)


def test_who_books_while_the_mentor_looks_is_not_canceled_unseen(mentor, learner, lesson) -> None:
    shown = preview_withdraw(mentor, lesson.id)
    factories.request(learner, lesson)
    with pytest.raises(MoreBooked):
        withdraw_lesson(mentor, lesson.id, shown.terms)
    assert lesson.state is LessonState.PUBLISHED


def test_a_reject_cannot_be_undone_into_a_withdrawn_session(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    rejecting.reject_booking(mentor, booking.id)
    withdraw_lesson(mentor, lesson.id)
    with pytest.raises(Conflict):
        rejecting.undo_reject(mentor, booking.id)


def test_others_sessions_and_those_that_have_begun_are_refused(mentor, learner, lesson) -> None:
    with pytest.raises(NotFound):
        withdraw_lesson(factories.mentor("Tom Ash"), lesson.id)
    with clock.stopped(lesson.starts_at), pytest.raises(Conflict, match="has begun"):
        withdraw_lesson(mentor, lesson.id)


def test_a_suspended_mentors_learners_get_everything_back_without_a_strike(mentor, learner) -> None:
    earned = factories.completed(learner, factories.lesson(mentor, starts_in=2 * HOUR))
    ahead = factories.confirmed(learner, factories.lesson(mentor, starts_in=20 * HOUR, policy=CancelPolicy.STRICT))
    disable_account(None, mentor.id, "fraud")
    disable_account(None, mentor.id, "fraud")
    money_moves()
    assert (ahead.state, ahead.payment.state) == (BookingState.CANCELED, PaymentState.REFUNDED)
    assert (ahead.settlement.verdict, strikes_of(mentor)) == (Verdict.MENTOR_SUSPENDED, 0)
    assert ahead.lesson.state is LessonState.WITHDRAWN
    with clock.stopped(now() + 60 * HOUR):
        settlement.release_earnings(earned.id)
    assert ledger.balance(ledger.available_to(mentor.id), "USD").amount_minor == 1800
    factories.verified(mentor)
    wanted = payouts.Withdrawal(amount="18", kind="upi", details={"upi_id": "success@upi"}, password=factories.PASSWORD)
    with pytest.raises(NotAllowed):
        payouts.withdraw(mentor, wanted)
    with pytest.raises(NotAllowed):
        factories.lesson(mentor)


def test_a_suspended_learners_bookings_end_by_their_own_policy(mentor, learner) -> None:
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=5 * HOUR, policy=CancelPolicy.MODERATE))
    disable_account(None, learner.id, "spam")
    money_moves()
    assert (booking.state, booking.kept.amount_minor) == (BookingState.CANCELED, 900)
    with clock.stopped(booking.lesson.ends_at + 24 * HOUR):
        jobs.release_due_earnings()
    assert ledger.balance(ledger.available_to(mentor.id), "USD").amount_minor == 900


def test_a_lost_reaction_is_found_by_the_sweep(app, mentor, learner, monkeypatch) -> None:
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=50 * HOUR))
    end_plans_of(mentor.id)  # an open account keeps all
    assert booking.state is BookingState.CONFIRMED
    monkeypatch.setattr(app.extensions["events"], "dispatch", lambda event: None)
    disable_account(None, mentor.id, "fraud")
    assert booking.state is BookingState.CONFIRMED
    end_plans_of_closed_accounts()
    end_plans_of_closed_accounts()
    assert booking.state is BookingState.CANCELED


def test_only_an_admin_closes_accounts(mentor, learner) -> None:
    with pytest.raises(NotAllowed):
        disable_account(mentor, learner.id, "because")
    assert learner.disabled_at is None


def test_a_learner_may_cancel_what_is_then_withdrawn(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    cancel_booking(learner, booking.id)
    withdraw_lesson(mentor, lesson.id)
    assert booking.settlement.verdict is Verdict.CANCELED_BY_LEARNER
