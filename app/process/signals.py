"""Signals for a plain loop: the ones that stop us are noted, and every one ends a wait at once."""

import contextlib
import select
import signal
import socket


class StopSignals:
    """Notes SIGTERM, SIGINT and SIGHUP (the terminal went away); SIGCHLD only wakes."""

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _note(self, *_: object) -> None:
        self.asked_to_stop = True

    def wait(self, seconds: float) -> None:
        """Sleep, or less when a signal comes."""
        select.select([self._reading], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            self._reading.recv(4096)
