"""Waiting lists: first come, first served, with a seat that is really held."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import blocks
from app.accounts.models import User
from app.bookings import cancelling, jobs, line, moving, policies, queries, queueing, rejecting, service
from app.bookings.events import SeatOffered
from app.bookings.line_models import EntryState, WaitingEntry
from app.bookings.service import SlotTaken
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed
from app.kernel.transaction import transaction
from app.notifications.models import Notice
from app.payments import jobs as payment_jobs
from app.payments import ledger
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database


@pytest.fixture
def full(mentor, learner):
    """A session whose only seat Lev has asked for."""
    return factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=3)))


@pytest.fixture
def ana(full):
    """First in line."""
    return in_line("Ana Sol", full.lesson_id)


@pytest.fixture
def bo(ana, full):
    """Second in line."""
    return in_line("Bo Lind", full.lesson_id)


def in_line(name: str, lesson_id: int) -> User:
    user = factories.learner(name)
    queueing.join_line(user, lesson_id)
    return user


def give_up(booking) -> None:
    """The mentor says no, ten seconds ago and more."""
    rejecting.reject_booking(booking.lesson.mentor, booking.id)
    with clock.stopped(now() + policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)


def entry(user, lesson_id) -> WaitingEntry:
    query = select(WaitingEntry).where(WaitingEntry.learner_id == user.id, WaitingEntry.lesson_id == lesson_id)
    return db.session.scalars(query.execution_options(populate_existing=True).order_by(WaitingEntry.id.desc())).unique().first()


def told(user) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)))


def test_everybody_knows_their_place(full, ana, bo) -> None:
    assert [line.standing_in(user, full.lesson_id).position for user in (ana, bo)] == [1, 2]
    queueing.leave_line(ana, full.lesson_id)
    queueing.leave_line(ana, full.lesson_id)
    assert line.standing_in(ana, full.lesson_id) is None
    assert line.standing_in(bo, full.lesson_id).position == 1


def test_a_freed_seat_is_held_for_the_first_and_nobody_else_can_take_it(heard, full, ana, bo) -> None:
    give_up(full)
    [offer] = heard.of(SeatOffered)
    held = queries.by_id(offer.booking_id)
    assert (held.learner_id, held.state, held.was_offered) == (ana.id, BookingState.HELD, True)
    assert held.held_until - held.created_at == policies.HOLD_FROM_LINE
    assert told(ana) == ["line.offered"]
    assert db.session.scalar(select(Notice.link).where(Notice.user_id == ana.id)) == f"/sessions/{full.lesson_id}?book=1"
    for stranger in (bo, factories.learner("Cy Voss")):
        with pytest.raises(SlotTaken):
            factories.request(stranger, full.lesson)


def test_whoever_pays_in_time_has_the_seat(full, ana) -> None:
    give_up(full)
    held = queries.live_of_learner_in(ana, full.lesson_id)
    with clock.stopped(now() + timedelta(minutes=25)):
        jobs.release_holds()
        paid = service.pay_again(ana, held.id, factories.UPI, note="I am new to knots")
    assert (paid.state, paid.note) == (BookingState.REQUESTED, "I am new to knots")
    assert entry(ana, full.lesson_id).state is EntryState.TAKEN
    assert not ledger.imbalance()


def test_when_nobody_takes_it_the_seat_goes_down_the_line_and_is_free_in_the_end(full, ana, bo) -> None:
    give_up(full)
    start = now() + policies.UNDO_REJECT
    for number, user in enumerate((ana, bo), start=1):
        with clock.stopped(start + number * (policies.HOLD_FROM_LINE + timedelta(seconds=1))):
            current_app.extensions["jobs"].run()
            assert entry(user, full.lesson_id).state is EntryState.PASSED
            assert told(user) == ["line.offered", "line.passed"]
    with clock.stopped(start + timedelta(hours=2)):
        assert factories.request(factories.learner("Cy Voss"), full.lesson).state is BookingState.REQUESTED


def test_the_sweep_alone_does_the_same(full, ana, bo, monkeypatch) -> None:
    monkeypatch.setattr(queueing, "hear_of", lambda _lesson_id: None)
    give_up(full)
    assert entry(ana, full.lesson_id).state is EntryState.WAITING
    with pytest.raises(SlotTaken):  # the seat belongs to the line, whatever the sweep has got round to
        factories.request(factories.learner("Cy Voss"), full.lesson)
    with clock.stopped(now() + timedelta(minutes=1)):
        jobs.serve_lines()
        jobs.serve_lines()
        assert [entry(user, full.lesson_id).state for user in (ana, bo)] == [EntryState.OFFERED, EntryState.WAITING]
    with clock.stopped(now() + timedelta(minutes=32)):
        jobs.release_holds()
        jobs.serve_lines()
        assert [entry(user, full.lesson_id).state for user in (ana, bo)] == [EntryState.PASSED, EntryState.OFFERED]


@pytest.mark.parametrize("who", ["mentor", "learner"])
def test_a_block_ends_the_waiting_and_the_seat_goes_to_the_next(heard, mentor, full, ana, bo, who) -> None:
    blocks.block(mentor, ana.id) if who == "mentor" else blocks.block(ana, mentor.id)
    give_up(full)
    assert [offer.learner_id for offer in heard.of(SeatOffered)] == [bo.id]
    assert entry(ana, full.lesson_id).state is EntryState.LEFT


def test_who_has_something_else_then_is_passed_over_and_told(full, ana, bo) -> None:
    factories.request(ana, factories.lesson(factories.mentor("Tom Ash"), starts_in=timedelta(days=3)))
    give_up(full)
    assert (entry(ana, full.lesson_id).state, told(ana)) == (EntryState.PASSED, ["line.busy"])
    assert entry(bo, full.lesson_id).state is EntryState.OFFERED


def test_who_holds_three_unpaid_seats_keeps_their_place_while_the_next_is_asked(full, ana, bo) -> None:
    for day in range(5, 5 + policies.MOST_UNPAID_HOLDS):
        service.hold_seat(ana, factories.lesson(full.lesson.mentor, starts_in=timedelta(days=day)).id)
    give_up(full)
    assert (entry(ana, full.lesson_id).state, entry(bo, full.lesson_id).state) == (EntryState.WAITING, EntryState.OFFERED)
    queueing.leave_line(bo, full.lesson_id)
    with clock.stopped(now() + policies.HOLD + timedelta(seconds=11)):
        jobs.release_holds()
        jobs.serve_lines()
    assert entry(ana, full.lesson_id).state is EntryState.OFFERED


def test_leaving_gives_an_offered_seat_to_the_next_at_once(full, ana, bo) -> None:
    give_up(full)
    queueing.leave_line(ana, full.lesson_id)
    assert queries.live_of_learner_in(ana, full.lesson_id) is None
    assert [entry(user, full.lesson_id).state for user in (ana, bo)] == [EntryState.LEFT, EntryState.OFFERED]


def test_nobody_leaves_while_their_payment_is_being_checked(full, ana) -> None:
    give_up(full)
    held = queries.live_of_learner_in(ana, full.lesson_id)
    service.pay_again(ana, held.id, factories.Choice(kind="upi", details={"upi_id": "timeout-after@upi"}))
    with pytest.raises(Conflict, match="being checked"):
        queueing.leave_line(ana, full.lesson_id)


def test_half_an_hour_before_the_start_the_line_closes(full, ana) -> None:
    with clock.stopped(policies.line_closes_at(full.lesson.starts_at)):
        current_app.extensions["jobs"].run()
        assert (entry(ana, full.lesson_id).state, told(ana)) == (EntryState.PASSED, ["line.over"])
        with pytest.raises(Conflict, match="closes half an hour"):
            queueing.join_line(factories.learner("Cy Voss"), full.lesson_id)


def test_an_offer_near_the_end_lasts_no_longer_than_the_line(mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(minutes=50)))
    user = in_line("Ana Sol", booking.lesson_id)
    give_up(booking)
    held = queries.live_of_learner_in(user, booking.lesson_id)
    assert held.held_until == policies.line_closes_at(booking.lesson.starts_at)


def test_only_a_full_session_has_a_line_and_only_for_those_without_a_seat(mentor, learner, full) -> None:
    with pytest.raises(Conflict, match="booked this session already"):
        queueing.join_line(learner, full.lesson_id)
    with pytest.raises(Conflict, match="A seat is free"):
        queueing.join_line(learner, factories.lesson(mentor).id)
    with pytest.raises(NotAllowed):
        queueing.join_line(mentor, full.lesson_id)


def test_whoever_moves_away_from_a_group_leaves_a_seat_to_the_line(mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=2)
    factories.confirmed(factories.learner("Cy Voss"), shared)
    going = factories.confirmed(learner, shared)
    user = in_line("Ana Sol", shared.id)
    moving.accept_move(mentor, factories.proposed(learner, going).id)
    assert entry(user, shared.id).state is EntryState.OFFERED


def test_whoever_cancels_leaves_their_seat_to_the_line(mentor, learner) -> None:
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=3)))
    user = in_line("Ana Sol", booking.lesson_id)
    cancelling.cancel_booking(learner, booking.id)
    assert entry(user, booking.lesson_id).state is EntryState.OFFERED


def test_those_in_line_hear_that_the_session_was_moved(mentor, full, ana) -> None:
    moving.accept_move(full.learner, factories.proposed(mentor, full).id)
    assert told(ana) == ["line.moved"]
    assert line.standing_in(ana, full.lesson_id).position == 1


def test_a_seat_that_is_offered_and_let_go_costs_nobody_anything(full, ana) -> None:
    give_up(full)
    with clock.stopped(now() + timedelta(hours=1)):
        jobs.release_holds()
        payment_jobs.carry_out_refunds()
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == 0
    assert not ledger.imbalance()


def test_two_taps_at_once_are_one_place(app, full) -> None:
    user_id, lesson_id = factories.learner("Ana Sol").id, full.lesson_id
    db.session.commit()
    results = at_once(app, *[lambda: queueing.join_line(db.session.get_one(User, user_id), lesson_id).id] * 5)
    assert len(set(results)) == 1
    assert isinstance(results[0], int), results


def test_the_database_keeps_one_place_for_each(full, ana) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add(WaitingEntry(lesson_id=full.lesson_id, learner_id=ana.id, created_at=now()))


@pytest.mark.parametrize("seed", range(4))
def test_the_last_seat_is_offered_or_booked_by_a_stranger_but_never_both(app, full, ana, seed) -> None:
    booking_id, lesson_id, stranger_id = full.id, full.lesson_id, factories.learner("Cy Voss").id
    rejecting.reject_booking(full.lesson.mentor, booking_id)
    db.session.commit()
    with clock.stopped(now() + policies.UNDO_REJECT):
        calls = [
            lambda: rejecting.finish_reject(booking_id),
            lambda: service.book(db.session.get_one(User, stranger_id), lesson_id, factories.UPI).id,
            lambda: queueing.serve_line(lesson_id),
        ]
        results = at_once(app, *(calls[(seed + offset) % 3] for offset in range(3)))
        jobs.serve_lines()
    assert sum(isinstance(result, SlotTaken) for result in results) == 1, results
    assert queries.taken_seats([lesson_id]) == {lesson_id: 1}
    assert entry(ana, lesson_id).state is EntryState.OFFERED
