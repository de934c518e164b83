"""The presence receipt: measured once, the same for both, and never more than the money counts."""

from datetime import timedelta

import pytest

from app.bookings import attendance, settlement, witnesses
from app.bookings.attendance_models import Closing, Link
from app.kernel import clock
from app.kernel.errors import NotFound
from app.live import queries, receipt, receipt_words, topics
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture
def booking(mentor, learner):
    return factories.confirmed(learner, factories.lesson(mentor, title="Knots and braids"))


def stay(booking, person, begin, end, closing=Closing.LEFT):
    factories.stay(booking.lesson, person.id, begin * MINUTE, end * MINUTE, closing)


def words(booking, reader):
    return receipt_words.wording_of(receipt.figures_of(booking), reader)


def facts(booking, reader):
    return [(line.label, line.text) for line in words(booking, reader).facts]


def at(booking, minute):
    return clock.stopped(booking.lesson.starts_at + minute * MINUTE)


def test_both_read_the_same_figures_to_the_second(booking, mentor, learner):
    stay(booking, mentor, 0, 60, Closing.ENDED)
    stay(booking, learner, 2.5, 30, Closing.VANISHED)
    stay(booking, learner, 33, 60, Closing.ENDED)
    with at(booking, 61):
        settlement.settle(booking.id)
        mine, theirs = words(booking, mentor), words(booking, learner)
        assert int(54.5 * 60) == booking.settlement.both_seconds == receipt.figures_of(booking).seconds
    assert (mine.total, mine.sums) == (theirs.total, theirs.sums)
    assert (mine.total.label, mine.total.text) == ("Together, of 60:00 planned", "54:30")
    assert [(line.label, line.text) for line in mine.sums] == [("Mira in the room", "60:00"), ("Lev in the room", "54:30")]
    assert mine.facts == theirs.facts, "both of the same zone here"


def test_a_pause_says_when_how_long_and_why(booking, mentor, learner):
    stay(booking, mentor, 0, 20)
    stay(booking, mentor, 21, 60)
    stay(booking, learner, 0, 40, Closing.VANISHED)
    stay(booking, learner, 42, 60)
    start = booking.lesson.starts_at

    def moment(minute):
        return f"{start + minute * MINUTE:%H:%M:%S}"

    with at(booking, 61):
        pauses = [text for label, text in facts(booking, learner) if label == "Pause"]
    assert pauses == [
        f"{moment(20)} – {moment(21)} (01:00), Mira had left",
        f"{moment(40)} – {moment(42)} (02:00), Lev lost the connection",
    ]


def test_without_a_pause_it_says_so_and_alone_it_says_nothing_of_pauses(booking, mentor, learner):
    stay(booking, mentor, 0, 60)
    with at(booking, 61):
        assert "Pauses" not in dict(facts(booking, mentor))
        assert words(booking, mentor).total.text == "00:00"
        assert ("Learner", "Lev Park: not in the room") in facts(booking, mentor)
        stay(booking, learner, 0, 60)
        assert dict(facts(booking, mentor))["Pauses"] == "None"


def test_the_links_are_said_in_plain_words(booking, mentor, learner):
    for person in (mentor, learner):
        with at(booking, 0):
            attendance.enter(booking.lesson_id, person.id, tab="tab-one", connection=f"line-{person.id}")
    story = [Link.GOOD] * 90 + [Link.LOWERED] * 6 + [Link.SOUND] * 4
    for beat, link in enumerate(story, start=1):
        with at(booking, beat / 12):
            attendance.beat(booking.lesson_id, mentor.id, f"line-{mentor.id}", link)
            attendance.beat(booking.lesson_id, learner.id, f"line-{learner.id}", Link.GOOD)
    with at(booking, 9):
        said = dict(facts(booking, learner))
    assert said["Mira’s link"] == "Good 90 % of the time; a smaller picture for about 30 s, sound alone for about 20 s"
    assert said["Lev’s link"] == "Good all the time"


def test_topics_come_with_their_moments(booking, mentor, learner):
    room = queries.room_of(booking.lesson_id)
    stay(booking, mentor, 0, 60)
    stay(booking, learner, 1, 60)
    braids = next(topic for topic in booking.lesson.topics if topic.name == "Braids")
    with at(booking, 13.5):
        topics.mark(mentor, room.public_id, braids.id, is_covered=True)
    with at(booking, 61):
        said = dict(facts(booking, learner))
    assert (said["Covered"], said["Not covered"]) == ("Braids (12:30)", "Knots")


def test_time_measured_by_both_browsers_is_named(booking, mentor, learner):
    people = (mentor, learner)
    for person in people:
        with at(booking, 0):
            attendance.enter(booking.lesson_id, person.id, tab="tab-one", connection=f"line-{person.id}")
    for person in people:
        with at(booking, 5):
            attendance.enter(booking.lesson_id, person.id, tab="tab-one", connection=f"line-{person.id}")
    with at(booking, 5):
        rows = attendance.intervals(booking.lesson_id)
        witnesses.report(booking.lesson_id, mentor.id, {learner.id: 300}, rows)
        witnesses.report(booking.lesson_id, learner.id, {mentor.id: 200}, rows)
    with at(booking, 5.1):
        sheet = words(booking, learner)
    assert ("Of the time together, measured by both browsers", "03:12") in [(line.label, line.text) for line in sheet.sums]
    assert sheet.total.text == "03:26", "200 s until the gap was over, and the 6 s since"
    assert any("our server was away" in line.text for line in sheet.facts)
    assert any("the shorter word counts" in note for note in sheet.notes)


def test_the_money_is_said_to_each_in_their_own_words(booking, mentor, learner):
    stay(booking, mentor, 0, 30)
    stay(booking, learner, 0, 60, Closing.ENDED)
    with at(booking, 61):
        assert "decided when the session is over" in words(booking, mentor).notes[0]
        settlement.settle(booking.id)
        assert "You were away" in words(booking, mentor).notes[0]
        assert "Mira was away" in words(booking, learner).notes[0]


def test_before_anybody_came_there_is_none(booking):
    assert not receipt.was_measured(booking)
    with pytest.raises(NotFound):
        receipt.figures_of(booking)
