"""`bench/run`, or `.venv/bin/python -m bench [start] [pages] [memory] [weight] [booking] [room] [ledger] [bookings]`.

Figures beside their targets or baselines.

Everything runs on this machine, on a fresh instance with the demo, one web process, real password cost. Each section names its
baseline or target. Numbers of a busy machine are what they are: the load is printed first, and ratios are taken in the same run.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench import booking, bookings, ledger, memory, pages, room, start, weight
from tests.process.launched import Launched

ROUNDS = 7


def main(wanted: set[str]) -> None:
    """Run the sections that are asked for, all of them without words."""
    every = {"start", "pages", "memory", "weight", "booking", "room", "ledger", "bookings"}
    if unknown := wanted - every:
        sys.exit(f"bench knows {', '.join(sorted(every))}; not {', '.join(sorted(unknown))}")
    wanted = wanted or every
    print("{} cores, load {:.1f} {:.1f} {:.1f}".format(os.cpu_count(), *os.getloadavg()))
    with tempfile.TemporaryDirectory(prefix="peerlearn-bench-") as folder:
        _with_demo(Path(folder), wanted)
    if "booking" in wanted:
        booking.main(ROUNDS)
    if "room" in wanted:
        room.main(ROUNDS)
    if "ledger" in wanted:
        ledger.main(ROUNDS)
    if "bookings" in wanted:
        bookings.main(ROUNDS)


def _with_demo(folder: Path, wanted: set[str]) -> None:
    """The sections that look at a house with the demo in it."""
    if not wanted & {"start", "pages", "memory", "weight"}:
        return
    start.fill(folder)
    launched = Launched(folder, "--port", "0", "--web", "1", "--no-demo", PASSWORD_HASH_COST="standard").until_up()
    try:
        launched.until_ready()
        if "memory" in wanted:
            memory.at_rest(launched)
        if "pages" in wanted:
            pages.main(launched)
        if "weight" in wanted:
            weight.main(launched)
        if "memory" in wanted:
            memory.after_work(launched)
    finally:
        launched.stop()
    if "start" in wanted:
        start.main(folder)


if __name__ == "__main__":
    main(set(sys.argv[1:]))
