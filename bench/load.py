"""What a call costs: processors and upstream, for two, three and four people, beside the bare page."""

import statistics

from playwright.sync_api import Page

from bench.meetings import Meetings, close, counted
from bench.report import line

SECONDS = 12.0
ROUNDS = 3
SETTLE = 5000
"""Milliseconds until the encoders have found their rate."""


def main(meetings: Meetings) -> None:
    """Two people interleaved with the bare page, then more of ours; the whole browser, all of its pages on this machine."""
    print("\nCost of a call (all people in one browser on this machine)")
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_cost(meetings, meetings.bare()))
        ours.append(_cost(meetings, meetings.ours()))
    (our_cpu, our_rate), (bare_cpu, bare_rate) = (
        (statistics.median(cpu for cpu, _ in found), statistics.median(rate for _, rate in found)) for found in (ours, bare)
    )
    line("2 people, bare page: processors", bare_cpu, "", digits=2)
    line("2 people: processors", our_cpu, "", digits=2)
    line("2 people: processors, ratio to the bare page", our_cpu / bare_cpu, "x", 1.25, digits=2)
    line("2 people, bare page: upstream each", bare_rate, "kbit/s")
    line("2 people: upstream each", our_rate, "kbit/s")
    for people in (3, 4):
        cpu, rate = _cost(meetings, meetings.ours(people))
        line(f"{people} people: processors", cpu, "", digits=2)
        line(f"{people} people: upstream each", rate, "kbit/s")


def _cost(meetings: Meetings, pages: list[Page]) -> tuple[float, float]:
    """Processors kept busy, and kilobits a second that each person sends."""
    pages[0].wait_for_timeout(SETTLE)
    before = [counted(page)["sent"] for page in pages]
    cpu = meetings.processor(SECONDS)
    sent = [counted(page)["sent"] - start for page, start in zip(pages, before, strict=True)]
    close(pages)
    return cpu, statistics.mean(sent) * 8 / 1000 / SECONDS
