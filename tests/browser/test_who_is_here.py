"""Somebody sits at their dashboard when the other side comes into the room: the page says it by itself, and so does the tab."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.walking import until_live, watched

pytestmark = pytest.mark.browser

expect.set_options(timeout=15_000)

HIDE = "(hidden) => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden }); document.dispatchEvent(new Event('visibilitychange')); }"


def test_the_learner_sees_at_once_that_the_mentor_is_here_and_that_they_went(house, browse) -> None:
    mentor, learner = factories.verified(factories.mentor()), factories.verified(factories.learner())
    factories.joinable(learner, mentor)
    lev = watched(browse(learner, reduced_motion="no-preference").new_page())
    lev.goto("/dashboard/learner/")
    until_live(lev)
    hero = lev.locator("#hero")
    join, own = hero.get_by_role("link", name="Join"), lev.title()
    expect(join).to_have_css("animation-name", "none")
    mira = browse(mentor).new_page()
    mira.goto("/dashboard/mentor/")
    mira.locator("#hero").get_by_role("link", name="Join").click()
    expect(hero.get_by_role("status")).to_have_text("Mira is here")
    expect(join).to_have_css("animation-name", "pulse")
    expect(lev).to_have_title(own)
    lev.evaluate(HIDE, True)
    expect(lev).to_have_title("Mira is here · PeerLearn")
    mira.close()
    expect(hero.get_by_role("status")).to_be_empty()
    expect(join).to_have_css("animation-name", "none")
    expect(lev).to_have_title(own)
