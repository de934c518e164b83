"""A PeerLearn really started from the command line, in a folder of its own."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

from app.config import ROOT

UP = re.compile(r"PeerLearn is running: http://127\.0\.0\.1:(\d+) +\(after ([\d.]+) s\)")
UP_WITHIN = 90.0
DOWN_WITHIN = 45.0


class Launched:
    """`bin/run` without its set-up: starts, finds the address in what it prints, stops."""

    def __init__(self, instance: Path, *flags: str, **variables: str) -> None:
        self.instance = instance
        instance.mkdir(parents=True, exist_ok=True)
        self.log = instance / "launched.log"
        self._output: IO[bytes] = self.log.open("wb")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.process.launcher", *flags],
            cwd=ROOT,
            env=environment(instance, **variables),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def until_up(self) -> "Launched":
        """Wait for the greeting; the test fails with the log if it does not come."""
        eventually(lambda: UP.search(self.said) or self.process.poll() is not None, UP_WITHIN)
        match = UP.search(self.said)
        assert match, f"it did not come up:\n{self.said[-3000:]}"
        self.port = int(match[1])
        self.seconds = float(match[2])
        return self

    @property
    def said(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(errors="replace")

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """One request on a connection of its own: status and body."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            line.request("GET", path, headers=headers or {})
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            line.close()

    def until_ready(self) -> None:
        """Wait until /readyz says that every part works."""
        assert eventually(lambda: self.get("/readyz")[0] == 200, 60), f"{self.get('/readyz')}\n{self.said[-2000:]}"

    def children(self, word: str) -> list[psutil.Process]:
        """Its own child processes whose command line has this word: wsgi.py, clock, valkey-server, or a queue of a worker (default, media)."""
        found = []
        for child in psutil.Process(self.process.pid).children():
            try:
                if child.status() != psutil.STATUS_ZOMBIE and any(word in part for part in child.cmdline()):
                    found.append(child)
            except psutil.NoSuchProcess:
                continue
        return found

    def family(self) -> list[psutil.Process]:
        """Everything it started, grandchildren too."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Ask it to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(DOWN_WITHIN)
        finally:
            self.close()

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.process.poll() is None:
            family = self.family()
            self.process.kill()
            for one in family:
                try:
                    one.kill()
                except psutil.NoSuchProcess:
                    pass
            self.process.wait()
        self._output.close()


def environment(instance: Path, **variables: str) -> dict[str, str]:
    """What a test's processes see: this machine's environment without settings of PeerLearn."""
    ours = ("PEERLEARN_", "DATABASE_URL", "TEST_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FERNET_KEYS", "BASE_URL", "PROMETHEUS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PEERLEARN_INSTANCE": str(instance), "PASSWORD_HASH_COST": "test", **variables}


def eventually(check: Callable[[], object], seconds: float = 10.0) -> bool:
    """Ask again and again until it is so, or the seconds are over."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if check():
            return True
        time.sleep(0.05)
    return False
