"""Calls through a real coturn, where nothing else is allowed: the relay's own story, and the pages that try it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import SPY, grows, until
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


def meeting(browse, relayed, mentor, learner, *scripts: str) -> list[Page]:
    """The pages of two who come into one room, each with these scripts before its own."""
    address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"
    pages = [browse(user, base_url=relayed.url).new_page() for user in (mentor, learner)]
    for page in pages:
        for script in scripts:
            page.add_init_script(script)
        page.goto(address)
    return pages


def test_where_only_the_relay_gets_through_two_people_see_and_hear_each_other_over_it(browse, house, relayed, relay):
    mentor, learner = factories.mentor(), factories.learner()
    pages = meeting(browse, relayed, mentor, learner, ONLY_RELAYED, SPY)
    for page in pages:
        assert grows(page, "frames", by=20), "no picture arrives over the relay"
        assert grows(page, "loudness", by=0.001), "there is only silence"
        assert page.evaluate(CHOSEN) == ["relay"]
    assert until(lambda: f":{mentor.id}>: incoming packet ALLOCATE processed, success" in relay.said, 10)


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




NO_OTHER_WAY = """
(() => {
  const Original = RTCPeerConnection;
  const pathless = (sdp) => sdp.replace(/a=candidate:.*\\r\\n/g, "");
  const isOpen = (pc) => pc.getConfiguration().iceTransportPolicy === "relay" || pc.remoteDescription?.type === "offer";
  window.RTCPeerConnection = class extends Original {
    addIceCandidate(...args) { return isOpen(this) ? super.addIceCandidate(...args) : Promise.resolve(); }
    setRemoteDescription(heard) { // on a slow machine an answer brings its paths with it
      return super.setRemoteDescription(heard.type === "offer" || isOpen(this) ? heard : { type: heard.type, sdp: pathless(heard.sdp) });
    }
    get localDescription() {
      const told = super.localDescription;
      return !told || isOpen(this) ? told : { type: told.type, sdp: pathless(told.sdp) };
    }
    set onicecandidate(listener) { super.onicecandidate = (event) => isOpen(this) && listener(event); }
  };
})();
"""
"""A network in which a call only comes about when the caller goes over the relay: callers by any other way tell and hear no path."""
WORDS = """
(() => {
  window.said = new Set();
  const note = () => document.querySelectorAll(".tile-state").forEach((place) => window.said.add(place.textContent));
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
})();
"""
"""Every word that stood on a picture, however briefly: over a quick relay the last try may be over before anybody asks."""
OVER_THE_RELAY = "window.connections.some((one) => one.getConfiguration().iceTransportPolicy === 'relay')"


def test_when_nothing_else_gets_through_the_third_try_takes_the_relay_and_says_so(browse, house, relayed):
    pages = meeting(browse, relayed, factories.mentor(), factories.learner(), NO_OTHER_WAY, SPY, WORDS)
    # Each page counts its own tries, eight seconds apart: when the two take turns, the fifth of all is the first third.
    assert until(lambda: any(page.evaluate(OVER_THE_RELAY) for page in pages), 90), "nobody tried the relay alone"
    for page in pages:
        assert grows(page, "frames", by=20, within=30), "no picture arrives over the relay"
        assert set(page.evaluate(CHOSEN)) == {"relay"}
        expect(page.get_by_text("Trying alternate connection...")).to_be_hidden()
        was_told = page.evaluate("window.said.has('Trying alternate connection...')")
        assert was_told == page.evaluate(OVER_THE_RELAY), "who goes another way is told, and nobody else: either of the two may be first"


def way(page: Page, relay: int, way: str):
    return page.locator(f'[data-step^="{relay}-"][data-way="{way}"]')


def test_the_relay_test_tries_every_way_and_says_what_to_do_about_what_is_dead(browse, house, site_folder, relay):
    variables = {**relay.variables, "TURN_URLS": f"{relay.variables['TURN_URLS']},turn:localhost:9?transport=tcp"}
    process = SecondProcess(site_folder, **variables)
    lev = browse(factories.learner(), base_url=process.url, viewport={"width": 360, "height": 740}).new_page()
    lev.goto("/relay-test")
    expect(lev.get_by_text("Calls get through here. One of the relays is not reached.")).to_be_visible(timeout=20_000)
    for name in ("UDP", "TCP"):
        expect(way(lev, 0, name)).to_have_attribute("data-mark", "green")
        expect(way(lev, 0, name)).to_contain_text("there and back.")
    expect(way(lev, 1, "TCP")).to_have_attribute("data-mark", "red")
    expect(way(lev, 1, "TCP")).to_contain_text("Not reached, though another relay is. Tell whoever runs PeerLearn.")
    assert "turn:" not in lev.locator("main").inner_text()
    assert lev.evaluate("document.documentElement.scrollWidth") <= 360
    lev.get_by_role("button", name="Try again").click()
    expect(lev.get_by_text("Calls get through here. One of the relays is not reached.")).to_be_visible(timeout=20_000)
    process.kill()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"static-auth-secret": "another-secret-than-ours"}, "It does not know us. Tell whoever runs PeerLearn."),
        ({"denied-peer-ip": "127.0.0.0-127.255.255.255"}, "It answers, but nothing gets through it. Tell whoever runs PeerLearn."),
    ],
    ids=["another secret", "its own address denied"],
)
def test_a_relay_that_is_set_up_wrongly_is_told_apart_from_a_strict_network(browse, house, site_folder, changes, words):
    with coturn.running(house.extensions["settings"], **changes) as wrong:
        process = SecondProcess(site_folder, **wrong.variables)
        lev = browse(factories.learner(), base_url=process.url).new_page()
        lev.goto("/relay-test")
        expect(lev.get_by_text("No relay is reached from here")).to_be_visible(timeout=20_000)
        for name in ("UDP", "TCP"):
            expect(way(lev, 0, name)).to_contain_text(words)
        process.kill()
