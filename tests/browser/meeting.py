"""What a story sees of a call: counted frames, heard loudness. The presence of an element proves nothing."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

SPY = """
(() => {
  const Original = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Original {
    constructor(...args) { super(...args); window.connections.push(this); }
  };
  const read = async (pc) => {
    const [audio, camera, screen] = pc.getTransceivers();
    if (!screen) return {};
    const of = async (part, type) => [...(await part.getStats()).values()].filter((entry) => entry.type === type);
    const sum = (entries, what) => entries.reduce((total, entry) => total + (entry[what] ?? 0), 0);
    const heard = await of(audio.receiver, "inbound-rtp");
    return {
      frames: sum(await of(camera.receiver, "inbound-rtp"), "framesDecoded"),
      screenFrames: sum(await of(screen.receiver, "inbound-rtp"), "framesDecoded"),
      spoken: sum(await of(audio.sender, "media-source"), "totalAudioEnergy"),
      bytes: sum(heard, "bytesReceived"),
      loudness: sum(heard, "totalAudioEnergy"),
    };
  };
  const known = new Map(); // a connection that was given up counts with what came over it: the sums never fall
  window.received = async () => {
    const found = { frames: 0, screenFrames: 0, spoken: 0, loudness: 0, bytes: 0, connections: 0 };
    for (const pc of window.connections) {
      if (pc.connectionState === "connected") found.connections += 1;
      const last = known.get(pc) ?? {};
      const now = pc.connectionState === "closed" ? {} : await read(pc).catch(() => ({}));
      known.set(pc, Object.fromEntries(Object.keys({ ...last, ...now }).map((what) => [what, Math.max(last[what] ?? 0, now[what] ?? 0)])));
      for (const [what, much] of Object.entries(known.get(pc))) found[what] += much;
    }
    return found;
  };
})();
"""
WORDS_SEEN = """(selector) => {
  const element = document.querySelector(selector);
  window.wordsSeen = [];
  const look = () => element.textContent.trim() && window.wordsSeen.at(-1) !== element.textContent.trim()
    && window.wordsSeen.push(element.textContent.trim());
  new MutationObserver(look).observe(element, { childList: true, characterData: true, subtree: true });
}"""
"""What stands in a place from now on, one word after the other, however briefly: `wordsSeen`."""


def received(page: Page) -> dict[str, float]:
    """What went through this page's connections so far, also those that were replaced: frames and screenFrames decoded, bytes of
    sound, and its energy, both as it was sent (spoken) and as it was heard (loudness); and how many are connected now."""
    return page.evaluate("() => window.received()")


def grows(page: Page, what: str, *, by: float, within: float = 30.0) -> bool:
    """Does this figure grow by so much in time?"""
    start = received(page)[what]
    return until(lambda: received(page)[what] >= start + by, within)


def stands(page: Page, what: str, *, during: float) -> bool:
    """Does this figure come to a stand, and stay there this long? What is still on its way may arrive first, on a busy machine too."""
    for _ in range(6):
        start = received(page)[what]
        page.wait_for_timeout(during * 1000)
        if received(page)[what] == start:
            return True
    return False


INAUDIBLE = 1e-6
"""Energy. A beep of the fake microphone adds 0.1; a decoder fed with silence may add 1e-9 a second, one step of a 16-bit sample."""


def falls_silent(page: Page, *, during: float) -> bool:
    """Does nothing audible arrive for this long, once what is still on its way is there?"""
    for _ in range(6):
        start = received(page)["loudness"]
        page.wait_for_timeout(during * 1000)
        if received(page)["loudness"] - start < INAUDIBLE:
            return True
    return False


def until(check: Callable[[], object], within: float) -> bool:
    """Ask again and again until it is so, or the seconds are over."""
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if check():
            return True
        time.sleep(0.1)
    return False
