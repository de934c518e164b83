"""What a browser fetches on its way into the room, as it comes over the line."""

from collections import defaultdict
from typing import Any

from bench.meetings import WATCHED, Meetings
from bench.report import line


def main(meetings: Meetings) -> None:
    """A fresh browser, nothing cached; everything until the line is up and three seconds after."""
    users, room = meetings.scene()
    context = meetings.context(users[1])
    page = context.new_page()
    page.add_init_script(WATCHED)
    devtools = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    bytes_of: dict[str, float] = defaultdict(float)

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def finished(event: dict[str, Any]) -> None:
        bytes_of[kinds.get(event["requestId"], "Other")] += event["encodedDataLength"]

    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    devtools.send("Network.enable")
    page.goto(f"/session/{room}/")
    page.wait_for_selector('.room[data-line="up"]')
    page.wait_for_timeout(3000)
    print("\nWeight of the room, as it comes over the line")
    line("scripts", bytes_of["Script"] / 1024, "KB", 65.0)
    for kind in sorted(set(bytes_of) - {"Script"}):
        line(kind.lower(), bytes_of[kind] / 1024, "KB")
    line("everything", sum(bytes_of.values()) / 1024, "KB", 250.0)
    context.close()
