"""Meetings to measure: a PeerLearn of its own with one web process, a browser, and the bare page's server beside it."""

import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Self

import psutil
from flask import Flask
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

MILD = {"offline": False, "latency": 1, "downloadThroughput": 50e6, "uploadThroughput": 50e6}
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
WATCHED = """
(() => {
  const Original = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Original {
    constructor(...args) { super(...args); window.connections.push(this); }
  };
  window.counted = async () => {
    const found = { frames: 0, sent: 0, connected: 0 };
    for (const pc of window.connections) {
      if (pc.connectionState !== "connected") continue;
      found.connected += 1;
      for (const entry of (await pc.getStats()).values()) {
        if (entry.type === "inbound-rtp") found.frames += entry.framesDecoded ?? 0;
        if (entry.type === "outbound-rtp") found.sent += entry.bytesSent + entry.headerBytesSent;
      }
    }
    return found;
  };
})();
"""
"""Every connection of a page, and what went through those that work: frames decoded, bytes sent."""


class Meetings:
    """Everything a measurement needs, for as long as the block lasts."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peerlearn-room-")))
            self.floor = stack.enter_context(Floor())
            playwright = stack.enter_context(sync_playwright())
            self.launched = Launched(self.folder, "--port", "0", "--no-demo", "--web", "1").until_up()
            stack.callback(self.launched.close)
            before = set(psutil.Process().children(recursive=True))
            self.browser: Browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
            stack.callback(self.browser.close)
            self.launched.until_ready()
            self._family = [process for process in psutil.Process().children(recursive=True) if process not in before]
            settings = {"PEERLEARN_INSTANCE": str(self.folder), "REDIS_URL": redis_url(self.folder), "PASSWORD_HASH_COST": "test"}
            self.house: Flask = create_app(Settings.from_environment(settings))
            stack.enter_context(self.house.app_context())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def site(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.launched.port}"

    def scene(self, people: int = 2) -> tuple[list[User], str]:
        """A mentor with so many learners that it makes `people`, and the public id of the room they may enter now."""
        mentor, learners = factories.mentor(), [factories.learner() for _ in range(people - 1)]
        lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=max(1, people - 1))
        for learner in learners:
            factories.confirmed(learner, lesson)
        return [mentor, *learners], live.room_of(lesson.id).public_id

    def cookie(self, user: User) -> str:
        """The session cookie of somebody who signed in."""
        return session_cookie(self.house, user)

    def context(self, user: User | None) -> BrowserContext:
        """A browser of somebody signed in, or of nobody for the bare page."""
        context = self.browser.new_context(base_url=self.site, permissions=["camera", "microphone"])
        if user is not None:
            context.add_cookies([{"name": "session", "value": self.cookie(user), "url": self.site}])
        return context

    def ours(self, people: int = 2, *, mild: bool = False) -> list[Page]:
        """So many people in one call of ours, once all of them see each other."""
        users, room = self.scene(people)
        pages = []
        for user in users:
            page = self._page(self.context(user), mild)
            page.goto(f"/session/{room}/")
            pages.append(page)
        return _together(pages, people - 1)

    def bare(self) -> list[Page]:
        """Two people on the bare page."""
        room = f"room-{time.monotonic_ns()}"
        first, second = (self._page(self.context(None), mild=False) for _ in range(2))
        first.goto(f"{self.floor.url}/call?{room}")
        first.wait_for_function("() => window.isReady", polling=50)
        second.goto(f"{self.floor.url}/call?{room}")
        return _together([first, second], 1)

    def processor(self, seconds: float) -> float:
        """Processors the whole browser keeps busy (1.0 is one of them), over so many seconds."""
        began, before = time.monotonic(), self._cpu()
        time.sleep(seconds)
        return (self._cpu() - before) / (time.monotonic() - began)

    def _cpu(self) -> float:
        living = {
            process for parent in self._family if parent.is_running() for process in (parent, *parent.children(recursive=True))
        }
        return sum(sum(process.cpu_times()[:2]) for process in living)

    def _page(self, context: BrowserContext, mild: bool) -> Page:
        page = context.new_page()
        page.add_init_script(WATCHED)
        if mild:
            network(page, MILD)
        return page


def network(page: Page, conditions: dict[str, float | bool]) -> None:
    """Set a page's line; the first time must be before its first connection."""
    if not hasattr(page, "devtools"):
        page.devtools = page.context.new_cdp_session(page)  # type: ignore[attr-defined]
        page.devtools.send("Network.enable")  # type: ignore[attr-defined]
    page.devtools.send("Network.emulateNetworkConditions", conditions)  # type: ignore[attr-defined]


def counted(page: Page) -> dict[str, float]:
    """What went through the page's connections that work."""
    return page.evaluate("() => window.counted()")


def close(pages: list[Page]) -> None:
    """End a call, and give the machine a moment."""
    for page in pages:
        page.context.close()
    time.sleep(0.5)


def _together(pages: list[Page], others: int) -> list[Page]:
    for page in pages:
        give_up_at = time.monotonic() + 40
        while (now := counted(page))["connected"] < others or now["frames"] < 20 * others:
            assert time.monotonic() < give_up_at, f"no call came about: {now}"
            time.sleep(0.1)
    return pages
