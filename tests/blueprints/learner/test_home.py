"""The learner's home, booked sessions and payments: pages made of their fragments, each for its owner alone."""

from datetime import UTC, datetime, timedelta

import pytest

from app.bookings import policies, settlement
from app.bookings import service as bookings
from app.kernel import clock
from app.payments import jobs as payment_jobs
from tests import factories
from tests.blueprints.reading import articles, fragment_of, text_of

FRAGMENTS = {
    "hero": ("/dashboard/learner/next", "/dashboard/learner/"),
    "for-you": ("/dashboard/learner/for-you", "/dashboard/learner/"),
    "upcoming": ("/dashboard/learner/upcoming", "/dashboard/learner/"),
    "next-up": ("/dashboard/learner/agenda", "/dashboard/learner/"),
    "booked": ("/dashboard/learner/booked/upcoming", "/dashboard/learner/booked"),
    "past": ("/dashboard/learner/booked/past", "/dashboard/learner/booked?tab=past"),
    "payments": ("/dashboard/learner/payments/table", "/dashboard/learner/payments"),
}


@pytest.fixture
def at_home(client, learner):
    """Lev's browser."""
    return factories.signed_in(client, learner)


def test_the_page_greets_with_the_words_of_the_plan(at_home):
    assert "Hi Lev Park! Learn something new!" in text_of(at_home.get("/dashboard/learner/"))


@pytest.mark.parametrize("element", FRAGMENTS)
def test_each_fragment_is_word_for_word_the_part_of_the_page(at_home, mentor, learner, element):
    factories.confirmed(learner, factories.lesson(mentor))
    factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=2)))
    factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    factories.lesson(mentor, starts_in=timedelta(days=4))
    fragment, page = FRAGMENTS[element]
    answer = at_home.get(fragment, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert fragment_of(at_home.get(page), element) == fragment_of(answer, element)


def test_the_mentors_clock_is_told_only_where_it_differs(client, at_home, learner):
    with clock.stopped(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)):
        far, near = (factories.person(name, teaches=True, timezone=zone) for name, zone in (("Isha Rao", "Asia/Kolkata"), ("Tom Ash", "Africa/Abidjan")))
        for number, teacher in enumerate((far, near)):
            factories.confirmed(learner, factories.lesson(teacher, starts_in=timedelta(hours=4 + 4 * number)))
        text = text_of(at_home.get("/dashboard/learner/"))
    assert "17:30 IST for Isha" in text
    assert "for Tom" not in text


def test_where_it_is_another_day_the_other_clock_names_it(at_home, learner):
    with clock.stopped(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)):
        far = factories.person("Isha Rao", teaches=True, timezone="Asia/Kolkata")
        factories.confirmed(learner, factories.lesson(far, starts_in=timedelta(hours=12)))
        text = text_of(at_home.get("/dashboard/learner/"))
    assert "Today 20:00" in text
    assert "Tue 01:30 IST for Isha" in text


def test_only_what_can_be_booked_is_offered(at_home, mentor, learner):
    free = factories.lesson(mentor)
    mine = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=2)))
    full = factories.request(factories.learner("Ana Sol"), factories.lesson(mentor, starts_in=timedelta(days=3)))
    names = [one.name for one in articles(at_home.get("/dashboard/learner/for-you"))]
    assert names == [free.title]
    assert mine.lesson.title not in names
    assert full.lesson.title not in names


def test_somebody_who_teaches_too_is_not_offered_their_own(client):
    both = factories.person("Kim Vega", learns=True, teaches=True)
    factories.lesson(both)
    assert articles(factories.signed_in(client, both).get("/dashboard/learner/for-you")) == []


def test_each_booking_is_one_card_on_the_home_page(at_home, mentor, learner):
    booked = [factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=day))) for day in (1, 2, 3)]
    names = [one.name for one in articles(at_home.get("/dashboard/learner/"))]
    assert sorted(names) == sorted(booking.lesson.title for booking in booked)


