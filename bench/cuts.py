"""The network of one of two people goes away: how long until both see each other again, and until the room is whole."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from bench.meetings import MILD, OFFLINE, Meetings, close, counted, network
from bench.report import line

FRAMES_WITHIN = {5: 1.0, 20: 1.2}
"""Seconds, by seconds offline."""
WHOLE_WITHIN = 2.0
GAPS = (3, 5, 10, 20, 60)


def main(meetings: Meetings) -> None:
    """One call per cut: what was broken once shall not be lucky twice."""
    print("\nThe network is back after (seconds until…)")
    for gap in GAPS:
        pages = meetings.ours(mild=True)
        frames, whole = _cut(*pages, gap)
        line(f"{gap} s offline: both see frames", frames, "s", FRAMES_WITHIN.get(gap), digits=2)
        line(f"{gap} s offline: line up, lines of chat there", whole, "s", WHOLE_WITHIN, digits=2)
        close(pages)


def _cut(mira: Page, lev: Page, gap: float) -> tuple[float, float]:
    """Seconds until frames on both sides, and until each side has what the other wrote meanwhile."""
    lev.wait_for_timeout(3000)
    network(lev, OFFLINE)
    for page, words in ((mira, "from here"), (lev, "from there")):
        page.get_by_role("button", name="Chat", exact=True).click()
        page.get_by_label("Message", exact=True).fill(words)
        page.keyboard.press("Enter")
    lev.wait_for_timeout(gap * 1000)
    stood = {page: counted(page)["frames"] for page in (mira, lev)}
    network(lev, MILD)
    began = time.monotonic()
    back: dict[str, float] = {}

    def see() -> bool:
        return all(0 < counted(page)["frames"] != stood[page] for page in (mira, lev))

    def is_whole() -> bool:
        up = all(page.locator('.room[data-line="up"]').count() for page in (mira, lev))
        return up and all(
            page.locator('.line:not([data-state="waiting"]):not([data-state="sending"])').count() == 2 for page in (mira, lev)
        )

    wanted: dict[str, Callable[[], bool]] = {"frames": see, "whole": is_whole}
    while wanted and time.monotonic() - began < 30:
        for name in [name for name, check in wanted.items() if check()]:
            back[name] = time.monotonic() - began
            del wanted[name]
    return back.get("frames", float("inf")), back.get("whole", float("inf"))
