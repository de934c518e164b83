"""Four people in one room, who comes first, and who does not fit in."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import SPY, grows, received, until
from tests.browser.test_room import tile

pytestmark = pytest.mark.browser

NAMES = ("Mira Holm", "Lev Park", "Ana Ruiz", "Tom Berg")


@pytest.fixture
def four(house) -> tuple:
    """A mentor, three learners, and where they meet."""
    mentor = factories.mentor(name=NAMES[0])
    learners = [factories.learner(name=name) for name in NAMES[1:]]
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=3, title="Knots and braids")
    for learner in learners:
        factories.confirmed(learner, lesson)
    return [mentor, *learners], f"/session/{live.room_of(lesson.id).public_id}/", lesson.id


def enter(browse, user, address: str) -> Page:
    page = browse(user, viewport={"width": 900, "height": 600}).new_page()
    page.add_init_script(SPY)
    page.goto(address, wait_until="commit")
    return page


def test_four_people_all_see_and_hear_the_three_others_and_one_can_go(browse, four):
    people, address, _ = four
    pages = [enter(browse, user, address) for user in people]
    for page, own in zip(pages, NAMES, strict=True):
        assert until(lambda page=page: received(page)["connections"] == 3, 40), f"{own} has {received(page)}"
        assert grows(page, "frames", by=30, within=30)
        assert grows(page, "loudness", by=0.001)
        for other in NAMES:
            expect(tile(page, "You" if other == own else other)).to_be_visible()
    pages[3].close()
    expect(tile(pages[0], "Tom Berg")).to_be_hidden(timeout=15_000)
    assert grows(pages[0], "frames", by=30), "the others' pictures went with the one who left"


def test_a_fifth_person_finds_no_seat_and_reads_why(browse, four, house):
    _, address, lesson_id = four
    fifth = enter(browse, factories.learner(name="Eva Stone"), address)
    expect(fifth.get_by_text("We could not find this session.")).to_be_visible()
    fifth.goto(f"/sessions/{lesson_id}")
    expect(fifth.locator("main").get_by_text("Fully booked").first).to_be_visible()


@pytest.mark.parametrize("order", ["mentor first", "learner first", "both at once"])
def test_whoever_comes_first_they_meet_over_one_connection(browse, house, order):
    mentor, learner = factories.mentor(), factories.learner()
    address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"
    users = (learner, mentor) if order == "learner first" else (mentor, learner)
    if order == "both at once":
        pages = [browse(user).new_page() for user in users]
        for page in pages:
            page.add_init_script(SPY)
            page.goto("/sign-in", wait_until="commit")
        for page in pages:
            page.evaluate("(address) => void setTimeout(() => location.assign(address))", address)
        for page in pages:
            page.wait_for_url("**/session/**", wait_until="commit")
    else:
        pages = [enter(browse, users[0], address)]
        expect(pages[0].get_by_text("Waiting for")).to_be_visible()
        pages.append(enter(browse, users[1], address))
    for page in pages:
        assert until(lambda page=page: received(page)["connections"] == 1, 20)
        assert grows(page, "frames", by=20)
        assert received(page)["connections"] == 1
