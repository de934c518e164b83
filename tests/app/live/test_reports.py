"""Reporting somebody from a room, and blocking them: admins hear of it, the money stays, the two are strangers."""

from datetime import timedelta

import pytest

from app.accounts import blocks
from app.accounts.models import User
from app.bookings import dispute_queries, jobs, queueing, settlement
from app.bookings import service as bookings
from app.bookings.dispute_endings import decide_dispute
from app.bookings.dispute_models import DisputeState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kernel.transaction import transaction
from app.lessons import queries as lessons
from app.lessons.queries import Search
from app.live import queries, reports, service
from app.live.report_models import PersonReport
from app.notifications.models import Notice
from app.payments import ledger
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def admin(app) -> User:
    """Somebody who runs the place."""
    found = factories.person("Ada Admin")
    with transaction():
        found.is_admin = True
    return found


@pytest.fixture
def meeting(mentor, learner):
    """A session the two may be in now."""
    return factories.joinable(learner, mentor)


def address(booking) -> str:
    return queries.room_of(booking.lesson_id).public_id


def told(person: User) -> list[str]:
    return [notice.kind for notice in db.session.query(Notice).filter_by(user_id=person.id)]


def dispute_of(booking):
    return next(iter(dispute_queries.disputes_of(booking.id)), None)


def test_admins_hear_of_it_at_once_and_the_reported_person_does_not(meeting, mentor, learner, admin):
    row = reports.report(learner, address(meeting), mentor.id, reason="rude", words="  He shouted.  ")
    assert (row.words, row.person_id, row.booking_id) == ("He shouted.", mentor.id, meeting.id)
    assert "report.made" in told(admin)
    assert "report.made" not in told(mentor) + told(learner)


def test_what_was_paid_is_not_released_before_an_admin_has_decided(mentor, learner, admin):
    booking = factories.joinable(learner, mentor)
    reports.report(learner, address(booking), mentor.id, reason="unwanted", words="Only for you to read.")
    assert dispute_of(booking) is None, "nothing is measured yet"
    factories.meet(booking)
    with clock.stopped(booking.lesson.ends_at):
        settlement.settle(booking.id)
    db.session.refresh(booking)
    dispute = dispute_of(booking)
    assert (dispute.state, dispute.wanted) == (DisputeState.ANSWERED, booking.kept)
    assert "dispute.undecided" in told(admin)
    assert [said.words for said in dispute.statements] == [reports.STATEMENT], "the reporter's own words are for admins alone"
    with clock.stopped(booking.release_at + timedelta(days=2)):
        jobs.release_due_earnings()
        assert ledger.balance(ledger.available_to(mentor.id), "USD").is_zero
        decide_dispute(admin, dispute.id, 0, "We looked into it.")
        jobs.release_due_earnings()
    assert not ledger.balance(ledger.available_to(mentor.id), "USD").is_zero


def test_a_report_after_the_session_holds_the_money_at_once_and_the_sweep_finds_what_was_missed(mentor, learner, lesson):
    booking = factories.completed(learner, lesson)
    row = reports.report(learner, address(booking), mentor.id, reason="scam")
    assert dispute_of(booking).is_live
    reports.keep_held()
    reports.keep_held_for(row.id)
    assert len(dispute_queries.disputes_of(booking.id)) == 1


def test_the_sweep_holds_what_no_reaction_has_held(mentor, learner, lesson):
    booking = factories.completed(learner, lesson)
    room = queries.room_of(booking.lesson_id)
    with transaction():
        lost = PersonReport(
            room_id=room.id, booking_id=booking.id, reporter_id=learner.id, person_id=mentor.id, reason="rude", created_at=clock.now()
        )
        db.session.add(lost)
    reports.keep_held()
    assert dispute_of(booking).is_live


def test_a_mentors_report_of_a_learner_touches_no_money(mentor, learner, lesson, admin):
    booking = factories.completed(learner, lesson)
    reports.report(mentor, address(booking), learner.id, reason="rude")
    assert dispute_of(booking) is None
    assert "report.made" in told(admin)


def test_nobody_reports_twice_oneself_or_somebody_who_was_not_there(meeting, mentor, learner):
    room_id, stranger = address(meeting), factories.learner("A Stranger")
    reports.report(learner, room_id, mentor.id, reason="other")
    with pytest.raises(Conflict, match="reported this already"):
        reports.report(learner, room_id, mentor.id, reason="rude")
    for who, about in ((learner, learner), (learner, stranger), (stranger, mentor)):
        with pytest.raises(NotFound):
            reports.report(who, room_id, about.id, reason="rude")
    with pytest.raises(Invalid) as faults:
        reports.report(mentor, room_id, learner.id, reason="boring", words="x" * 2001)
    assert set(faults.value.fields) == {"reason", "words"}


def test_an_admin_closes_a_report_and_nobody_else_knows_of_it(meeting, mentor, learner, admin):
    row = reports.report(learner, address(meeting), mentor.id, reason="rude")
    with pytest.raises(NotFound):
        reports.close_report(mentor, row.id)
    assert reports.open_reports() == [row]
    reports.close_report(admin, row.id)
    assert reports.open_reports() == []


def test_the_commands_show_what_an_admin_needs(app, meeting, mentor, learner, admin):
    service.say(mentor, address(meeting), client_id="line-0001", text="You are useless.")
    row = reports.report(learner, address(meeting), mentor.id, reason="rude", words="He shouted.")
    run = app.test_cli_runner().invoke
    assert "Lev Park about Mira Holm" in run(args=["report", "list"]).output
    shown = run(args=["report", "show", str(row.id)]).output
    assert all(words in shown for words in ("He shouted.", "You are useless.", mentor.email))
    assert "Closed." in run(args=["report", "close", str(row.id), "--as", admin.email]).output
    assert "Nobody is reported." in run(args=["report", "list"]).output
    assert "could not find this report" in run(args=["report", "show", "999"]).output


@pytest.mark.parametrize("blocker", ["mentor", "learner"])
def test_who_is_blocked_neither_books_nor_stands_in_line_nor_finds_the_other(mentor, learner, blocker):
    offered = factories.lesson(mentor)
    person, other = (mentor, learner) if blocker == "mentor" else (learner, mentor)
    blocks.block(person, other.id)
    blocks.block(person, other.id)
    words = "This mentor is not taking bookings from you." if blocker == "mentor" else "You have blocked this mentor."
    for deed in (bookings.hold_seat, queueing.join_line):
        with pytest.raises(NotAllowed, match=words):
            deed(learner, offered.id)
    assert lessons.search(Search(viewer_id=learner.id)).total == 0
    assert list(lessons.starting_soon(5, not_by=learner.id)) == []
    assert lessons.search(Search()).total == 1, "everybody else finds it"
    blocks.unblock(person, other.id)
    assert blocks.blocked_by(person) == []
    assert bookings.hold_seat(learner, offered.id).learner_id == learner.id


def test_blocking_with_a_report_is_one_step_and_can_be_undone(meeting, mentor, learner):
    reports.report(learner, address(meeting), mentor.id, reason="rude", block=True)
    assert blocks.blocked_by(learner) == [mentor]
    with pytest.raises(Invalid):
        blocks.block(learner, learner.id)
    with pytest.raises(NotFound):
        blocks.block(learner, 999_999)
