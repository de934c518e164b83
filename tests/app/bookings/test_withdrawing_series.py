"""Taking back this one, this and those that follow, or all: the sum is shown first, and each goes by its own rules."""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings import jobs, moving, queries, service
from app.bookings.cancelling import cancel_booking
from app.bookings.events import BookingCanceled
from app.bookings.states import BookingState
from app.bookings.strikes import strikes_of
from app.bookings.withdrawing import MoreBooked, preview_withdraw, withdraw_lesson
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.lessons.models import BusyTime, Lesson, LessonState
from app.lessons.series import Scope
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories
from tests.at_once import at_once

pytestmark = [pytest.mark.database, pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")]

HOUR = timedelta(hours=1)


def states(found: list[Lesson]) -> list[str]:
    return [one.state.value[0] for one in found]


def someone(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def money_moves() -> None:
    with clock.stopped(now() + timedelta(minutes=5)):
        for _ in range(3):
            payment_jobs.reconcile_payments()
            jobs.hear_money()
            payment_jobs.carry_out_refunds()


@pytest.mark.parametrize(("scope", "gone"), [(Scope.THIS, "pwpp"), (Scope.FOLLOWING, "pwww"), (Scope.ALL, "wwww")])
def test_as_many_are_taken_back_as_are_meant(mentor, scope, gone) -> None:
    found = factories.series(mentor, 4)
    shown = preview_withdraw(mentor, found[1].id, scope)
    assert [one.id for one in shown.lessons] == [one.id for one, state in zip(found, gone, strict=True) if state == "w"]
    withdraw_lesson(mentor, found[1].id, shown.terms, scope)
    assert "".join(states(found)) == gone
    assert db.session.scalar(db.select(db.func.count()).select_from(BusyTime)) == gone.count("p")


def test_everybody_of_every_session_gets_everything_back_once(heard, mentor) -> None:
    found = factories.series(mentor, 4, capacity=2)
    ana, bo = factories.learner("Ana Sol"), factories.learner("Bo Lind")
    accepted, asked = factories.confirmed(ana, found[0]), factories.request(bo, found[2], factories.CARD)
    again, held = factories.confirmed(ana, found[2]), service.hold_seat(factories.learner("Cy Hart"), found[3].id)
    shown = preview_withdraw(mentor, found[0].id, Scope.ALL)
    assert [one.id for one in shown.bookings] == [accepted.id, asked.id, again.id]
    for _ in range(2):
        withdraw_lesson(mentor, found[0].id, shown.terms, Scope.ALL)
    money_moves()
    assert [one.state for one in (accepted, asked, again)] == [BookingState.CANCELED] * 3
    assert held.state is BookingState.RELEASED
    assert [one.payment.state for one in (accepted, asked, again)] == [PaymentState.REFUNDED, PaymentState.CANCELED, PaymentState.REFUNDED]
    assert len(heard.of(BookingCanceled)) == 3
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == 0


def test_only_what_begins_within_a_day_counts_against_the_mentor(mentor, learner) -> None:
    found = factories.series(mentor, 3, starts_in=5 * HOUR)
    bookings = [factories.confirmed(learner, one) for one in found[:2]]
    assert preview_withdraw(mentor, found[0].id, Scope.ALL).strikes == 1
    withdraw_lesson(mentor, found[0].id, None, Scope.ALL)
    assert [one.settlement.is_strike for one in bookings] == [True, False]
    assert strikes_of(mentor) == 1


def test_who_books_any_of_them_while_the_mentor_looks_is_not_canceled_unseen(mentor, learner) -> None:
    found = factories.series(mentor, 3)
    shown = preview_withdraw(mentor, found[0].id, Scope.FOLLOWING)
    factories.request(learner, found[2])
    with pytest.raises(MoreBooked):
        withdraw_lesson(mentor, found[0].id, shown.terms, Scope.FOLLOWING)
    assert states(found) == ["p", "p", "p"]


def test_what_was_shown_for_one_is_no_agreement_to_all(mentor) -> None:
    found = factories.series(mentor, 3)
    with pytest.raises(MoreBooked):
        withdraw_lesson(mentor, found[0].id, preview_withdraw(mentor, found[0].id).terms, Scope.ALL)
    assert states(found) == ["p", "p", "p"]


def test_those_that_have_begun_stay_and_others_series_are_not_found(mentor) -> None:
    found = factories.series(mentor, 3)
    with pytest.raises(NotFound):
        preview_withdraw(factories.mentor("Tom Ash"), found[0].id, Scope.ALL)
    with clock.stopped(found[0].starts_at):
        with pytest.raises(Conflict, match="has begun"):
            withdraw_lesson(mentor, found[0].id, None, Scope.ALL)
        withdraw_lesson(mentor, found[2].id, None, Scope.ALL)
    assert states(found) == ["p", "w", "w"]


def test_one_that_is_gone_already_takes_no_other_with_it(mentor) -> None:
    found = factories.series(mentor, 3)
    withdraw_lesson(mentor, found[0].id)
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_lesson(mentor, found[0].id, None, Scope.ALL)
    assert states(found) == ["w", "p", "p"]
    assert found[0].state is LessonState.WITHDRAWN


def test_bookings_are_locked_in_one_order_those_that_have_ended_too(mentor, monkeypatch) -> None:
    found = factories.series(mentor, 3)
    first, second = (factories.confirmed(factories.learner(name), one) for name, one in (("Ana Sol", found[0]), ("Bo Lind", found[2])))
    cancel_booking(first.learner, first.id)
    order = []
    really = queries.locked
    monkeypatch.setattr(queries, "locked", lambda number: order.append(number) or really(number))
    withdraw_lesson(mentor, found[1].id, None, Scope.ALL)
    assert order[:2] == [first.id, second.id], "who locks the second before the first waits for who has the first, for ever"


@pytest.mark.parametrize("seed", range(12))
def test_taken_back_while_learners_cancel_move_and_book_every_booking_has_one_outcome(app, mentor, seed) -> None:
    found = factories.series(mentor, 3)
    ana, bo, cy = (factories.learner(name) for name in ("Ana Sol", "Bo Lind", "Cy Hart"))
    first, second = factories.confirmed(ana, found[0]), factories.confirmed(bo, found[2])
    proposal_id = factories.proposed(bo, second, timedelta(days=2)).id
    ids, lessons, people = (first.id, second.id), [one.id for one in found], (mentor.id, ana.id, cy.id)
    db.session.commit()
    calls = [
        lambda: withdraw_lesson(someone(people[0]), lessons[0], None, Scope.ALL).id,
        lambda: withdraw_lesson(someone(people[0]), lessons[1], None, Scope.ALL).id,
        lambda: cancel_booking(someone(people[1]), ids[0]).id,
        lambda: moving.accept_move(someone(people[0]), proposal_id).id,
        lambda: service.book(someone(people[2]), lessons[1], factories.UPI).id,
    ]
    at_once(app, *(calls[(seed + offset) % 5] for offset in range(5)))
    money_moves()
    assert [db.session.get_one(Lesson, number).state for number in lessons] == [LessonState.WITHDRAWN] * 3
    everybody = db.session.scalars(db.select(queries.Booking)).unique().all()
    assert {one.state for one in everybody} <= {BookingState.CANCELED, BookingState.RELEASED}
    assert not db.session.scalars(db.select(BusyTime)).all()
    assert ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == 0
    assert not ledger.imbalance()
