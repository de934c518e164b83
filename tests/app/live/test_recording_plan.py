"""The timeline of a recording: what lies where, what is missing, where the chapters begin."""

from datetime import UTC, datetime, timedelta

from app.bookings.attendance_models import Span
from app.live.recording_plan import Captured, Chapter, Hole, Take, plan

START = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def stretch(begin: float, end: float) -> Span:
    return Span(at(begin), at(end))


def test_one_segment_is_the_whole_file():
    made = plan([stretch(0, 60)], [Captured(1, at(0.4), 59.5)], [])
    assert made.parts == (Take(1, 0.0, 59.5),)
    assert made.seconds == 59.5
    assert made.chapters == ()


def test_a_crash_leaves_a_hole_that_is_marked_and_the_film_is_as_long_as_the_session():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 20), Captured(2, at(32), 28)], [])
    assert made.parts == (Take(1, 0.0, 20), Hole(20, 12), Take(2, 32, 28))
    assert made.chapters == (Chapter(20, "Not recorded (0:12)"),)
    assert made.seconds == 60


def test_the_moment_between_two_recorders_is_no_hole():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 20), Captured(2, at(21.5), 38.5)], [])
    assert [type(part) for part in made.parts] == [Take, Take]


def test_where_two_browsers_captured_the_same_the_later_goes_on_and_nothing_is_seen_twice():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 40), Captured(2, at(30), 30)], [])
    assert made.parts == (Take(1, 0.0, 30), Take(2, 30, 30))


def test_a_segment_that_another_one_holds_is_left_out():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 60), Captured(2, at(30), 5)], [])
    assert made.parts == (Take(1, 0.0, 60),)


def test_what_was_captured_after_somebody_stopped_it_is_never_shown():
    made = plan([stretch(0, 30)], [Captured(1, at(0), 50)], [])
    assert made.parts == (Take(1, 0.0, 30),)
    assert made.seconds == 30


def test_a_pause_on_purpose_is_left_out():
    made = plan([stretch(0, 30), stretch(90, 120)], [Captured(1, at(0), 30), Captured(2, at(90), 30)], [(at(100), "Knots")])
    assert made.parts == (Take(1, 0.0, 30), Take(2, 30, 30))
    assert made.chapters == (Chapter(0, "Knots"), Chapter(40, "Afterwards"))


def test_a_chapter_is_what_led_to_its_tick():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 60)], [(at(45), "Braids"), (at(20), "Knots")])
    assert made.chapters == (Chapter(0, "Knots"), Chapter(20, "Braids"), Chapter(45, "Afterwards"))


def test_a_topic_covered_in_a_pause_ends_where_the_film_goes_on():
    ticks = [(at(50), "Knots")]
    made = plan([stretch(0, 30), stretch(90, 120)], [Captured(1, at(0), 30), Captured(2, at(90), 30)], ticks)
    assert made.chapters == (Chapter(0, "Knots"), Chapter(30, "Afterwards"))


def test_what_was_covered_before_the_first_picture_has_no_chapter():
    assert plan([stretch(60, 90)], [Captured(1, at(60), 30)], [(at(10), "Knots")]).chapters == ()


def test_two_topics_of_one_moment_share_a_chapter():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 60)], [(at(59.5), "Knots"), (at(59.6), "Braids")])
    assert made.chapters == (Chapter(0, "Knots"), Chapter(59.5, "Braids"))


def test_nobody_captured_anything():
    made = plan([stretch(0, 60)], [], [(at(10), "Knots")])
    assert made.parts == ()
    assert made.seconds == 0


def test_the_film_begins_with_the_first_picture():
    made = plan([stretch(0, 60)], [Captured(1, at(12), 48)], [])
    assert made.parts == (Take(1, 0.0, 48),)


def test_a_recorder_that_was_never_heard_of_again_leaves_its_hole_to_the_end():
    made = plan([stretch(0, 60)], [Captured(1, at(0), 40)], [])
    assert made.parts == (Take(1, 0.0, 40), Hole(40, 20))
    assert made.seconds == 60
