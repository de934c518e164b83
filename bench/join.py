"""How long from a click on Join to the first picture of the other person, against the least a browser needs.

Both sides of the comparison run interleaved in one Chromium, on this machine, with fake cameras. "Floor" is a bare page of forty
lines: the same click on a link, the same kind of page load, a WebSocket that only relays, one RTCPeerConnection. Nobody gets a
shorter way; the other person is in the room already, as in life.
"""

import statistics
import time

from playwright.sync_api import Browser, Page

from bench.floor import Floor
from bench.meetings import Meetings
from bench.report import line

FIRST_PICTURE = """
(isOurs) => new Promise((resolve, reject) => {
  const isShown = (video) => video.videoWidth > 2 && video.currentTime > 0 && video.readyState >= 2;
  const look = () => {
    const videos = [...document.querySelectorAll(isOurs ? ".tile:not(.tile-mine) video" : "#theirs")];
    if (videos.some(isShown)) return resolve(performance.timeOrigin + performance.now());
    setTimeout(look, 5);
  };
  setTimeout(() => reject(new Error("no picture in 20 s")), 20000);
  look();
})
"""
CLICKED = """
() => {
  const note = () => sessionStorage.setItem("clicked", String(performance.timeOrigin + performance.now()));
  addEventListener("click", note, { capture: true });
}
"""
OWN_PICTURE = """
(() => {
  const look = () => {
    const video = document.querySelector(".tile-mine video, #mine");
    if (video?.currentTime > 0) window.ownPictureAt = performance.now();
    else setTimeout(look, 5);
  };
  look();
})();
"""


def main(meetings: Meetings, rounds: int) -> None:
    """Run both, print the medians, the difference and the ratio."""
    figures: dict[str, list[float]] = {"PeerLearn": [], "floor": []}
    previews: dict[str, list[float]] = {"PeerLearn": [], "floor": []}
    for number in range(rounds + 1):  # the first round warms up both and does not count
        for name, (first, preview) in {"PeerLearn": ours(meetings), "floor": bare(meetings.browser, meetings.floor)}.items():
            if number:
                figures[name].append(first)
                previews[name].append(preview)
    report("Join click -> first remote picture", figures, 250)
    report("page -> own picture", previews, 400)


def report(title: str, figures: dict[str, list[float]], most: float) -> None:
    """Medians with their spread, the difference beside what it may be, and the ratio."""
    print(f"\n{title} (n={len(figures['floor'])})")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        line(name, medians[name], "ms", note=f"[{min(values):.0f} .. {max(values):.0f}]")
    note = f"ratio {medians['PeerLearn'] / medians['floor']:.2f}"
    line("more than the floor", medians["PeerLearn"] - medians["floor"], "ms", most, note)


def ours(meetings: Meetings) -> tuple[float, float]:
    """One meeting in PeerLearn: the mentor waits inside, the learner taps Join on the dashboard."""
    (mentor, learner), room = meetings.scene()
    address = f"/session/{room}/"
    waiting, coming = meetings.context(mentor), meetings.context(learner)
    host = waiting.new_page()
    host.goto(address)
    host.wait_for_selector('.room[data-line="up"]')
    page = coming.new_page()
    page.goto("/dashboard/learner/")
    result = timed(page, lambda: page.locator(f"a[href='{address}']").first.click(), is_ours=True)
    waiting.close()
    coming.close()
    return result


def bare(browser: Browser, floor: Floor) -> tuple[float, float]:
    """The same with the bare page."""
    waiting, coming = (browser.new_context(permissions=["camera", "microphone"]) for _ in range(2))
    room = f"room-{time.monotonic_ns()}"
    host = waiting.new_page()
    host.goto(f"{floor.url}/call?{room}")
    host.wait_for_function("() => window.isReady", polling=50)
    page = coming.new_page()
    page.goto(f"{floor.url}/?{room}")
    result = timed(page, lambda: page.get_by_text("Join").click(), is_ours=False)
    waiting.close()
    coming.close()
    return result


def timed(page: Page, click, *, is_ours: bool) -> tuple[float, float]:
    """Milliseconds from the click to the first remote picture, and from the page's start to the own one."""
    page.add_init_script(OWN_PICTURE)
    page.wait_for_timeout(600)
    page.evaluate(CLICKED)
    click()
    page.wait_for_url("**/session/**" if is_ours else "**/call**", wait_until="commit")
    first = page.evaluate(FIRST_PICTURE, is_ours)
    clicked = float(page.evaluate("() => sessionStorage.getItem('clicked')"))
    page.wait_for_function("() => window.ownPictureAt", polling=50)
    return first - clicked, page.evaluate("() => window.ownPictureAt")
