"""The line of a booking's money tells the truth at every moment, and both people see the same sums."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.bookings import disputes, jobs, settlement
from app.bookings import queries as bookings
from app.bookings.attendance_models import Closing
from app.bookings.disputes import Claim
from app.bookings.money_line import Reach, Stage, money_line, sums_of
from app.extensions import db
from app.kernel import clock
from app.notifications.models import Notice
from app.payments import jobs as payment_jobs
from app.payments.covering import withdrawn_at
from app.payments.payouts import Withdrawal, withdraw
from tests import factories, post

DONE, NOW, NEXT = Reach.DONE, Reach.NOW, Reach.NEXT


def drawn(booking, **extra) -> list[tuple[Stage, Reach]]:
    """The line as (stage, reach) pairs, with its refunds."""
    booking = bookings.by_id(booking.id)
    return [(mark.stage, mark.reach) for mark in money_line(booking, booking.payment.refunds, **extra)]


def test_it_moves_one_step_at_a_time_from_request_to_release(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    assert drawn(booking) == [(Stage.HELD, DONE), (Stage.ACCEPTED, NOW), (Stage.TAUGHT, NEXT), (Stage.RELEASED, NEXT)]
    later = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=2)))
    assert drawn(later) == [(Stage.HELD, DONE), (Stage.ACCEPTED, DONE), (Stage.TAUGHT, DONE), (Stage.RELEASED, NOW)]
    assert money_line(later)[-1].at == later.release_at
    with clock.stopped(later.release_at):
        jobs.release_due_earnings()
    assert drawn(later)[-1] == (Stage.RELEASED, DONE)
    assert drawn(later, for_mentor=True)[-1] == (Stage.WITHDRAWN, NOW)


def test_a_declined_request_ends_with_the_money_back(mentor, learner, lesson) -> None:
    booking = factories.rejected(learner, lesson)
    assert drawn(booking) == [(Stage.HELD, DONE), (Stage.ENDED, DONE), (Stage.BACK, NOW)]
    with clock.stopped(booking.closed_at + timedelta(minutes=1)):
        payment_jobs.carry_out_refunds()
    assert drawn(booking)[-1] == (Stage.BACK, DONE)
    assert sums_of(booking).back == booking.price


def test_a_part_that_goes_back_stands_before_the_release_of_the_rest(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, learner.id, timedelta(), timedelta(minutes=60), Closing.ENDED)
    factories.stay(lesson, mentor.id, timedelta(), timedelta(minutes=30))
    with clock.stopped(lesson.ends_at):
        settlement.settle(booking.id)
        payment_jobs.carry_out_refunds()
    assert drawn(booking)[2:] == [(Stage.TAUGHT, DONE), (Stage.BACK, DONE), (Stage.RELEASED, NOW)]
    sums = sums_of(bookings.by_id(booking.id))
    assert (sums.price.amount_minor, sums.back.amount_minor, sums.mentors.amount_minor) == (1800, 900, 900)


def test_a_dispute_stands_where_the_money_waits(mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        dispute = disputes.open_dispute(learner, booking.id, Claim("other", "No braids.", "9"))
    line = money_line(bookings.by_id(booking.id), booking.payment.refunds)
    assert [(mark.stage, mark.reach) for mark in line][-2:] == [(Stage.DISPUTED, NOW), (Stage.RELEASED, NEXT)]
    assert line[-2].at == dispute.answer_by
    assert line[-1].at is None, "nobody can say when, while it is disputed"


def test_what_a_bank_takes_back_stands_in_the_line_and_mentor_and_admins_read_it_in_plain_words(mentor, learner, lesson) -> None:
    admin = factories.person("Ada Min")
    with factories.transaction():
        admin.is_admin = True
    booking = factories.confirmed(learner, lesson, factories.upi("dispute"))
    with clock.stopped(clock.now() + timedelta(minutes=1)):
        post.hand_over_all()
        post.hand_over_all()
    here = [(Stage.TAKEN_BACK, DONE), (Stage.TAUGHT, NOW), (Stage.RELEASED, NEXT)]
    assert drawn(booking) == [(Stage.HELD, DONE), (Stage.ACCEPTED, DONE), *here]
    said = {notice.user_id: notice for notice in db.session.scalars(select(Notice).where(Notice.kind.contains("back")))}
    assert set(said) == {mentor.id, admin.id}
    assert "bank of Lev Park took back $18" in said[mentor.id].body
    assert "loss is ours" in said[mentor.id].body
    assert f"Payment {booking.payment_id} (booking {booking.id}): $18 is gone from rehearsal" in said[admin.id].body


@pytest.mark.database
def test_what_was_released_first_is_withdrawn_first(mentor, learner) -> None:
    factories.verified(mentor)
    first, second = (factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=day))) for day in (1, 2))
    with clock.stopped(second.release_at):
        jobs.release_due_earnings()
        details = {"upi_id": "success@upi"}
        payout = withdraw(mentor, Withdrawal("20", kind="upi", details=details, password=factories.PASSWORD))
        wanted = [str(first.id), str(second.id)]
        assert withdrawn_at(mentor.id, "release", wanted) == {str(first.id): payout.wanted_at}
        rest = withdraw(mentor, Withdrawal("16", kind="upi", details=details, password=factories.PASSWORD))
        assert withdrawn_at(mentor.id, "release", wanted)[str(second.id)] == rest.wanted_at
