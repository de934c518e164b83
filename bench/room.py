"""How long from a click on Join to the first picture of the other person, against the least a browser needs.

    .venv/bin/python -m bench.room [rounds]

Both sides of the comparison run interleaved in one Chromium, on this machine, with fake cameras. "Floor" is a bare page of forty
lines: the same click on a link, the same kind of page load, a WebSocket that only relays, one RTCPeerConnection. Nobody gets a
shorter way; the other person is in the room already, as in life.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.accounts.models import User
from app.config import Settings
from app.factory import create_app
from app.live import queries as live
from app.process.embedded import redis_url
from bench.floor import Floor
from tests import factories
from tests.browser.conftest import ARGUMENTS, session_cookie
from tests.process.launched import Launched
from tests.setup.outside import chromium

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


def main(rounds: int) -> None:
    """Run both, print the medians and the ratio."""
    figures: dict[str, list[float]] = {"PeerLearn": [], "floor": []}
    previews: dict[str, list[float]] = {"PeerLearn": [], "floor": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, Floor() as floor:
        launched = Launched(Path(folder), "--port", "0", "--no-demo", "--web", "1").until_up()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            launched.until_ready()
            for number in range(rounds + 1):  # the first round warms up both and does not count
                measured = {"PeerLearn": ours(browser, launched, Path(folder)), "floor": bare(browser, floor)}
                for name, (first, preview) in measured.items():
                    if number:
                        figures[name].append(first)
                        previews[name].append(preview)
        finally:
            browser.close()
            launched.close()
    report("Join click -> first remote picture", figures)
    report("page -> own picture", previews)


def report(title: str, figures: dict[str, list[float]]) -> None:
    """Medians with their spread, and the ratio."""
    print(f"\n{title} (ms, n={len(figures['floor'])})")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        print(f"  {name:<10} median {medians[name]:6.0f}   [{min(values):.0f} .. {max(values):.0f}]")
    print(f"  ratio {medians['PeerLearn'] / medians['floor']:.2f}, difference {medians['PeerLearn'] - medians['floor']:+.0f} ms")


def ours(browser: Browser, launched: Launched, folder: Path) -> tuple[float, float]:
    """One meeting in PeerLearn: the mentor waits inside, the learner taps Join on the dashboard."""
    site = f"http://127.0.0.1:{launched.port}"
    settings = {"PEERLEARN_INSTANCE": str(folder), "REDIS_URL": redis_url(folder), "PASSWORD_HASH_COST": "test"}
    house = create_app(Settings.from_environment(settings))
    with house.app_context():
        mentor, learner = factories.mentor(), factories.learner()
        address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"

        def context_of(user: User) -> BrowserContext:
            context = browser.new_context(base_url=site, permissions=["camera", "microphone"])
            context.add_cookies([{"name": "session", "value": session_cookie(house, user), "url": site}])
            return context

        waiting, coming = context_of(mentor), context_of(learner)
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


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
