"""A link that gets too narrow for the picture: it is lowered step by step and comes back, and the sound never stops."""

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import grows, until
from tests.browser.test_room_line import MILD, enter, network

pytestmark = pytest.mark.browser

NARROW = {**MILD, "latency": 30, "downloadThroughput": 10_000, "uploadThroughput": 10_000}
"""80 kbit/s, in bytes per second: sound and a little."""
LOSSY = {**MILD, "latency": 30, "downloadThroughput": 40_000, "uploadThroughput": 40_000, "packetLoss": 15}
"""320 kbit/s, of which every seventh packet is lost."""
SENT = """async () => {
  const camera = window.connections.at(-1).getTransceivers()[1].sender;
  const { encodings: [first] } = camera.getParameters();
  return { ceiling: first.maxBitrate, scale: first.scaleResolutionDownBy, isActive: first.active };
}"""


def sent(page: Page) -> dict:
    """The limits that stand on our own picture."""
    return page.evaluate(SENT)


LOST = """async () => {
  const report = await window.connections.at(-1).getTransceivers()[0].receiver.getStats();
  return [...report.values()].find(({ type }) => type === "inbound-rtp").packetsLost;
}"""
"""Packets of the other's sound that never came."""


@pytest.mark.parametrize("link", [NARROW, LOSSY], ids=["narrow", "narrow and lossy"])
def test_a_bad_link_lowers_the_picture_and_a_good_one_brings_it_back(browse, house, link):
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor)
    address = f"/session/{live.room_of(booking.lesson_id).public_id}/"
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address, mild=True)
    assert grows(mira, "frames", by=40)
    assert until(lambda: sent(lev)["ceiling"] == 1_200_000, 15)
    network(lev, link)
    expect(lev.get_by_text("Optimizing... The link to Mira Holm is weak")).to_be_visible(timeout=30_000)
    assert sent(lev)["ceiling"] < 1_200_000
    for _ in range(4):
        assert grows(mira, "bytes", by=2_000, within=3), "the sound stopped"
    if "packetLoss" in link:
        assert mira.evaluate(LOST) > 5, "nothing was lost: the link was good"
    network(lev, MILD)
    assert until(lambda: sent(lev) == {"ceiling": 1_200_000, "scale": 1, "isActive": True}, 60)
    assert grows(mira, "frames", by=40)
