"""The mentor's home: a page made of its fragments, and the one tap that answers a request."""

from datetime import timedelta

import pytest

from app.bookings import queries as bookings
from app.bookings.states import BookingState
from app.kernel import clock
from tests import factories
from tests.blueprints.reading import articles, fragment_of, text_of

FRAGMENTS = {
    "hero": "/dashboard/mentor/next",
    "requests": "/dashboard/mentor/requests",
    "upcoming": "/dashboard/mentor/upcoming",
    "next-up": "/dashboard/mentor/agenda",
    "snapshot": "/dashboard/mentor/snapshot",
}


@pytest.fixture
def at_home(client, mentor):
    """Mira's browser."""
    return factories.signed_in(client, mentor)


def test_the_page_greets_with_the_words_of_the_plan(at_home):
    assert "Welcome, Mira Holm! Teach with impact!" in text_of(at_home.get("/dashboard/mentor/"))


@pytest.mark.parametrize(("element", "path"), FRAGMENTS.items())
def test_each_fragment_is_word_for_word_the_part_of_the_page(at_home, mentor, learner, element, path):
    factories.request(learner, factories.lesson(mentor))
    factories.confirmed(factories.learner("Ana Sol"), factories.lesson(mentor, starts_in=factories.HOURS_2))
    page, fragment = at_home.get("/dashboard/mentor/"), at_home.get(path, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment_of(page, element) == fragment_of(fragment, element)


def test_a_request_waits_with_the_learner_and_two_answers(at_home, learner, lesson):
    factories.request(learner, lesson)
    [request] = articles(at_home.get("/dashboard/mentor/requests"))
    assert request.name == lesson.title
    assert "Lev Park" in request.text
    assert request.buttons == ["Reject", "Accept"]


def test_accept_takes_one_post_and_the_list_comes_back(at_home, learner, lesson):
    booking = factories.request(learner, lesson)
    answer = at_home.post(f"/dashboard/mentor/requests/{booking.id}/acceptance", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert articles(answer) == []
    assert "Accepted. Lev Park knows." in answer.headers["HX-Trigger"]
    assert bookings.by_id(booking.id).state is BookingState.CONFIRMED


def test_reject_gives_the_money_back(at_home, learner, lesson):
    booking = factories.request(learner, lesson)
    at_home.post(f"/dashboard/mentor/requests/{booking.id}/rejection", headers={"HX-Request": "true"})
    assert bookings.by_id(booking.id).state is BookingState.DECLINED
    assert [refund.reason for refund in bookings.by_id(booking.id).payment.refunds] == ["declined"]


def test_a_reject_can_be_undone_in_place(at_home, learner, lesson):
    booking = factories.request(learner, lesson)
    answer = at_home.post(f"/dashboard/mentor/requests/{booking.id}/rejection", headers={"HX-Request": "true"})
    assert articles(answer) == []
    assert f"Rejected “{lesson.title}”. Lev Park gets all the money back. Undo" in text_of(answer)
    answer = at_home.post(f"/dashboard/mentor/requests/{booking.id}/undo", headers={"HX-Request": "true"})
    assert [article.name for article in articles(answer)] == [lesson.title]
    assert bookings.by_id(booking.id).state is BookingState.REQUESTED


def test_ten_seconds_after_a_reject_there_is_nothing_to_undo(at_home, learner, lesson):
    booking = factories.rejected(learner, lesson)
    assert "Undo" not in text_of(at_home.get("/dashboard/mentor/requests"))
    assert at_home.post(f"/dashboard/mentor/requests/{booking.id}/undo", headers={"HX-Request": "true"}).status_code == 409


def test_while_the_learner_is_missing_the_mentor_reads_until_when(at_home, mentor, learner):
    lesson = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1))).lesson
    factories.stay(lesson, mentor.id, timedelta(0), timedelta(minutes=5))
    with clock.stopped(lesson.starts_at + timedelta(minutes=4)):
        text = text_of(at_home.get("/dashboard/mentor/next"))
    assert "Lev is not here yet. It counts as missed in 6 min" in text


