"""One child process of the launcher: start, restart with growing patience, stop, kill."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

STEADY_AFTER = 30.0
"""Seconds a child must live for its past crashes to be forgotten."""
LONGEST_PAUSE = 15.0
"""Seconds between two starts of a child that keeps crashing."""
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A program that ought to run."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    inherited: tuple[int, ...] = ()
    seconds_to_stop: float = 5.0
    process: "subprocess.Popen[bytes] | None" = None
    crashes: int = 0
    _started_at: float = 0.0
    _start_again_at: float = field(default=0.0)

    def start(self) -> None:
        """Run it in a session of its own, so that Ctrl-C reaches the launcher only and it decides who goes first."""
        self._started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            pass_fds=self.inherited,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_the_launcher if sys.platform == "linux" else None,
        )

    def start_later(self, seconds: float) -> None:
        """Plan the (next) start; a child that runs goes on running."""
        self._start_again_at = time.monotonic() + seconds

    @property
    def alive(self) -> bool:
        """True while it runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int:
        """How it ended; 0 while it runs."""
        return 0 if self.process is None else self.process.returncode or 0

    def note_crash(self) -> str:
        """Plan the next start after an unexpected end; returns how it ended, for people."""
        assert self.process is not None
        code = self.process.returncode
        self.signal_leftovers(signal.SIGTERM)
        lived = time.monotonic() - self._started_at
        self.crashes = 1 if lived > STEADY_AFTER else self.crashes + 1
        pause = 0.0 if self.crashes == 1 else min(LONGEST_PAUSE, 0.25 * 2**self.crashes)
        self._start_again_at = time.monotonic() + pause
        self.process = None
        ending = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        return f"{ending} after {lived:.0f} s" + (f"; next start in {pause:.0f} s" if pause >= 1 else "")

    @property
    def is_due(self) -> bool:
        """True when it is down and its pause is over."""
        return self.process is None and time.monotonic() >= self._start_again_at

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what you do, then go."""
        if self.alive:
            assert self.process is not None
            self.process.send_signal(signal.SIGTERM)

    def stop_at_once(self) -> None:
        """SIGKILL to it and its helpers."""
        if self.process is not None:
            self.signal_leftovers(signal.SIGKILL)
            self.process.wait()

    def signal_leftovers(self, number: int) -> None:
        """Signal its whole process group, for helpers it forked and left behind (RQ's scheduler)."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass
            except PermissionError:  # macOS says so of a group of zombies
                pass


def _die_with_the_launcher() -> None:
    """Ask the kernel for a SIGTERM when the launcher dies, even by kill -9, so that nothing is left running."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_in_order(groups: Sequence[Sequence[Child]], impatient: Callable[[], bool], pause: Callable[[float], None]) -> None:
    """Stop group after group, each child within its own seconds; what stays longer, or when `impatient()`, is killed."""
    for group in groups:
        began = time.monotonic()
        for child in group:
            child.ask_to_stop()
        while any(child.alive and time.monotonic() - began < child.seconds_to_stop for child in group) and not impatient():
            pause(0.05)
        for child in group:
            child.stop_at_once()
