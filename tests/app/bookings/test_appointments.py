"""Open slots become bookings: one winner, every rule kept, and the time is offered again when nothing came of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.bookings import appointments, jobs, policies, queries, rejecting, service
from app.bookings.cancelling import cancel_booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict, NotAllowed
from app.kernel.transaction import transaction
from app.lessons import appointment_offers as offers
from app.lessons import availability
from app.lessons.appointment_offers import NotOffered
from app.lessons.availability import DeviationDraft, Rules
from app.lessons.availability_models import DeviationKind
from app.lessons.calendar import CalendarClash
from app.lessons.models import BusyTime, Lesson, LessonState
from app.lessons.slots import Rule
from app.payments import ledger
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.stopped(NOW):
        yield


@pytest.fixture
def offer(mentor):
    """An hour with Mira, Monday to Sunday from nine to five, UTC."""
    return factories.offer(mentor)


def free(offer, viewer=None) -> list[datetime]:
    db.session.expire_all()
    return offers.calendar_of(offer.mentor_id, viewer).slots(offer.duration_minutes)


def test_a_booked_slot_is_an_ordinary_booking_of_an_unlisted_session(offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    lesson = booking.lesson
    assert booking.state is BookingState.REQUESTED
    assert (lesson.starts_at, lesson.ends_at, lesson.is_listed, lesson.timezone) == (TUESDAY, TUESDAY + HOUR, False, "UTC")
    assert (lesson.title, lesson.price_minor, [topic.name for topic in lesson.topics]) == (offer.title, 1800, ["Knots"])
    assert TUESDAY not in free(offer)
    assert service.accept_booking(offer.mentor, booking.id).state is BookingState.CONFIRMED


def test_whoever_let_a_slot_run_out_takes_it_again_at_once_without_waiting_for_a_sweep(offer, learner) -> None:
    dead = appointments.hold_slot(learner, offer.id, TUESDAY)
    old = dead.lesson
    with clock.stopped(dead.held_until):
        booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    assert (booking.state, dead.state) == (BookingState.REQUESTED, BookingState.RELEASED)
    assert (booking.lesson.starts_at, old.state) == (TUESDAY, LessonState.WITHDRAWN)


def test_of_fifty_learners_at_one_slot_exactly_one_wins(app, offer) -> None:
    offer_id, ids = offer.id, [factories.learner().id for _ in range(50)]
    db.session.commit()

    def book(user_id: int):
        return lambda: appointments.book_slot(db.session.get_one(User, user_id), offer_id, TUESDAY, factories.UPI).id

    kinds = Counter(type(result).__name__ for result in at_once(app, *(book(user_id) for user_id in ids)))
    assert kinds == {"int": 1, "SlotTaken": 49}
    assert db.session.scalar(select(db.func.count()).select_from(Lesson)) == 1
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == -1800


def test_buffers_hold_in_a_race_too(app, offer) -> None:
    availability.save_rules(offer.mentor, Rules(buffer_before=30))
    offer_id, ids = offer.id, [factories.learner().id for _ in range(4)]
    db.session.commit()

    def book(user_id: int, start: datetime):
        return lambda: appointments.book_slot(db.session.get_one(User, user_id), offer_id, start, factories.UPI).id

    results = at_once(app, *(book(user_id, TUESDAY + number % 2 * HOUR) for number, user_id in enumerate(ids)))
    assert [type(result) for result in results].count(int) == 1, results


def test_the_daily_limit_holds_in_a_race_too(app, offer) -> None:
    availability.save_rules(offer.mentor, Rules(daily_limit=1))
    offer_id, ids = offer.id, [factories.learner().id for _ in range(4)]
    db.session.commit()

    def book(user_id: int, start: datetime):
        return lambda: appointments.book_slot(db.session.get_one(User, user_id), offer_id, start, factories.UPI).id

    results = at_once(app, *(book(user_id, TUESDAY + number * HOUR) for number, user_id in enumerate(ids)))
    assert [type(result) for result in results].count(int) == 1, results


def test_pressing_confirm_five_times_at_once_charges_once(app, offer, learner) -> None:
    offer_id, learner_id = offer.id, learner.id
    db.session.commit()
    results = at_once(
        app, *[lambda: appointments.book_slot(db.session.get_one(User, learner_id), offer_id, TUESDAY, factories.UPI).id] * 5
    )
    assert any(isinstance(result, int) for result in results), results
    assert all(isinstance(result, int | Conflict) for result in results), results
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == -1800
    assert db.session.scalar(select(db.func.count()).select_from(Lesson)) == 1


def test_an_unpaid_slot_is_offered_again_when_its_ten_minutes_are_over(offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.DECLINED_CARD)
    assert (booking.state, TUESDAY in free(offer)) == (BookingState.HELD, False)
    with clock.stopped(NOW + policies.HOLD):
        jobs.release_holds()
        assert TUESDAY in free(offer)
        assert booking.lesson.state is LessonState.WITHDRAWN
        again = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    assert again.state is BookingState.REQUESTED


def test_a_rejected_slot_stays_taken_while_it_can_be_undone_and_is_free_after(offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    rejecting.reject_booking(offer.mentor, booking.id)
    jobs.withdraw_unclaimed_sessions()
    assert TUESDAY not in free(offer)
    with clock.stopped(NOW + policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)
        assert TUESDAY in free(offer)


def test_an_unanswered_and_a_canceled_slot_are_offered_again(offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    with clock.stopped(booking.decide_by):
        jobs.expire_requests()
    assert TUESDAY in free(offer)
    second = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    service.accept_booking(offer.mentor, second.id)
    cancel_booking(learner, second.id)
    assert TUESDAY in free(offer)


def test_the_sweep_frees_what_a_crash_left(offer, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.DECLINED_CARD)
    with transaction():  # released, and nobody heard of it
        service.close(queries.locked(booking.id), BookingState.RELEASED, refund_because="unpaid")
    assert TUESDAY not in free(offer)
    jobs.withdraw_unclaimed_sessions()
    assert TUESDAY in free(offer)
    assert not db.session.scalars(select(BusyTime)).all()


def test_every_rule_is_asked_again_when_booking(offer, mentor, learner) -> None:
    def rule_of(start: datetime) -> Rule:
        with pytest.raises(NotOffered) as refused:
            appointments.book_slot(learner, offer.id, start, factories.UPI)
        return refused.value.rule

    availability.add_deviation(mentor, DeviationDraft(DeviationKind.AWAY, TUESDAY.date(), TUESDAY.date(), message="Sailing."))
    assert rule_of(NOW + HOUR) is Rule.NOTICE
    assert rule_of(NOW - HOUR) is Rule.PAST
    assert rule_of(TUESDAY) is Rule.AWAY
    assert rule_of(TUESDAY + timedelta(days=1, hours=10)) is Rule.OUTSIDE
    assert rule_of(TUESDAY + timedelta(days=1, minutes=7)) is Rule.STEP
    assert rule_of(TUESDAY + timedelta(days=80)) is Rule.HORIZON
    assert not db.session.scalars(select(Lesson)).all()


def test_fixed_sessions_need_no_notice_and_take_their_time_out_of_the_slots(offer, mentor) -> None:
    fixed = factories.lesson(mentor, starts_in=TUESDAY - NOW)
    assert not {start for start in free(offer) if fixed.starts_at - HOUR < start < fixed.ends_at}
    assert factories.lesson(mentor, starts_in=timedelta(minutes=30)).state is LessonState.PUBLISHED


def test_a_learner_is_not_shown_times_at_which_they_have_something_else(offer, learner) -> None:
    factories.confirmed(learner, factories.lesson(factories.mentor("Ada"), starts_in=TUESDAY - NOW))
    assert TUESDAY in free(offer)
    assert TUESDAY not in free(offer, learner)
    with pytest.raises(CalendarClash):
        appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    assert TUESDAY in free(offer)


def test_an_instant_offer_is_confirmed_at_once(mentor, learner) -> None:
    quick = factories.offer(mentor, is_instant=True)
    assert appointments.book_slot(learner, quick.id, TUESDAY, factories.UPI).state is BookingState.CONFIRMED


def test_nobody_books_a_paused_offer_or_their_own(offer, mentor, learner) -> None:
    with pytest.raises(NotAllowed):
        appointments.book_slot(mentor, offer.id, TUESDAY, factories.UPI)
    offers.pause_offer(mentor, offer.id, paused=True)
    with pytest.raises(Conflict):
        appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)


def test_a_changed_offer_leaves_what_is_booked_as_agreed(offer, mentor, learner) -> None:
    booking = appointments.book_slot(learner, offer.id, TUESDAY, factories.UPI)
    offers.change_offer(mentor, offer.id, factories.offer_draft(price=9900, topics=("Braids", "Knots")))
    db.session.expire_all()
    assert (queries.by_id(booking.id).lesson.price_minor, offer.price_minor) == (1800, 9900)
    assert [topic.name for topic in offer.topics] == ["Braids", "Knots"]
