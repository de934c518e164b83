"""Cancel, by either side, at every stage of the money: who gets what, once, and the seat is free."""

from datetime import timedelta

import pytest

from app.bookings import jobs, queries, service, settlement
from app.bookings.cancelling import TermsChanged, cancel_booking, preview_cancel
from app.bookings.earnings import snapshot
from app.bookings.events import BookingCanceled, BookingReleased
from app.bookings.models import Booking
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.bookings.strikes import strikes_of
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.lessons import queries as lessons
from app.lessons.models import CancelPolicy
from app.notifications.models import Mail, Notice
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.methods import Choice
from app.payments.models import PaymentState, RefundState
from tests import factories

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WAYS = {"upi": factories.UPI, "card": factories.CARD, "bank": factories.BANK}


def dollars(cents: int) -> Money:
    return Money(cents, "USD")


def before(booking: Booking, span: timedelta):
    """Time stands still, so long before the start."""
    return clock.stopped(booking.lesson.starts_at - span)


def held_for(booking: Booking) -> int:
    return ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").amount_minor


def available_to(mentor) -> int:
    return ledger.balance(ledger.available_to(mentor.id), "USD").amount_minor


def money_moves(times: int = 3) -> None:
    """Every sweep of payments, a few times, and the bookings that listen to them."""
    for _ in range(times):
        payment_jobs.reconcile_payments()
        jobs.hear_money()
        payment_jobs.carry_out_refunds()


def confirmed(mentor, learner, policy: str = "moderate", *, starts_in: timedelta = 100 * HOUR, price: int = 1800) -> Booking:
    terms = {"starts_in": starts_in, "price": price, "policy": CancelPolicy(policy), "is_free": price == 0}
    booking = factories.confirmed(learner, factories.lesson(mentor, **terms))
    assert booking.state is BookingState.CONFIRMED
    return booking


@pytest.mark.parametrize(
    ("policy", "span", "back"),
    [
        ("flexible", 2 * HOUR, 1800),
        ("flexible", 2 * HOUR - SECOND, 900),
        ("moderate", 24 * HOUR, 1800),
        ("moderate", 24 * HOUR - SECOND, 900),
        ("moderate", 2 * HOUR, 900),
        ("moderate", 2 * HOUR - SECOND, 0),
        ("strict", 72 * HOUR, 1800),
        ("strict", 24 * HOUR, 900),
        ("strict", 24 * HOUR - SECOND, 0),
        ("strict", SECOND, 0),
    ],
)
def test_a_learner_gets_back_what_the_policy_says_and_the_mentor_the_rest(mentor, learner, policy, span, back) -> None:
    booking = confirmed(mentor, learner, policy)
    with before(booking, span):
        assert preview_cancel(learner, booking.id).refund == dollars(back)
        cancel_booking(learner, booking.id)
        money_moves()
        assert (booking.state, held_for(booking)) == (BookingState.CANCELED, 1800 - back)
        assert booking.kept == dollars(1800 - back)
        assert snapshot(mentor).held == dollars(1800 - back)
        assert not strikes_of(mentor)
    with clock.stopped(booking.lesson.ends_at + 24 * HOUR - SECOND):
        jobs.release_due_earnings()
        assert available_to(mentor) == 0
    with clock.stopped(booking.lesson.ends_at + 24 * HOUR):
        jobs.release_due_earnings()
        jobs.release_due_earnings()
        jobs.settle_past()
    assert (held_for(booking), available_to(mentor)) == (0, 1800 - back)
    assert snapshot(mentor).held == dollars(0)
    assert not ledger.imbalance()


def test_what_stays_goes_to_the_mentor_less_the_fee_agreed_when_booking(mentor, learner) -> None:
    booking = confirmed(mentor, learner, "flexible")
    with transaction():
        booking.fee_bps = 1000
    with before(booking, HOUR):
        ending = preview_cancel(learner, booking.id)
        assert (ending.kept, ending.mentors_part) == (dollars(900), dollars(810))
        cancel_booking(learner, booking.id)
        money_moves()
        assert snapshot(mentor).held == dollars(810)
    with clock.stopped(booking.lesson.ends_at + 24 * HOUR):
        jobs.release_due_earnings()
    assert (available_to(mentor), ledger.balance(ledger.FEES, "USD").amount_minor, held_for(booking)) == (810, 90, 0)


