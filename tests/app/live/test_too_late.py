"""Whoever did not come in the first ten minutes was paid back: a group goes on, and they do not walk into it after all."""

from datetime import timedelta

import pytest

from app.bookings import attendance, jobs
from app.bookings import queries as bookings
from app.bookings.attendance import Missed
from app.bookings.attendance_models import JoinAttempt
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import NotAllowed
from app.live import coming_back, files, queries, removal, reports, service
from app.payments import jobs as payment_jobs
from tests import factories

pytestmark = pytest.mark.database
WORDS = "This session goes on without you. You did not come: all of $18 goes back to you."


@pytest.fixture
def lesson(mentor):
    return factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=3)


@pytest.fixture
def late(lesson, learner):
    """Lev has a seat like Ana."""
    return factories.confirmed(learner, lesson)


@pytest.fixture
def ana(lesson):
    return factories.confirmed(factories.learner("Ana Sol"), lesson).learner


@pytest.fixture
def room(lesson, late, ana, mentor):
    """Mira and Ana meet, Lev does not come: his booking is decided at ten past."""
    room = queries.room_of(lesson.id)
    for minutes in (0, 10, 12):
        with after(lesson, minutes):
            for person in (mentor, ana):
                service.enter(person, room.public_id, tab="the-first-tab", connection=f"line-of-{person.id}")
            if minutes == 10:
                jobs.decide_absences()
                payment_jobs.carry_out_refunds()
    assert (late.state, late.settlement.refund_minor) == (BookingState.MISSED, 1800)
    return room


def after(lesson, minutes: float):
    return clock.stopped(lesson.starts_at + timedelta(minutes=minutes))


def test_nobody_walks_in_after_being_paid_back(room, lesson, late, ana, mentor, learner):
    address = room.public_id
    with after(lesson, 12):
        for deed in (
            lambda: service.enter(learner, address, tab="the-first-tab", connection="line-of-lev"),
            lambda: service.require_seat(learner.id, address, "line-of-lev"),
            lambda: service.say(learner, address, client_id="line-0001", text="I am here now."),
            lambda: coming_back.knock(learner, address),
            lambda: removal.ask_back(learner, address),
            lambda: queries.look_in(learner, address),
            lambda: files.find(learner, address, "any"),
        ):
            with pytest.raises(Missed) as refused:
                deed()
            assert (refused.value.code, refused.value.message) == ("missed", WORDS)
        assert attendance.present(lesson.id) == {mentor.id, ana.id}
        service.require_seat(ana.id, address, f"line-of-{ana.id}")
        service.require_seat(mentor.id, address, f"line-of-{mentor.id}")


def test_a_seat_that_was_held_all_the_same_does_nothing_any_more(room, lesson, late, ana, mentor, learner):
    factories.stay(lesson, learner.id, timedelta(minutes=11), timedelta(minutes=30))
    [row] = [row for row in attendance.intervals(lesson.id) if row.user_id == learner.id]
    row.left_at, row.closing = None, None
    db.session.commit()
    with after(lesson, 12):
        assert not queries.sits(learner.id, room.public_id, row.connection)
        service.show_out(room.id)
        assert attendance.present(lesson.id) == {mentor.id, ana.id}


def test_the_mentors_yes_is_for_those_who_are_expected(room, lesson, mentor, learner):
    assert bookings.ids_expected(lesson.id) == bookings.ids_of_room(lesson.id) - {learner.id}
    with after(lesson, 12), pytest.raises(NotAllowed):
        coming_back.admit(mentor, room.public_id, learner.id)


def test_who_wrote_about_whom_is_still_for_everybody_with_a_chair(room, lesson, ana, learner):
    with after(lesson, 12):
        assert reports.report(ana, room.public_id, learner.id, reason="other", words="Before the start.").person_id == learner.id


def test_afterwards_all_there_is_can_be_read_as_before(room, lesson, learner):
    with after(lesson, 61):
        service.close(room.id)
        assert queries.look_in(learner, room.public_id).seat.booking_id is not None
        with pytest.raises(service.SessionOver):
            service.enter(learner, room.public_id, tab="the-first-tab", connection="line-of-lev")


def test_whoever_sits_there_when_it_is_decided_is_shown_out(lesson, mentor, learner):
    """Somebody else's "Wait longer" may keep a room open in which one booking is decided already."""
    missed, waits = factories.confirmed(learner, lesson), factories.confirmed(factories.learner("Bo Lind"), lesson)
    room = queries.room_of(lesson.id)
    waits.wait_until = lesson.starts_at + timedelta(minutes=20)
    db.session.commit()
    with after(lesson, 10):
        service.enter(learner, room.public_id, tab="the-first-tab", connection="line-of-lev")
    with after(lesson, 10.1):
        jobs.decide_absences()
        assert (missed.state, waits.state, room.ended_at) == (BookingState.MISSED, BookingState.CONFIRMED, None)
        assert attendance.present(lesson.id) == set()


def test_the_rooms_address_leads_them_to_their_booking_with_the_reason(client, room, lesson, learner):
    factories.signed_in(client, learner)
    booking = next(one for one in bookings.meetings_of(lesson.id) if one.learner_id == learner.id)
    with after(lesson, 12):
        answer = client.get(f"/session/{room.public_id}/")
        assert (answer.status_code, answer.location) == (302, f"/bookings/{booking.id}")
        assert WORDS in client.get(answer.location).text
        assert db.session.query(JoinAttempt).filter_by(user_id=learner.id).count() == 0, "nobody tried in vain: the door is shut"


def test_the_others_are_not_told_to_wait_for_them(client, room, lesson, mentor):
    factories.signed_in(client, mentor)
    with after(lesson, 12):
        page = client.get(f"/session/{room.public_id}/").text
    assert "Ana" in page
    assert "Lev" not in page