def test_join_is_there_when_it_is_open_and_not_before(at_home, mentor, learner):
    soon = factories.joinable(learner, mentor)
    later = factories.confirmed(learner, factories.lesson(mentor))
    links = {one.name: one.links for one in articles(at_home.get("/dashboard/learner/booked"))}
    assert "Join" in links[soon.lesson.title]
    assert "Join" not in links[later.lesson.title]


def test_a_seat_that_is_not_paid_for_offers_retry(at_home, mentor, learner):
    held = factories.request(learner, factories.lesson(mentor), factories.DECLINED_CARD)
    [card] = articles(at_home.get("/dashboard/learner/booked"))
    assert card.name == held.lesson.title
    assert "Retry" in card.links


def test_the_past_can_be_rated_until_it_was(at_home, mentor, learner):
    done = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    [card] = articles(at_home.get("/dashboard/learner/booked?tab=past"))
    assert card.name == done.lesson.title
    assert "Rate" in card.links


def test_a_payment_says_at_each_step_where_the_money_is(at_home, mentor, learner):
    booking = factories.request(learner, factories.lesson(mentor), factories.CARD)
    assert "Held Until Mira answers" in text_of(at_home.get("/dashboard/learner/payments"))
    bookings.accept_booking(mentor, booking.id)
    assert "Held Until you have met" in text_of(at_home.get("/dashboard/learner/payments"))


def test_a_rejected_payment_is_refunded_in_the_table_too(at_home, mentor, learner):
    factories.rejected(learner, factories.lesson(mentor))
    assert "Refund on its way" in text_of(at_home.get("/dashboard/learner/payments"))
    with clock.stopped(clock.now() + policies.UNDO_REJECT):
        payment_jobs.carry_out_refunds()
    assert "Refunded All of it went back" in text_of(at_home.get("/dashboard/learner/payments"))


def test_earnings_move_from_held_to_available_a_day_after(client, mentor, learner):
    booking = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=3)))
    mira = factories.signed_in(client, mentor)
    said = text_of(mira.get("/dashboard/mentor/earnings"))
    assert "Available now $0" in said
    assert "Held $18" in said
    assert "Yours " in said
    with clock.stopped(booking.release_at):
        settlement.release_earnings(booking.id)
    said = text_of(mira.get("/dashboard/mentor/earnings"))
    assert "Available now $18" in said
    assert "Held $0" in said


def test_nobody_sees_other_peoples_bookings_or_payments(client, mentor, learner):
    booking = factories.confirmed(learner, factories.lesson(mentor))
    ana = factories.signed_in(client, factories.learner("Ana Sol"))
    for path in ("/dashboard/learner/booked", "/dashboard/learner/payments"):
        assert booking.lesson.title not in text_of(ana.get(path))


PAGES = sorted({path for pair in FRAGMENTS.values() for path in pair})


@pytest.mark.parametrize("path", PAGES)
def test_a_mentor_is_told_how_to_get_in(client, mentor, path):
    answer = factories.signed_in(client, mentor).get(path)
    assert answer.status_code == 403
    assert "Turn on learning in your settings first." in text_of(answer)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_sign_in_and_back(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_opening_the_other_side_of_the_house_changes_the_hat(client):
    both = factories.person("Kim Vega", learns=True, teaches=True)
    kim = factories.signed_in(client, both)
    assert "Create Session" in text_of(kim.get("/dashboard/mentor/"))
    assert "Booked Sessions" in text_of(kim.get("/dashboard/learner/"))


def test_a_session_that_was_cut_short_says_in_the_table_what_came_back_and_why(at_home, mentor, learner):
    lesson = factories.lesson(mentor)
    booking = factories.confirmed(learner, lesson)
    factories.stay(lesson, mentor.id, timedelta(0), timedelta(minutes=45))
    factories.stay(lesson, learner.id, timedelta(0), timedelta(minutes=60))
    with clock.stopped(lesson.ends_at):
        settlement.settle(booking.id)
        payment_jobs.carry_out_refunds()
    text = text_of(at_home.get("/dashboard/learner/payments"))
    assert "Partly refunded 45 of 60 min together. Mira was away for 15 min: $4.50 of $18 goes back to you." in text
    past = text_of(at_home.get("/dashboard/learner/booked?tab=past"))
    assert "45 of 60 min together." in past