def test_without_scripts_the_answer_leads_home(at_home, learner, lesson):
    booking = factories.request(learner, lesson)
    answer = at_home.post(f"/dashboard/mentor/requests/{booking.id}/acceptance")
    assert (answer.status_code, answer.location) == (303, "/dashboard/mentor/")


@pytest.mark.parametrize("verb", ["acceptance", "rejection", "undo"])
def test_another_mentors_request_does_not_exist_here(client, learner, lesson, verb):
    booking = factories.request(learner, lesson)
    stranger = factories.signed_in(client, factories.mentor("Ola Berg"))
    assert stranger.post(f"/dashboard/mentor/requests/{booking.id}/{verb}").status_code == 404
    assert bookings.by_id(booking.id).state is BookingState.REQUESTED


@pytest.mark.parametrize("verb", ["acceptance", "rejection", "undo"])
@pytest.mark.parametrize("number", [0, 999_999])
def test_a_request_that_never_was_is_not_found(at_home, verb, number):
    assert at_home.post(f"/dashboard/mentor/requests/{number}/{verb}").status_code == 404


def test_rejecting_what_was_accepted_is_refused_and_changes_nothing(at_home, learner, lesson):
    booking = factories.confirmed(learner, lesson)
    answer = at_home.post(f"/dashboard/mentor/requests/{booking.id}/rejection", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert bookings.by_id(booking.id).state is BookingState.CONFIRMED


def test_the_next_session_is_large_and_not_repeated_among_the_rest(at_home, mentor, learner):
    first = factories.confirmed(learner, factories.lesson(mentor, starts_in=factories.HOURS_2))
    later = factories.lesson(mentor)
    page = at_home.get("/dashboard/mentor/")
    assert [one.name for one in articles(page)].count(first.lesson.title) == 1
    assert later.title in [one.name for one in articles(page)]


def test_join_is_there_from_a_quarter_of_an_hour_before(at_home, mentor, learner):
    factories.joinable(learner, mentor)
    [next_one] = articles(at_home.get("/dashboard/mentor/next"))
    assert next_one.links.count("Join") == 1


def test_join_is_not_there_before(at_home, mentor, learner):
    factories.confirmed(learner, factories.lesson(mentor, starts_in=factories.HOURS_2))
    answer = at_home.get("/dashboard/mentor/next")
    assert "Join" not in articles(answer)[0].links
    assert "<wake-at" in answer.get_data(as_text=True)


def test_several_learners_of_one_session_share_one_card(at_home, mentor):
    shared = factories.lesson(mentor, capacity=3)
    for name in ("Ana Sol", "Bo Lind"):
        factories.confirmed(factories.learner(name), shared)
    [card] = articles(at_home.get("/dashboard/mentor/next"))
    assert "Ana Sol" in card.text
    assert "Bo Lind" in card.text


def test_an_empty_home_invites_to_plan_a_session(at_home):
    assert "Plan your first session" in text_of(at_home.get("/dashboard/mentor/"))


PAGES = [*FRAGMENTS.values(), "/dashboard/mentor/", "/dashboard/mentor/sessions", "/dashboard/mentor/sessions/new", "/dashboard/mentor/earnings"]


@pytest.mark.parametrize("path", PAGES)
def test_a_learner_is_told_how_to_get_in(client, learner, path):
    answer = factories.signed_in(client, learner).get(path)
    assert answer.status_code == 403
    assert "Turn on teaching in your settings first." in text_of(answer)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_sign_in_and_back(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_only_names_of_people_with_a_page_of_their_own_are_links(client, mentor, learner):
    both = factories.person("Ana Sol", teaches=True)
    for student in (learner, both):
        factories.request(student, factories.lesson(mentor, starts_in=timedelta(days=2 + student.id)))
    shared = factories.lesson(mentor, starts_in=timedelta(days=1), capacity=2)
    for student in (learner, both):
        factories.confirmed(student, shared)
    page = factories.signed_in(client, mentor).get("/dashboard/mentor/").get_data(as_text=True)
    assert page.count(f'href="/mentors/{both.id}"') == 2
    assert f'href="/mentors/{learner.id}"' not in page
    assert "Lev Park" in page
