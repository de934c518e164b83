"""How long `bin/run` takes to its first page when everything has been set up before."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.config import ROOT
from bench.report import line
from tests.process.launched import environment

TRIES = 3
UP = re.compile(r"PeerLearn is running: http://\S+")


def fill(folder: Path) -> None:
    """Make the database and load the demo, as the first start does."""
    folder.mkdir(parents=True, exist_ok=True)
    variables = {**environment(folder), "PASSWORD_HASH_COST": "standard"}
    print("\nThe first time")
    for name, target, words in (
        ("database", None, ("app.process.preparing",)),
        ("demo", 15.0, ("app.process.commands", "demo")),
    ):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
        line(f"{name}, in a process of its own", time.monotonic() - began, "s", target)


def main(folder: Path) -> None:
    """The median of three starts, from the command to the greeting (which waits for the first page)."""
    seconds = sorted(_one(folder) for _ in range(TRIES))
    print("\nStart")
    line("second bin/run -> first page, median of 3", seconds[TRIES // 2], "s", 5.0, f"[{seconds[0]:.1f} .. {seconds[-1]:.1f}]")


def _one(folder: Path) -> float:
    log = folder / "bin-run.log"
    variables = {**environment(folder), "PASSWORD_HASH_COST": "standard"}
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(ROOT / "bin" / "run"), "--port", "0", "--web", str(os.cpu_count() or 2)],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while not UP.search(log.read_text(errors="replace")):
                assert process.poll() is None, log.read_text(errors="replace")
                assert time.monotonic() - began < 120, "no first page after two minutes"
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
