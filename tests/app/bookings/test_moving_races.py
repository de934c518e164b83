"""Two people answer at the same moment: real threads on a real database, one outcome."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.bookings import cancelling, moving, queries, rejecting, service
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.lessons import rescheduling
from app.lessons.calendar import CalendarClash
from app.lessons.models import BusyTime, Lesson
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database


def person(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def test_accepted_twice_at_once_it_moves_once(app, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    proposal_id, mentor_id, old = factories.proposed(learner, booking).id, mentor.id, lesson.starts_at
    db.session.commit()
    results = at_once(app, *[lambda: moving.accept_move(person(mentor_id), proposal_id).id] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 3 + ["int"]
    assert queries.by_id(booking.id).lesson.starts_at == old + timedelta(days=1)


@pytest.mark.parametrize("seed", range(4))
def test_accepted_and_taken_back_at_once_it_is_one_or_the_other(app, mentor, learner, lesson, seed) -> None:
    booking_id, old = factories.confirmed(learner, lesson).id, lesson.starts_at
    proposal_id, ids = factories.proposed(learner, queries.by_id(booking_id)).id, (mentor.id, learner.id)
    db.session.commit()
    calls = [
        lambda: moving.accept_move(person(ids[0]), proposal_id).id,
        lambda: moving.withdraw_move(person(ids[1]), proposal_id).id,
    ]
    at_once(app, *(calls if seed % 2 else reversed(calls)))
    state, starts_at = db.session.get_one(Proposal, proposal_id).state, queries.by_id(booking_id).lesson.starts_at
    assert (state, starts_at - old) in (
        (ProposalState.ACCEPTED, timedelta(days=1)),
        (ProposalState.WITHDRAWN, timedelta(0)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_an_offer_accepted_while_the_request_is_rejected_has_one_outcome(app, mentor, learner, lesson, seed) -> None:
    booking_id = factories.request(learner, lesson).id
    proposal_id, ids = factories.proposed(mentor, queries.by_id(booking_id)).id, (mentor.id, learner.id)
    db.session.commit()
    calls = [
        lambda: rejecting.reject_booking(person(ids[0]), booking_id).id,
        lambda: moving.accept_move(person(ids[1]), proposal_id).id,
    ]
    at_once(app, *(calls if seed % 2 else reversed(calls)))
    booking, proposal = queries.by_id(booking_id), db.session.get_one(Proposal, proposal_id)
    assert (booking.state, proposal.state) in (
        (BookingState.CONFIRMED, ProposalState.ACCEPTED),
        (BookingState.DECLINED, ProposalState.OPEN),
    )


@pytest.mark.parametrize("seed", range(4))
def test_accepted_and_canceled_at_once_the_booking_is_over_and_nobody_stays_busy(app, mentor, learner, lesson, seed) -> None:
    booking_id = factories.confirmed(learner, lesson).id
    proposal_id, ids = factories.proposed(learner, queries.by_id(booking_id)).id, (mentor.id, learner.id)
    db.session.commit()
    calls = [
        lambda: moving.accept_move(person(ids[0]), proposal_id).id,
        lambda: cancelling.cancel_booking(person(ids[1]), booking_id).id,
    ]
    at_once(app, *(calls if seed % 2 else reversed(calls)))
    assert queries.by_id(booking_id).state is BookingState.CANCELED
    assert db.session.get_one(Proposal, proposal_id).state in (ProposalState.ACCEPTED, ProposalState.EXPIRED)
    assert db.session.scalars(select(BusyTime).where(BusyTime.person_id == ids[1])).all() == []


def test_two_learners_who_move_to_the_same_hour_of_one_mentor_cannot_both(app, mentor) -> None:
    first, second = (
        factories.confirmed(factories.learner(name), factories.lesson(mentor, starts_in=timedelta(hours=hours)))
        for name, hours in (("Ana Sol", 20), ("Bo Lind", 30))
    )
    wanted = (now() + timedelta(days=3)).replace(second=0, microsecond=0, tzinfo=None)
    proposals = [moving.propose_move(booking.learner, booking.id, wanted, "UTC").id for booking in (first, second)]
    mentor_id = mentor.id
    db.session.commit()
    results = at_once(app, *[lambda number=number: moving.accept_move(person(mentor_id), number).id for number in proposals])
    kinds = [isinstance(result, Conflict) for result in results]
    assert sorted(kinds) == [False, True], results
    starts = [busy.starts_at for busy in db.session.scalars(select(BusyTime).where(BusyTime.person_id == mentor_id))]
    assert len(starts) == len(set(starts)) == 2


def test_two_who_wait_for_each_others_times_do_not_wait_for_ever_and_one_has_a_clash(app, mentor) -> None:
    """PostgreSQL ends such a deadlock by ending one of the two; on SQLite the second waits for the first to be through."""
    numbers = [factories.lesson(mentor, starts_in=timedelta(hours=hours)).id for hours in (20, 30, 40, 50)]
    one_time, other_time = now() + timedelta(days=5), now() + timedelta(days=6)
    db.session.commit()
    both_moved_once = threading.Barrier(2, timeout=2)

    def move_two(first: int, second: int, times: tuple[datetime, datetime]) -> str:
        with transaction():
            rescheduling.move(db.session.get_one(Lesson, first), times[0])
            with suppress(threading.BrokenBarrierError):
                both_moved_once.wait()
            rescheduling.move(db.session.get_one(Lesson, second), times[1])
        return "moved"

    results = at_once(
        app,
        lambda: move_two(numbers[0], numbers[1], (one_time, other_time)),
        lambda: move_two(numbers[2], numbers[3], (other_time, one_time)),
    )
    assert sorted(str(result) for result in results) == [CalendarClash.message, "moved"], results


def test_whoever_books_while_a_session_moves_books_what_they_saw_or_nothing(app, mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=2)
    lesson_id, old, mentor_id = shared.id, shared.starts_at, mentor.id
    booking = factories.confirmed(learner, shared)
    proposal_id, other_id = factories.proposed(learner, booking).id, factories.learner("Ana Sol").id
    db.session.commit()
    at_once(
        app,
        lambda: moving.accept_move(person(mentor_id), proposal_id).id,
        lambda: service.book(person(other_id), lesson_id, factories.UPI, meant_for=old).id,
    )
    theirs = db.session.scalars(select(Booking).where(Booking.learner_id == other_id)).unique().first()
    assert theirs is None or theirs.lesson.starts_at == old


def test_what_was_moved_a_moment_ago_is_not_booked_by_somebody_who_saw_the_old_time(mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=2)
    old = shared.starts_at
    moving.accept_move(mentor, factories.proposed(learner, factories.confirmed(learner, shared)).id)
    with pytest.raises(Conflict, match="moved to another time"):
        service.book(factories.learner("Ana Sol"), shared.id, factories.UPI, meant_for=old)


def test_the_database_refuses_a_fourth_proposal_and_a_second_open_one(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.proposed(learner, booking)
    starts_at, ends_at = now() + timedelta(days=9), now() + timedelta(days=9, hours=1)
    who = {"booking_id": booking.id, "proposed_by_id": mentor.id}
    for number in (2, 4):
        times = {"starts_at": starts_at, "ends_at": ends_at, "created_at": now(), "answer_by": now()}
        with pytest.raises(IntegrityError), transaction():
            db.session.add(Proposal(**who, **times, number=number, timezone="UTC"))


def test_the_guard_refuses_a_move_into_busy_time_nobody_saw(mentor, learner, lesson, monkeypatch) -> None:
    booking = factories.confirmed(learner, lesson)
    proposal = factories.proposed(learner, booking)
    other = factories.lesson(mentor, starts_in=timedelta(days=2))
    monkeypatch.setattr(moving, "require_both_free", lambda *_: None)
    with pytest.raises(Conflict, match="One of you has something else"):
        moving.accept_move(mentor, proposal.id)
    assert db.session.get_one(Lesson, lesson.id, populate_existing=True).starts_at < other.starts_at
