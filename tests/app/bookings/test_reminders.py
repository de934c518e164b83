"""Both hear of a session a day, an hour and ten minutes before: each once, for the time it has, and only if it was agreed by then."""

from datetime import timedelta

import pytest
from flask import current_app

from app.accounts.models import User
from app.bookings import cancelling, jobs, moving, policies
from app.bookings.events import SessionAhead, SessionNear
from app.extensions import db
from app.kernel import clock
from app.kernel.transaction import transaction
from app.notifications.models import Mail, Notice
from tests import factories

pytestmark = pytest.mark.database
DAY, HOUR, NEAR = "Session in 24 hours", "Session in 1 hour", "Session in 10 mins!"


@pytest.fixture
def lesson(mentor):
    return factories.lesson(mentor, starts_in=timedelta(days=3), title="Knots and braids")


def told(person: User) -> list[str]:
    """What somebody was reminded of, oldest first."""
    kinds = ("booking.ahead", "booking.near")
    found = db.session.query(Notice).filter(Notice.user_id == person.id, Notice.kind.in_(kinds)).order_by(Notice.id)
    return [notice.title for notice in found]


def sweep(booking, *before: timedelta) -> None:
    """The sweep comes by so long before the start, and once more."""
    for lead in before:
        with clock.stopped(booking.lesson.starts_at - lead):
            jobs.remind()
            jobs.remind()


def test_both_are_told_three_times_and_not_a_second_early(heard, mentor, learner, lesson):
    booking, second = factories.confirmed(learner, lesson), timedelta(seconds=1)
    expected = []
    for lead, title in zip(policies.REMINDERS, (DAY, HOUR, NEAR), strict=True):
        sweep(booking, lead + second)
        assert told(mentor) == told(learner) == expected
        sweep(booking, lead, lead - second)
        expected.append(title)
        assert told(mentor) == told(learner) == expected
    sweep(booking, timedelta(0), -second)
    assert told(learner) == expected
    assert [fact.lead_minutes for fact in heard.of(SessionAhead)] == [1440, 60]
    assert len(heard.of(SessionNear)) == 1


def test_each_reads_it_on_their_own_clock_with_the_way_in_and_by_mail(mentor, learner, lesson):
    with transaction():
        learner.timezone = "Asia/Kolkata"
    booking = factories.confirmed(learner, lesson)
    sweep(booking, timedelta(hours=24))
    notices = {notice.user_id: notice for notice in db.session.query(Notice).filter_by(kind="booking.ahead")}
    start = lesson.starts_at
    assert f"“Knots and braids” with Lev Park, {start:%a %-d %b, %H:%M} (UTC)." in notices[mentor.id].body
    theirs = start + timedelta(hours=5, minutes=30)
    assert f"“Knots and braids” with Mira Holm, {theirs:%a %-d %b, %H:%M} (Asia/Kolkata)." in notices[learner.id].body
    assert {notice.link.split("/")[1] for notice in notices.values()} == {"session"}
    assert sum(DAY in mail.subject for mail in db.session.query(Mail)) == 2


@pytest.mark.parametrize(
    ("before", "expected"),
    [(timedelta(hours=25), [DAY, HOUR, NEAR]), (timedelta(hours=20), [HOUR, NEAR]), (timedelta(minutes=40), [NEAR]), (timedelta(minutes=5), [NEAR])],
)
def test_what_was_agreed_later_than_a_moment_is_not_told_at_it(mentor, learner, before, expected):
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=before))
    jobs.remind()
    assert told(learner) == (expected if before < policies.REMINDER else [])
    sweep(booking, *(lead - timedelta(seconds=20) for lead in policies.REMINDERS if lead < before), timedelta(minutes=3))
    assert told(learner) == told(mentor) == expected


def test_the_quick_path_tells_the_same(mentor, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    for lead in policies.REMINDERS:
        with clock.stopped(lesson.starts_at - lead):
            current_app.extensions["jobs"].run()
    assert told(learner) == told(mentor) == [DAY, HOUR, NEAR]
    sweep(booking, timedelta(minutes=5))
    assert told(learner) == [DAY, HOUR, NEAR]


def test_whoever_slept_through_a_moment_says_how_long_it_really_is(mentor, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    sweep(booking, timedelta(hours=7, minutes=10), timedelta(minutes=41))
    assert told(learner) == ["Session in 7 hours", "Session in 41 mins"]


def test_one_moment_missed_is_not_made_up_for_at_the_next(mentor, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    sweep(booking, timedelta(minutes=8))
    assert told(learner) == [NEAR]


def test_what_was_moved_is_told_for_its_new_time_once(mentor, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    sweep(booking, timedelta(hours=24))
    with clock.stopped(lesson.starts_at - timedelta(hours=23)):
        booking = moving.accept_move(mentor, factories.proposed(learner, booking, by=timedelta(days=4)).id)
        jobs.remind()
    assert told(learner) == [DAY]
    sweep(booking, *policies.REMINDERS)
    assert told(learner) == told(mentor) == [DAY, DAY, HOUR, NEAR]


def test_nothing_is_told_of_what_was_moved_to_a_time_nearer_than_that(mentor, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    with clock.stopped(lesson.starts_at - timedelta(hours=30)):
        booking = moving.accept_move(mentor, factories.proposed(learner, booking, by=timedelta(hours=-10)).id)
        jobs.remind()
    assert told(learner) == []
    sweep(booking, timedelta(hours=1))
    assert told(learner) == [HOUR]


def test_what_is_canceled_or_not_confirmed_is_never_told(mentor, learner, lesson):
    gone = factories.confirmed(learner, lesson)
    cancelling.cancel_booking(learner, gone.id)
    factories.request(factories.learner("Ana Sol"), lesson)
    sweep(gone, *policies.REMINDERS)
    with clock.stopped(lesson.starts_at - timedelta(hours=1)):
        jobs.remind_about(gone.id)
    assert told(learner) == told(mentor) == []