@pytest.mark.parametrize(("span", "strikes"), [(24 * HOUR, 0), (24 * HOUR - SECOND, 1), (SECOND, 1)])
def test_a_mentor_always_gives_everything_back_and_late_ones_count(mentor, learner, span, strikes) -> None:
    booking = confirmed(mentor, learner, "strict")
    with before(booking, span):
        assert preview_cancel(mentor, booking.id).is_strike is bool(strikes)
        cancel_booking(mentor, booking.id)
        money_moves()
    assert (booking.payment.state, held_for(booking), strikes_of(mentor)) == (PaymentState.REFUNDED, 0, strikes)
    assert booking.settlement.verdict is Verdict.CANCELED_BY_MENTOR
    assert snapshot(mentor).held == dollars(0)


@pytest.mark.parametrize("way", WAYS)
def test_before_the_mentor_has_answered_everything_comes_back_by_every_method(mentor, learner, way) -> None:
    offered = factories.lesson(mentor, starts_in=HOUR, policy=CancelPolicy.STRICT)
    booking = factories.request(learner, offered, WAYS[way])
    cancel_booking(learner, booking.id)
    with clock.stopped(now() + timedelta(minutes=5)):
        money_moves()
    assert booking.state is BookingState.CANCELED
    assert booking.payment.state in (PaymentState.REFUNDED, PaymentState.CANCELED)
    assert (held_for(booking), ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor) == (0, 0)
    assert all(refund.state is RefundState.DONE for refund in booking.payment.refunds)


def test_money_that_arrives_after_the_cancel_goes_back(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.PENDING_UPI)
    service.accept_booking(mentor, booking.id)
    assert booking.payment.state is PaymentState.PROCESSING
    cancel_booking(learner, booking.id)
    with clock.stopped(now() + timedelta(minutes=5)):
        payment_jobs.reconcile_payments()  # it arrives before anybody could stop it
        assert booking.payment.state is PaymentState.CAPTURED
        money_moves()
    assert (booking.state, booking.payment.state, held_for(booking)) == (BookingState.CANCELED, PaymentState.REFUNDED, 0)


def test_a_payment_nobody_has_answered_yet_ends_right_too(mentor, learner, lesson) -> None:
    booking = service.book(learner, lesson.id, Choice(kind="upi", details={"upi_id": "timeout-after@upi"}))
    assert (booking.state, booking.payment.state) == (BookingState.HELD, PaymentState.CHECKING)
    cancel_booking(learner, booking.id)
    with clock.stopped(now() + timedelta(minutes=5)):
        money_moves()
    assert (booking.state, booking.payment.state, held_for(booking)) == (BookingState.RELEASED, PaymentState.REFUNDED, 0)


def test_a_hold_is_simply_let_go(heard, mentor, learner, lesson) -> None:
    booking = service.hold_seat(learner, lesson.id)
    cancel_booking(learner, booking.id)
    cancel_booking(learner, booking.id)
    assert booking.state is BookingState.RELEASED
    assert (len(heard.of(BookingReleased)), len(heard.of(BookingCanceled))) == (1, 0)
    assert factories.request(factories.learner("Ana Sol"), lesson).state is BookingState.REQUESTED


