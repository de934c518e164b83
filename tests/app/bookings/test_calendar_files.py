"""Calendar files: one UID for ever, a sequence that only rises, nothing lost of any title, nobody's address told."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from app.accounts.models import User
from app.bookings import calendar_entries, calendar_feeds, ics, jobs, queries, service
from app.bookings.calendar_models import CalendarEntry, CalendarFeed
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.transaction import transaction
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

NASTY = (
    "Commas, semicolons; and \\ backslashes: all of them",
    "Two\nlines",
    "Emoji 🎻🪢 and the family 👩‍👩‍👧 again",
    "الجبر والمقابلة للمبتدئين",
    "Ünïcödé in a title that is as long as any title may be, which is eighty letters…",
)


def read(person: User, booking: Booking) -> tuple[Calendar, Event]:
    """The file of one booking, as a calendar program reads it."""
    _method, content = ics.invitation(person, booking)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def events(person: User) -> list[Event]:
    return Calendar.from_ical(ics.feed(person)).walk("VEVENT")


def move(booking: Booking, by: timedelta) -> None:
    """The session is at another time from now on."""
    with transaction():
        booking.lesson.starts_at += by


def cancel(booking: Booking) -> None:
    """It does not take place."""
    with transaction():
        booking.state, booking.closed_at = BookingState.CANCELED, now()


def test_over_confirm_move_and_cancel_it_is_one_event_whose_sequence_rises(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    told = [read(learner, booking)]
    service.accept_booking(mentor, booking.id)
    told.append(read(learner, booking))
    move(booking, timedelta(hours=3))
    told.append(read(mentor, booking))
    cancel(booking)
    told.append(read(learner, booking))
    assert len({event["uid"] for _, event in told}) == 1
    sequences = [event["sequence"] for _, event in told]
    assert sequences == sorted(set(sequences)), sequences
    assert [event["status"] for _, event in told] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [calendar["method"] for calendar, _ in told] == ["REQUEST"] * 3 + ["CANCEL"]


def test_reading_it_again_changes_nothing(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    first = ics.invitation(learner, booking)
    with clock.stopped(now() + timedelta(hours=1)):
        assert ics.invitation(learner, booking) == first
        assert ics.feed(learner) == ics.feed(learner)


def test_an_entry_follows_the_booking_although_nobody_looks(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson)
    assert db.session.query(CalendarEntry).count() == 0
    with clock.stopped(booking.decide_by):
        jobs.expire_request(booking.id)
    assert db.session.query(CalendarEntry).one().booking_id == booking.id


@pytest.mark.parametrize("title", NASTY)
def test_every_title_comes_out_as_it_went_in(mentor, learner, title) -> None:
    offered = factories.lesson(mentor, title="Knots")
    with transaction():
        offered.title = title
    booking = factories.confirmed(learner, offered)
    _method, content = ics.invitation(learner, booking)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    _calendar, event = read(learner, booking)
    assert str(event["summary"]) == f"{title} with Mira Holm"


def test_times_are_utc_so_that_no_change_of_clocks_moves_a_session(mentor, learner) -> None:
    with clock.stopped(datetime(2026, 10, 24, 12, tzinfo=UTC)):
        offered = factories.lesson(
            mentor, starts_in=timedelta(hours=12, minutes=30), minutes=60
        )  # over the change of clocks in Europe
        booking = factories.confirmed(learner, offered)
        _method, content = ics.invitation(learner, booking)
    assert b"DTSTART:20261025T003000Z" in content
    assert b"DTEND:20261025T013000Z" in content
    assert b"TZID" not in content


def test_it_speaks_up_an_hour_and_ten_minutes_before(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    _calendar, event = read(learner, booking)
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(hours=-1), timedelta(minutes=-10)]
    cancel(booking)
    assert read(learner, booking)[1].walk("VALARM") == []


def test_nobody_learns_the_others_address(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    for person, other in ((learner, mentor), (mentor, learner)):
        content = ics.invitation(person, booking)[1].replace(b"\r\n ", b"")
        assert other.email.encode() not in content + ics.feed(person)
        assert person.email.encode() in content
        assert other.name.encode() in content


def test_what_is_not_paid_is_no_appointment(mentor, learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.DECLINED_UPI)
    with pytest.raises(NotFound):
        ics.invitation(learner, booking)
    assert events(learner) == []


def test_a_feed_has_every_booking_once_for_both_hats(mentor, learner) -> None:
    both = factories.person("Bo Th", teaches=True)
    taught = factories.confirmed(learner, factories.lesson(both, starts_in=timedelta(days=2)))
    learnt = factories.confirmed(both, factories.lesson(mentor, starts_in=timedelta(days=3)))
    asked = factories.request(both, factories.lesson(mentor, starts_in=timedelta(days=4)))
    factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=5)))
    uids = [str(event["uid"]) for event in events(both)]
    entries = calendar_entries.entries_of([queries.by_id(one.id) for one in (taught, learnt, asked)])
    assert sorted(uids) == sorted(entry.uid for entry in entries.values())
    assert {str(read(both, learnt)[1]["uid"])} <= set(uids)


def test_a_feed_says_for_thirty_days_that_something_is_off(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    cancel(booking)
    assert [event["status"] for event in events(learner)] == ["CANCELLED"]
    with clock.stopped(now() + timedelta(days=31)):
        assert events(learner) == []


def test_twenty_readers_at_once_make_one_entry(app, mentor, learner, lesson) -> None:
    booking_id = factories.confirmed(learner, lesson).id
    with transaction():
        db.session.query(CalendarEntry).delete()
    results = at_once(app, *[lambda: calendar_entries.freshen(booking_id).uid] * 20)
    assert len(set(results)) == 1, results
    assert db.session.query(CalendarEntry).count() == 1


def test_a_new_address_ends_the_old_one_and_neither_lies_readable_in_the_database(app, learner) -> None:
    old = calendar_feeds.new_address(learner)
    assert calendar_feeds.owner_of(old) == learner
    new = calendar_feeds.new_address(learner)
    assert calendar_feeds.owner_of(old) is None
    assert calendar_feeds.owner_of(new) == learner
    assert calendar_feeds.address_token(learner) == new
    columns = db.session.connection().exec_driver_sql(f"SELECT * FROM {CalendarFeed.__tablename__}").all()
    assert new not in repr(columns)


def test_the_address_of_a_closed_account_is_dead(app, learner) -> None:
    token = calendar_feeds.new_address(learner)
    with transaction():
        learner.disabled_at = now()
    assert calendar_feeds.owner_of(token) is None
