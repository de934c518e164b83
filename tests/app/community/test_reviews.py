"""Reviews: by those who met, once, in time, read together."""

from datetime import timedelta

import pytest

from app.community import queries, service
from app.community.tags import ABOUT_LEARNER, ABOUT_MENTOR
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def booking(learner, lesson):
    return factories.completed(learner, lesson)


def test_reviews_become_readable_when_both_have_spoken(booking, mentor, learner) -> None:
    with clock.stopped(booking.closed_at):
        service.review(learner, booking.id, 5, "Clear and kind.")
        assert queries.ratings_of([mentor.id]) == {}
        service.review(mentor, booking.id, 4, "Came prepared.")
    assert queries.ratings_of([mentor.id])[mentor.id].mean == 5
    assert [review.comment for review in queries.published_about(learner.id)] == ["Came prepared."]


def test_a_lone_review_becomes_readable_after_seven_days(booking, mentor, learner) -> None:
    with clock.stopped(booking.closed_at):
        service.review(learner, booking.id, 3, "")
    with clock.stopped(booking.closed_at + timedelta(days=7, seconds=1)):
        service.publish_old_reviews()
    assert queries.ratings_of([mentor.id])[mentor.id].count == 1


def test_nobody_rates_twice(booking, learner) -> None:
    with clock.stopped(booking.closed_at):
        service.review(learner, booking.id, 5, "")
        assert not service.may_review(learner, booking)
        with pytest.raises(Conflict, match="already"):
            service.review(learner, booking.id, 1, "")


@pytest.mark.parametrize("stars", [0, 6, -1, 10**9])
def test_impossible_stars_are_refused(booking, learner, stars) -> None:
    with clock.stopped(booking.closed_at), pytest.raises(Invalid):
        service.review(learner, booking.id, stars, "")


def test_a_comment_has_a_longest_length(booking, learner) -> None:
    with clock.stopped(booking.closed_at), pytest.raises(Invalid):
        service.review(learner, booking.id, 5, "x" * 2001)


def test_strangers_cannot_rate(booking) -> None:
    with clock.stopped(booking.closed_at), pytest.raises(NotFound):
        service.review(factories.learner("Stranger"), booking.id, 1, "")


def test_a_session_that_did_not_happen_cannot_be_rated(learner, lesson) -> None:
    with pytest.raises(Conflict):
        service.review(learner, factories.confirmed(learner, lesson).id, 5, "")


def test_after_seven_days_it_is_too_late(booking, learner) -> None:
    with clock.stopped(now() + timedelta(days=30)), pytest.raises(Conflict, match="seven days"):
        service.review(learner, booking.id, 5, "")


def test_one_tap_words_are_counted_once_the_review_can_be_read(booking, mentor, learner) -> None:
    with clock.stopped(booking.closed_at):
        service.review(learner, booking.id, 5, "", ["patient", "clear", "clear", "mentor_line"])
        assert queries.tag_counts(mentor.id, ABOUT_MENTOR) == []
        service.review(mentor, booking.id, 5, "", ["curious"])
    assert queries.tag_counts(mentor.id, ABOUT_MENTOR) == [("Clear", 1), ("Patient", 1)]
    assert queries.tag_counts(learner.id, ABOUT_LEARNER) == [("Curious", 1)]


def test_the_word_said_most_often_comes_first(mentor, lesson) -> None:
    for name, words in (("Ana First", ["clear", "patient"]), ("Ben Second", ["patient"])):
        student = factories.learner(name)
        booking = factories.completed(student, factories.lesson(mentor, starts_in=timedelta(days=2 + len(words))))
        with clock.stopped(booking.closed_at):
            service.review(student, booking.id, 4, "", words)
            service.review(mentor, booking.id, 5, "")
    assert queries.tag_counts(mentor.id, ABOUT_MENTOR) == [("Patient", 2), ("Clear", 1)]


@pytest.mark.parametrize("tags", [["curious"], ["clear", "splendid"], [""], ["<b>"]])
def test_words_that_are_not_offered_are_refused_and_nothing_is_stored(booking, learner, tags) -> None:
    with clock.stopped(booking.closed_at), pytest.raises(Invalid) as refusal:
        service.review(learner, booking.id, 5, "", tags)
    assert "tags" in refusal.value.fields
    assert list(queries.written_by(learner.id)) == []
