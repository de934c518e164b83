"""Calls through a real coturn, where nothing else is allowed: the relay's own story, and the pages that try it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import SPY, grows
from tests.browser.second import SecondProcess
from tests.browser.test_video_check import run, step
from tests.setup import coturn
from tests.setup.coturn import Coturn

pytestmark = pytest.mark.browser

ONLY_RELAYED = """
(() => {
  const Original = RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration, ...rest) { super({ ...configuration, iceTransportPolicy: "relay" }, ...rest); }
  };
})();
"""
CHOSEN = """async () => {
  const pairs = [];
  for (const pc of window.connections) {
    if (pc.connectionState !== "connected") continue;
    const stats = await pc.getStats();
    const transport = [...stats.values()].find(({ type }) => type === "transport");
    const pair = stats.get(transport.selectedCandidatePairId);
    pairs.push(stats.get(pair.localCandidateId).candidateType);
  }
  return pairs;
}"""


@pytest.fixture(scope="module")
def relay(_house) -> Iterator[Coturn]:
    with coturn.running(_house.extensions["settings"]) as running:
        yield running


@pytest.fixture(scope="module")
def relayed(site, site_folder, relay) -> Iterator[SecondProcess]:
    """A web process of the site that has a relay."""
    process = SecondProcess(site_folder, **relay.variables)
    yield process
    process.kill()


def test_where_only_the_relay_gets_through_two_people_see_and_hear_each_other_over_it(browse, house, relayed, relay):
    mentor, learner = factories.mentor(), factories.learner()
    address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"
    pages: list[Page] = []
    for user in (mentor, learner):
        page = browse(user, base_url=relayed.url).new_page()
        page.add_init_script(ONLY_RELAYED)
        page.add_init_script(SPY)
        page.goto(address)
        pages.append(page)
    for page in pages:
        assert grows(page, "frames", by=20), "no picture arrives over the relay"
        assert grows(page, "loudness", by=0.001), "there is only silence"
        assert page.evaluate(CHOSEN) == ["relay"]
    assert f":{mentor.id}>: incoming packet ALLOCATE processed, success" in relay.said


def test_the_video_check_tries_the_relay_and_is_green_all_over(browse, house, relayed):
    mentor, learner = factories.mentor(), factories.learner()
    address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/check"
    mira = browse(mentor, base_url=relayed.url).new_page()
    mira.goto(address)
    assert run(mira) < 20
    for name in ("network", "relay"):
        expect(step(mira, name)).to_have_attribute("data-mark", "green")
    expect(step(mira, "relay")).to_contain_text("The relay is reached. There and back in")
    expect(mira.get_by_text("Clear video, ready to teach!", exact=True)).to_be_visible()


def test_where_only_the_relay_gets_through_the_check_says_that_calls_go_over_it(browse, house, relayed):
    mentor, learner = factories.mentor(), factories.learner()
    address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/check"
    lev = browse(learner, base_url=relayed.url).new_page()
    lev.add_init_script(ONLY_RELAYED)
    lev.goto(address)
    assert run(lev) < 20
    expect(step(lev, "network")).to_contain_text("Calls get through. Over the relay")


