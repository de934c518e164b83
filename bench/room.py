"""Every figure of the live room in one run, with its target and, where there is one, its ratio to a bare page.

    .venv/bin/python -m bench room
    .venv/bin/python -m bench.room join cuts load signals weight      only some of it

Everything runs on this machine, with fake cameras; a busy one makes all of it slower, so ratios are taken in the same run.
"""

import sys

from bench import cuts, join, load, room_weight, signals
from bench.meetings import Meetings

PARTS = ("join", "cuts", "load", "signals", "weight")


def main(rounds: int, wanted: set[str] | None = None) -> None:
    """All parts, or those that are wanted."""
    parts = wanted or set(PARTS)
    if unknown := parts - set(PARTS):
        sys.exit(f"bench.room knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}")
    with Meetings() as meetings:
        if "join" in parts:
            join.main(meetings, rounds)
        if "cuts" in parts:
            cuts.main(meetings)
        if "load" in parts:
            load.main(meetings)
        if "signals" in parts:
            signals.main(meetings)
        if "weight" in parts:
            room_weight.main(meetings)


if __name__ == "__main__":
    main(7, set(sys.argv[1:]))
