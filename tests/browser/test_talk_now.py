"""Talk now, by two people in two browsers: one says "I am here", the other rings, and a yes leads both into one room."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.walking import button, until_live, watched

pytestmark = pytest.mark.browser


def test_a_ring_and_a_yes_lead_both_into_the_room(house, browse) -> None:
    mentor, learner = factories.verified(factories.mentor()), factories.verified(factories.learner())
    mira, lev = (watched(browse(person).new_page()) for person in (mentor, learner))
    mira.goto("/dashboard/mentor/")
    until_live(mira)
    button(mira, "I am here now").click()
    mira.get_by_label("Price").fill("9")
    button(mira, "I am here").last.click()
    expect(mira.locator("#talk")).to_contain_text("You can be rung until")
    lev.goto("/dashboard/learner/")
    until_live(lev)
    lev.get_by_role("link", name="Talk now with Mira Holm").click()
    button(lev, "Confirm and ring").click()
    expect(lev.get_by_role("heading", name="Ringing Mira")).to_be_visible()
    button(mira.get_by_role("dialog"), "Accept").click()
    expect(mira).to_have_url(re.compile(r"/session/[\w-]+/$"))
    button(lev.get_by_role("dialog"), "Join").click()
    expect(lev).to_have_url(mira.url)