def test_the_seat_and_the_time_are_free_at_once_and_the_catalog_has_it_again(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    offered = booking.lesson
    assert offered not in lessons.search(lessons.Search()).lessons
    cancel_booking(learner, booking.id)
    assert offered in lessons.search(lessons.Search()).lessons
    elsewhere = factories.lesson(factories.mentor("Tom Ash"), starts_in=100 * HOUR)
    assert factories.request(learner, elsewhere).state is BookingState.REQUESTED
    assert factories.confirmed(factories.learner("Ana Sol"), offered).state is BookingState.CONFIRMED


def test_pressing_twice_cancels_once(heard, mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    terms = preview_cancel(learner, booking.id).terms
    cancel_booking(learner, booking.id, terms)
    cancel_booking(learner, booking.id, terms)
    assert len(heard.of(BookingCanceled)) == 1
    assert len(booking.payment.refunds) == 1
    with pytest.raises(Conflict, match="canceled"):
        cancel_booking(mentor, booking.id)


def test_when_a_tier_ends_between_the_preview_and_the_tap_nothing_happens(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    with before(booking, 24 * HOUR):
        shown = preview_cancel(learner, booking.id)
    with before(booking, 24 * HOUR - SECOND):
        with pytest.raises(TermsChanged):
            cancel_booking(learner, booking.id, shown.terms)
        assert (booking.state, booking.payment.refunds) == (BookingState.CONFIRMED, [])
        cancel_booking(learner, booking.id, preview_cancel(learner, booking.id).terms)
    assert booking.settlement.refund == dollars(900)


def test_a_mentor_is_shown_that_it_counts_before_it_does(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    with before(booking, 24 * HOUR):
        shown = preview_cancel(mentor, booking.id)
    with before(booking, 23 * HOUR), pytest.raises(TermsChanged):
        cancel_booking(mentor, booking.id, shown.terms)
    assert not strikes_of(mentor)


def test_once_it_has_begun_presence_decides_and_nobody_can_cancel(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    with before(booking, timedelta()):
        for person in (learner, mentor):
            with pytest.raises(Conflict, match="has begun"):
                cancel_booking(person, booking.id)
    assert booking.state is BookingState.CONFIRMED


def test_strangers_find_nothing_to_cancel(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    for stranger in (factories.learner("Ana Sol"), factories.mentor("Tom Ash")):
        for deed in (preview_cancel, cancel_booking):
            with pytest.raises(NotFound):
                deed(stranger, booking.id)


def test_what_is_over_cannot_be_canceled(mentor, learner, lesson) -> None:
    taught = factories.completed(learner, lesson)
    declined = factories.rejected(factories.learner("Ana Sol"), factories.lesson(mentor, starts_in=50 * HOUR))
    for booking in (taught, declined):
        with pytest.raises(Conflict):
            cancel_booking(mentor, booking.id)


def test_the_policy_counts_as_it_was_when_booked(mentor, learner) -> None:
    booking = confirmed(mentor, learner, "flexible")
    with transaction():
        booking.lesson.cancel_policy = CancelPolicy.STRICT
    with before(booking, 3 * HOUR):
        assert preview_cancel(learner, booking.id).refund == dollars(1800)


def test_both_are_told_the_sums_in_the_app_and_by_mail(mentor, learner) -> None:
    booking = confirmed(mentor, learner, "flexible")
    with before(booking, HOUR):
        cancel_booking(learner, booking.id)
    notices = {n.user_id: n.body for n in db.session.scalars(db.select(Notice).where(Notice.kind == "booking.canceled"))}
    assert "You canceled 1 h before the start: $9 of $18 goes back to you. The rest is Mira’s." in notices[learner.id]
    assert "Lev canceled 1 h before the start: $9 of $18 goes back to Lev. The rest is yours." in notices[mentor.id]
    mails = [mail.text for mail in db.session.scalars(db.select(Mail)) if "$9 of $18" in mail.text]
    assert len(mails) == 2


def test_one_of_three_learners_cancels_and_the_others_still_meet(mentor) -> None:
    offered = factories.lesson(mentor, starts_in=100 * HOUR, capacity=3)
    bookings = [factories.confirmed(factories.learner(name), offered) for name in ("Ana Sol", "Bo Lind", "Cy Hart")]
    cancel_booking(bookings[1].learner, bookings[1].id)
    assert [b.learner.name for b in queries.meetings_of(offered.id)] == ["Ana Sol", "Cy Hart"]
    assert factories.confirmed(factories.learner("Di Vega"), offered).seat_no == 2


def test_a_session_of_which_everybody_was_canceled_is_never_settled(mentor, learner) -> None:
    booking = confirmed(mentor, learner)
    cancel_booking(learner, booking.id)
    with clock.stopped(booking.lesson.ends_at + HOUR):
        for sweep in (jobs.decide_absences, jobs.settle_past, jobs.remind, jobs.give_up_on_late_money, jobs.expire_requests):
            sweep()
        settlement.settle_lesson(booking.lesson_id)
    assert (booking.state, booking.settlement.verdict) == (BookingState.CANCELED, Verdict.CANCELED_BY_LEARNER)


def test_a_free_booking_is_canceled_without_any_money(mentor, learner) -> None:
    booking = confirmed(mentor, learner, price=0)
    with before(booking, HOUR):
        assert preview_cancel(learner, booking.id).refund == dollars(0)
        cancel_booking(learner, booking.id)
        money_moves()
    assert (booking.state, booking.payment, booking.release_at) == (BookingState.CANCELED, None, None)
    bodies = db.session.scalars(db.select(Notice.body).where(Notice.kind == "booking.canceled")).all()
    assert not [body for body in bodies if "$" in body]
