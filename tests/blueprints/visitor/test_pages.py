"""What a visitor sees: the front door, the catalog, a session, a mentor."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import service as accounts
from app.kernel import clock
from tests import factories
from tests.blueprints.reading import articles, by_id, read, text_of


def test_the_front_door_shows_what_starts_next_and_what_follows(client, mentor):
    for hours, title in ((3, "Third hour"), (1, "First hour"), (2, "Second hour")):
        factories.lesson(mentor, starts_in=timedelta(hours=hours), title=title)
    page = client.get("/")
    assert page.status_code == 200
    assert [card.name for card in articles(page)] == ["First hour", "Second hour", "Third hour"]
    assert "Learn it live, from someone who loves it." in text_of(page)


def test_the_front_door_stands_on_its_first_day_too(client):
    page = client.get("/")
    assert page.status_code == 200
    assert articles(page) == []
    assert "How it works" in text_of(page)


def test_a_card_says_time_price_topics_mentor_and_has_one_book(client, mentor):
    with clock.stopped(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)):  # on the minute, because sessions start on one
        factories.lesson(mentor, starts_in=timedelta(minutes=42), price=1800, title="Knots", topics=("Rope", "Boats"))
        [card] = articles(client.get("/explore"))
    for words in ("Knots", "Rope", "Boats", "Mira Holm", "$18", "in 42 min"):
        assert words in card.text
    assert card.links.count("Book") == 1


def test_search_finds_by_title_topic_and_mentor(client, mentor):
    factories.lesson(mentor, title="Braids for sailors", topics=("Rope",))
    factories.lesson(factories.mentor("Jonas Weber"), title="Bread", topics=("Sourdough",), starts_in=timedelta(hours=9))
    for words, found in (("braids", "Braids for sailors"), ("sourdough", "Bread"), ("jonas", "Bread")):
        assert [card.name for card in articles(client.get("/explore", query_string={"q": words}))] == [found]


def test_nothing_found_is_an_invitation(client):
    page = client.get("/explore?q=zymurgy")
    assert page.status_code == 200
    assert "Nothing like that just now" in text_of(page)
    assert "See everything" in read(page).links


def test_tonight_is_the_viewers_own_night(client, mentor):
    client.set_cookie("tz", "Asia/Kolkata")
    with clock.stopped(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)):  # 13:30 in Kolkata
        factories.lesson(mentor, title="Afternoon", starts_in=timedelta(hours=2))  # 15:30
        factories.lesson(mentor, title="Evening", starts_in=timedelta(hours=6))  # 19:30
        factories.lesson(mentor, title="Tomorrow noon", starts_in=timedelta(hours=23))
        assert [card.name for card in articles(client.get("/explore?when=tonight"))] == ["Evening"]
        assert [card.name for card in articles(client.get("/explore?when=today"))] == ["Afternoon", "Evening"]


def test_price_and_sort_narrow_and_order(client, mentor):
    for hours, price, title in ((1, 3000, "Dear"), (2, 900, "Cheap"), (3, 1900, "Middling")):
        factories.lesson(mentor, starts_in=timedelta(hours=hours * 2), price=price, title=title)
    assert [card.name for card in articles(client.get("/explore?price=20"))] == ["Cheap", "Middling"]
    assert [card.name for card in articles(client.get("/explore?sort=price"))] == ["Cheap", "Middling", "Dear"]


def test_filters_answer_with_the_results_alone_and_show_more_with_the_next_cards(client):
    for number in range(26):
        teacher = factories.mentor(f"Mentor {number}")
        factories.lesson(teacher, starts_in=timedelta(hours=2 + number), title=f"Hour {number}")
    fragment = client.get("/explore", headers={"HX-Request": "true"})
    assert by_id(fragment, "results") is not None
    assert by_id(fragment, "main") is None
    assert len(articles(fragment)) == 24
    more = client.get("/explore?page=1", headers={"HX-Request": "true"})
    assert [card.name for card in articles(more)] == ["Hour 24", "Hour 25"]
    assert by_id(more, "more") is None


def test_a_boosted_link_is_answered_with_the_whole_page(client):
    page = client.get("/explore", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert by_id(page, "main") is not None


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=99999999999999999999", "page=٣", "page=1e3", "price=-5", "price=free", "when=yesterday",
        "sort=;drop table users",
        "q=%00", "q=%F0%9F%A6%86", "q=%E2%80%AEgnp.exe", "q=' OR 1=1 --", "topic=%25", "topic=../../etc/passwd", "q=" + "x" * 5000,
        "q=<script>alert(1)</script>", "q=_%25_",
    ],
)  # fmt: skip
def test_an_odd_search_is_still_a_search(client, lesson, query):
    page = client.get(f"/explore?{query}")
    assert page.status_code == 200
    assert "<script>alert" not in page.get_data(as_text=True)


def test_a_session_page_has_everything_a_decision_needs(client, mentor):
    lesson = factories.lesson(mentor, title="Knots", description="Bring a rope.", topics=("Rope", "Boats"), price=1800, minutes=45)
    accounts.update_profile(mentor, accounts.ProfileDraft(mentor.name, "Sails since 1999", "I tie things."))
    text = text_of(client.get(f"/sessions/{lesson.id}"))
    for words in (
        "Knots",
        "Bring a rope.",
        "Rope",
        "Boats",
        "$18",
        "45 min",
        "Mira Holm",
        "Sails since 1999",
        "Book",
        "Your money is held",
    ):
        assert words in text


def test_both_clocks_are_shown_when_they_differ(client, lesson):
    assert "for Mira" not in text_of(client.get(f"/sessions/{lesson.id}"))
    client.set_cookie("tz", "Asia/Kolkata")
    page = text_of(client.get(f"/sessions/{lesson.id}"))
    assert "IST for you" in page
    assert "UTC for Mira" in page


def test_the_details_pop_up_shows_what_the_plan_asks_for(client, mentor):
    lesson = factories.lesson(mentor, title="Knots", description="Bring a rope.", topics=("Rope",), price=1800, minutes=45)
    fragment = client.get(f"/sessions/{lesson.id}/details")
    assert by_id(fragment, "main") is None
    for words in ("Bring a rope.", "Rope", "45 min", "$18", "Mira Holm", "Book"):
        assert words in text_of(fragment)


@pytest.mark.parametrize("path", ["/sessions/999999", "/sessions/999999/details", "/mentors/999999", "/sessions/x", "/nowhere"])
def test_what_is_not_there_is_a_kind_404(client, path):
    page = client.get(path)
    assert page.status_code == 404
    assert "There is nothing here" in text_of(page)


def test_a_learner_has_no_mentor_page(client, learner):
    assert client.get(f"/mentors/{learner.id}").status_code == 404


def test_a_mentor_page_tells_who_what_and_what_others_say(client, mentor):
    lesson = factories.lesson(mentor, title="Knots", topics=("Rope",))
    accounts.update_profile(mentor, accounts.ProfileDraft(mentor.name, "Sails since 1999", "I tie things."))
    page = client.get(f"/mentors/{mentor.id}")
    for words in ("Mira Holm", "Sails since 1999", "I tie things.", "Rope", "No reviews yet"):
        assert words in text_of(page)
    assert [card.name for card in articles(page)] == [lesson.title]


def test_what_a_mentor_writes_is_text_and_never_markup(client, mentor):
    hostile = "</script><img src=x onerror=alert(1)>"
    accounts.update_profile(mentor, accounts.ProfileDraft("Mira " + hostile[:60], hostile, hostile))
    lesson = factories.lesson(mentor, title="Knots" + hostile, description=hostile)
    for path in (f"/sessions/{lesson.id}", f"/sessions/{lesson.id}/details", f"/mentors/{mentor.id}", "/explore", "/"):
        body = client.get(path).get_data(as_text=True)
        assert "<img src=x" not in body, path


def test_search_engines_read_facts_that_are_true(client, mentor):
    lesson = factories.lesson(mentor, title="Knots & braids", price=1850)
    body = client.get(f"/sessions/{lesson.id}").get_data(as_text=True)
    facts = json.loads(re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', body, re.DOTALL)[1])
    assert facts["@type"] == "EducationEvent"
    assert facts["name"] == "Knots & braids"
    assert facts["offers"]["price"] == "18.50"
    assert facts["offers"]["availability"].endswith("InStock")


def test_the_sitemap_lists_sessions_and_mentors_and_robots_keep_out_of_dashboards(client, lesson):
    sitemap = client.get("/sitemap.xml")
    assert f"/sessions/{lesson.id}</loc>" in sitemap.get_data(as_text=True)
    assert f"/mentors/{lesson.mentor_id}</loc>" in sitemap.get_data(as_text=True)
    robots = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /dashboard/" in robots
    assert "/sitemap.xml" in robots


def test_book_leads_a_visitor_through_sign_in_and_back_to_the_dialog(client, learner, lesson):
    page = client.get(f"/sessions/{lesson.id}")
    [book] = {node.attributes["href"] for node in read(page).all() if node.tag == "a" and node.name == "Book"}
    assert book.startswith("/sign-in?next=")
    email = learner.email
    form = client.get(book)
    wanted = by_id(form, "next").attributes["value"]
    answer = client.post("/sign-in", data={"email": email, "password": factories.PASSWORD, "next": wanted})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/sessions/{lesson.id}?book=1"
    back = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert f'hx-get="/dashboard/learner/sessions/{lesson.id}/book" hx-target="#dialog-host" hx-trigger="load"' in back
