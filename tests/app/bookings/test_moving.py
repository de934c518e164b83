"""Another time by agreement: what is carried, what is refused, and who hears of it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from app.bookings import jobs, moving, policies, queries, rejecting, service, settlement
from app.bookings.events import BookingConfirmed, BookingMissed, BookingMoved, MoveClosed, SessionNear
from app.bookings.free_times import free_for_both
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.lessons.models import BusyTime, Lesson, LessonState
from app.live import queries as rooms
from app.live import service as live
from app.notifications.models import Mail, Notice
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


@pytest.fixture
def meeting(learner, lesson) -> Booking:
    """Lev and Mira meet tomorrow."""
    return factories.confirmed(learner, lesson)


def later(span: timedelta):
    return clock.stopped(now() + span)


def busy(person_id: int) -> set[tuple[datetime, datetime]]:
    rows = db.session.scalars(select(BusyTime).where(BusyTime.person_id == person_id).execution_options(populate_existing=True))
    return {(row.starts_at, row.ends_at) for row in rows}


def told(person) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.user_id == person.id).order_by(Notice.id)))


def test_when_the_other_side_agrees_everything_is_carried_to_the_new_time(heard, mentor, learner, meeting) -> None:
    old, room = meeting.lesson.starts_at, rooms.of_lesson(meeting.lesson_id)
    agreed = (meeting.payment_id, meeting.price_minor, meeting.cancel_policy, meeting.lesson_id)
    proposal = factories.proposed(learner, meeting, by=2 * DAY, note="I have the flu")
    assert (queries.by_id(meeting.id).lesson.starts_at, proposal.state) == (old, ProposalState.OPEN)
    moved = moving.accept_move(mentor, proposal.id)
    assert moved.lesson.starts_at == old + 2 * DAY
    assert moved.lesson.ends_at == old + 2 * DAY + timedelta(hours=1)
    assert (moved.payment_id, moved.price_minor, moved.cancel_policy, moved.lesson_id) == agreed
    assert busy(mentor.id) == busy(learner.id) == {(moved.lesson.starts_at, moved.lesson.ends_at)}
    assert rooms.of_lesson(moved.lesson_id).public_id == room.public_id
    [fact] = heard.of(BookingMoved)
    assert (fact.booking_id, fact.lesson_id, fact.learner_id, fact.mentor_id) == (moved.id, moved.lesson_id, learner.id, mentor.id)
    assert told(mentor)[-2:] == ["move.proposed", "booking.moved"]
    assert told(learner)[-1] == "booking.moved"
    assert not ledger.imbalance()


def test_a_mail_announces_the_question_and_the_answer(mentor, learner, meeting) -> None:
    moving.accept_move(mentor, factories.proposed(learner, meeting).id)
    subjects = list(db.session.scalars(select(Mail.subject).where(Mail.to == mentor.email)))
    assert any(subject.startswith("Another time?") for subject in subjects)
    assert any(subject.startswith("Moved") for subject in subjects)


def test_the_old_time_stays_when_the_other_side_keeps_it(heard, mentor, learner, meeting) -> None:
    old = meeting.lesson.starts_at
    proposal = factories.proposed(mentor, meeting)
    moving.decline_move(learner, proposal.id)
    assert queries.by_id(meeting.id).lesson.starts_at == old
    assert told(mentor)[-1] == "move.kept"
    with pytest.raises(Conflict, match="nothing was moved"):
        moving.accept_move(learner, proposal.id)
    assert heard.of(BookingMoved) == []


def test_three_proposals_and_no_more(mentor, learner, meeting) -> None:
    for number, person in enumerate((mentor, learner, mentor), start=1):
        assert moving.proposals_left(meeting.id) == 4 - number
        proposal = factories.proposed(person, meeting, by=number * DAY)
        moving.withdraw_move(person, proposal.id)
    with pytest.raises(Conflict, match="Three other times"):
        factories.proposed(learner, meeting, by=4 * DAY)


def test_one_waits_for_an_answer_at_a_time(mentor, learner, meeting) -> None:
    factories.proposed(learner, meeting)
    for person in (mentor, learner):
        with pytest.raises(Conflict, match="needs an answer first"):
            factories.proposed(person, meeting, by=3 * DAY)


def test_only_the_other_side_answers_and_only_the_proposer_takes_back(mentor, learner, meeting) -> None:
    proposal = factories.proposed(learner, meeting)
    for answer in (moving.accept_move, moving.decline_move):
        with pytest.raises(NotAllowed):
            answer(learner, proposal.id)
    with pytest.raises(NotAllowed):
        moving.withdraw_move(mentor, proposal.id)
    moving.withdraw_move(learner, proposal.id)
    moving.withdraw_move(learner, proposal.id)
    with pytest.raises(Conflict, match="taken back"):
        moving.accept_move(mentor, proposal.id)


def test_for_strangers_there_is_nothing_to_find(meeting, learner) -> None:
    proposal, stranger = factories.proposed(learner, meeting), factories.person(teaches=True)
    with pytest.raises(NotFound):
        factories.proposed(stranger, meeting)
    for use_case in (moving.accept_move, moving.decline_move, moving.withdraw_move):
        with pytest.raises(NotFound):
            use_case(stranger, proposal.id)


@pytest.mark.parametrize(
    ("by", "says"),
    [(-2 * DAY, "has passed"), (400 * DAY, "within the next year"), (timedelta(0), "the time it has already")],
    ids=("past", "too far", "the same"),
)
def test_a_time_that_cannot_be_is_refused_on_its_field(learner, meeting, by, says) -> None:
    with pytest.raises(Invalid) as fault:
        factories.proposed(learner, meeting, by=by)
    assert says in fault.value.fields["starts_at"]


def test_an_hour_that_the_clocks_leave_out_does_not_exist(learner, mentor) -> None:
    with clock.stopped(datetime(2027, 3, 20, 12, tzinfo=UTC)):
        booking = factories.confirmed(learner, factories.lesson(mentor))
        with pytest.raises(Invalid, match="Clocks go forward"):
            moving.propose_move(learner, booking.id, datetime(2027, 3, 28, 2, 30), "Europe/Berlin")
        proposal = moving.propose_move(learner, booking.id, datetime(2027, 3, 28, 3, 30), "Europe/Berlin")
        assert proposal.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
        with pytest.raises(Invalid, match="do not know"):
            moving.propose_move(learner, booking.id, datetime(2027, 3, 28, 3, 30), "Mars/Olympus")


def test_a_time_in_which_one_of_them_is_busy_is_not_proposed_and_says_whose_it_is(mentor, learner, meeting) -> None:
    factories.lesson(mentor, starts_in=2 * DAY, title="Whittling")
    with pytest.raises(Invalid, match="Mira has something else"):
        factories.proposed(learner, meeting, by=DAY + timedelta(minutes=30))
    with pytest.raises(Invalid, match="You have “Whittling”"):
        factories.proposed(mentor, meeting, by=DAY)
    assert factories.proposed(mentor, meeting, by=DAY + timedelta(hours=1)).is_open  # one after the other is fine


def test_who_got_busy_meanwhile_cannot_be_moved_and_nothing_changes(mentor, learner, meeting) -> None:
    old, proposal = meeting.lesson.starts_at, factories.proposed(learner, meeting)
    factories.request(learner, factories.lesson(factories.mentor("Tom Ash"), starts_in=2 * DAY))
    with pytest.raises(Conflict, match="Lev has something else at that time"):
        moving.accept_move(mentor, proposal.id)
    assert db.session.get_one(Lesson, meeting.lesson_id, populate_existing=True).starts_at == old
    assert db.session.get_one(Proposal, proposal.id, populate_existing=True).is_open


def test_moving_by_half_an_hour_does_not_collide_with_itself(mentor, learner, meeting) -> None:
    old = meeting.lesson.starts_at
    moved = moving.accept_move(mentor, factories.proposed(learner, meeting, by=timedelta(minutes=30)).id)
    assert moved.lesson.starts_at == old + timedelta(minutes=30)


def test_one_of_a_group_moves_alone_and_the_others_keep_their_time(mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=3, topics=("Knots", "Braids"))
    staying, going = factories.confirmed(factories.learner("Ana Sol"), shared), factories.confirmed(learner, shared)
    old = shared.starts_at
    moved = moving.accept_move(mentor, factories.proposed(learner, going).id)
    copy = moved.lesson
    assert (copy.id != shared.id, copy.starts_at, copy.capacity, copy.is_listed) == (True, old + DAY, 1, False)
    assert [topic.name for topic in copy.topics] == ["Knots", "Braids"]
    assert (copy.title, copy.price_minor, copy.cancel_policy) == (shared.title, shared.price_minor, shared.cancel_policy)
    assert queries.by_id(staying.id).lesson.starts_at == old
    assert busy(learner.id) == {(copy.starts_at, copy.ends_at)}
    assert busy(mentor.id) == {(shared.starts_at, shared.ends_at), (copy.starts_at, copy.ends_at)}
    assert rooms.of_lesson(copy.id).public_id != rooms.of_lesson(shared.id).public_id
    assert live.queries.visit(learner, rooms.of_lesson(copy.id).public_id).seat.booking_id == going.id
    with pytest.raises(NotFound):
        live.queries.visit(learner, rooms.of_lesson(shared.id).public_id)
    assert queries.taken_seats([shared.id]) == {shared.id: 1}


def test_a_copy_whose_only_booking_ends_frees_its_mentor(mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=2)
    factories.confirmed(factories.learner("Ana Sol"), shared)
    going = factories.request(learner, shared, factories.PENDING_UPI)
    copy = moving.accept_move(mentor, factories.proposed(learner, going).id).lesson
    with clock.stopped(copy.starts_at - timedelta(minutes=20)):
        jobs.give_up_on_late_money()
    assert queries.by_id(going.id).state is BookingState.EXPIRED
    assert db.session.get_one(Lesson, copy.id, populate_existing=True).state is LessonState.WITHDRAWN
    assert busy(mentor.id) == {(shared.starts_at, shared.ends_at)}


def test_a_sweep_frees_the_mentor_of_a_copy_whose_end_nobody_heard_of(mentor, learner) -> None:
    shared = factories.lesson(mentor, capacity=3)
    factories.confirmed(factories.learner("Ana Sol"), shared)
    copies = []
    for student, days in ((learner, 1), (factories.learner("Cy Voss"), 2)):
        going = factories.confirmed(student, shared)
        copies.append(moving.accept_move(mentor, factories.proposed(student, going, by=days * DAY).id))
    over, kept = copies
    alone = factories.lesson(mentor, starts_in=5 * DAY)
    with factories.transaction():  # it ends, and a crash swallows what follows
        service.close(queries.locked(over.id), BookingState.CANCELED)
    before = busy(mentor.id)
    for _ in range(2):
        jobs.free_mentors()
        assert busy(mentor.id) == before - {(over.lesson.starts_at, over.lesson.ends_at)}
    states = [db.session.get_one(Lesson, one.id, populate_existing=True).state for one in (over.lesson, kept.lesson, shared, alone)]
    assert states == [LessonState.WITHDRAWN] + [LessonState.PUBLISHED] * 3


def test_jobs_for_the_old_time_do_nothing_and_those_for_the_new_one_come(heard, mentor, learner, meeting) -> None:
    old = meeting.lesson.starts_at
    moved = moving.accept_move(mentor, factories.proposed(learner, meeting).id)
    waiting = current_app.extensions["jobs"]
    for moment in (old - policies.REMINDER, old + policies.NO_SHOW_AFTER, old + timedelta(hours=2)):
        with clock.stopped(moment):
            waiting.run()
            jobs.remind()
            jobs.decide_absences()
            jobs.settle_past()
    assert (heard.of(SessionNear), queries.by_id(meeting.id).state) == ([], BookingState.CONFIRMED)
    with clock.stopped(moved.lesson.starts_at - policies.REMINDER):
        waiting.run()
    assert len(heard.of(SessionNear)) == 1
    with clock.stopped(moved.lesson.starts_at + policies.NO_SHOW_AFTER):
        waiting.run()
    assert len(heard.of(BookingMissed)) == 1


def test_a_second_reminder_comes_when_the_first_was_for_the_old_time(mentor, learner) -> None:
    booking = factories.joinable(learner, mentor)
    jobs.remind()
    moved = moving.accept_move(mentor, factories.proposed(learner, booking, by=timedelta(hours=3)).id)
    with clock.stopped(moved.lesson.starts_at - timedelta(minutes=5)):
        jobs.remind()
    assert told(learner).count("booking.near") == 2


def test_who_met_at_the_old_time_has_not_come_to_the_new_one(mentor, learner) -> None:
    booking = factories.joinable(learner, mentor)
    for person in (mentor, learner):
        factories.stay(booking.lesson, person.id, timedelta(minutes=-4), timedelta(minutes=-3))
    with later(timedelta(minutes=3)):
        moved = moving.accept_move(mentor, factories.proposed(learner, booking, by=DAY).id)
    with clock.stopped(moved.lesson.starts_at + policies.NO_SHOW_AFTER):
        jobs.decide_absences()
        payment_jobs.carry_out_refunds()
    over = queries.by_id(booking.id)
    assert (over.state, over.settlement.verdict, over.payment.state) == (BookingState.MISSED, "both_absent", PaymentState.REFUNDED)


def test_whoever_sits_in_the_room_is_out_when_the_session_moves(mentor, learner) -> None:
    booking = factories.joinable(learner, mentor)
    room = rooms.of_lesson(booking.lesson_id)
    live.enter(learner, room.public_id, tab="a", connection="a")
    moving.accept_move(mentor, factories.proposed(learner, booking).id)
    with pytest.raises(live.TooEarly):
        live.beat(learner, room.public_id, "a")
    assert live.attendance.present(booking.lesson_id) == set()


def test_nobody_answers_for_two_days_and_the_old_time_stays(heard, mentor, learner) -> None:
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=7 * DAY))
    proposal = factories.proposed(learner, booking)
    with later(policies.ANSWER_MOVE):
        jobs.end_proposals()
        jobs.end_proposals()
    assert (proposal.state, len(heard.of(MoveClosed))) == (ProposalState.EXPIRED, 1)
    assert told(learner)[-1] == "move.unanswered"


def test_a_proposal_ends_with_the_old_start_even_if_no_sweep_has_come_by(mentor, learner, meeting) -> None:
    proposal = factories.proposed(learner, meeting)
    with clock.stopped(meeting.lesson.starts_at), pytest.raises(Conflict, match="time to answer is over"):
        moving.accept_move(mentor, proposal.id)
    with clock.stopped(meeting.lesson.starts_at), pytest.raises(Conflict, match="cannot be moved"):
        factories.proposed(mentor, meeting, by=3 * DAY)


def test_a_proposal_about_a_booking_that_is_over_ends_without_a_word(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    proposal = factories.proposed(learner, booking)
    rejecting.reject_booking(mentor, booking.id)
    with pytest.raises(Conflict, match="moved on"):
        moving.accept_move(mentor, proposal.id)
    with later(policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)
    assert proposal.state is ProposalState.EXPIRED
    assert told(learner)[-1] == "booking.declined"


def test_accepting_the_mentors_offer_confirms_a_request(heard, mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.CARD)
    assert booking.payment.state is PaymentState.AUTHORIZED
    proposal = factories.proposed(mentor, booking)
    moved = moving.accept_move(learner, proposal.id)
    assert (moved.state, moved.payment.state) == (BookingState.CONFIRMED, PaymentState.CAPTURED)
    assert moved.lesson.starts_at == proposal.starts_at
    assert len(heard.of(BookingConfirmed)) == 1
    assert not ledger.imbalance()


def test_a_request_waits_for_the_learners_answer_and_then_for_the_mentors(mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, starts_in=7 * DAY))
    asked_until = booking.decide_by
    proposal = factories.proposed(mentor, booking)
    with clock.stopped(asked_until + timedelta(hours=1)):
        jobs.expire_requests()
        assert queries.by_id(booking.id).state is BookingState.REQUESTED
        moving.decline_move(learner, proposal.id)
        assert booking.decide_by == now() + policies.ANSWER_AFTER_OFFER
        service.accept_booking(mentor, booking.id)
    assert queries.by_id(booking.id).state is BookingState.CONFIRMED


def test_an_offer_nobody_answers_ends_with_its_request_and_the_money_goes_back(mentor, learner) -> None:
    booking = factories.request(learner, factories.lesson(mentor, starts_in=7 * DAY))
    factories.proposed(mentor, booking)
    with later(policies.ANSWER_MOVE):
        jobs.end_proposals()
        jobs.expire_requests()
        payment_jobs.carry_out_refunds()
    assert (booking.state, booking.payment.state) == (BookingState.EXPIRED, PaymentState.REFUNDED)


def test_accepting_the_old_time_takes_the_offer_back(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    proposal = factories.proposed(mentor, booking)
    service.accept_booking(mentor, booking.id)
    assert proposal.state is ProposalState.WITHDRAWN


def test_times_that_suit_both_are_free_in_both_calendars(mentor, learner, meeting) -> None:
    factories.lesson(mentor, starts_in=2 * DAY)
    factories.request(learner, factories.lesson(factories.mentor("Tom Ash"), starts_in=3 * DAY))
    old = meeting.lesson.starts_at
    found = free_for_both(meeting, "UTC")
    assert 3 <= len(found) <= 5
    assert not {old, old + DAY, old + 2 * DAY} & set(found)
    assert old + 3 * DAY in found
    for moment in found:
        assert moving.propose_move(learner, meeting.id, moment.replace(tzinfo=None), "UTC").is_open
        db.session.delete(db.session.scalars(select(Proposal)).one())
        db.session.commit()


def test_the_same_hour_of_the_wall_clock_is_suggested_across_a_change_of_clocks(mentor, learner) -> None:
    with clock.stopped(datetime(2027, 3, 26, 10, tzinfo=UTC)):
        booking = factories.confirmed(learner, factories.lesson(mentor))
        found = free_for_both(booking, "Europe/Berlin")
    assert datetime(2027, 3, 28, 9, tzinfo=UTC) in found  # 11:00 in Berlin, as on the 27th at 10:00 UTC


def test_a_settled_booking_stays_where_it_was(mentor, learner, meeting) -> None:
    proposal = factories.proposed(learner, meeting)
    with clock.stopped(meeting.lesson.ends_at):
        settlement.settle(meeting.id)
        assert proposal.state is ProposalState.EXPIRED
        with pytest.raises(Conflict):
            moving.accept_move(mentor, proposal.id)
