"""One command: Valkey, migrations, web processes, worker and clock; restarts what falls, stops all of it in order.

Plain Python, one thread, never monkey-patched: web processes are exec'd and get the listening socket by number, because forked
children of an eventlet process would share one event queue.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path

from app.process import claims, embedded, freshness, greeting, options
from app.process.children import Child, stop_in_order
from app.process.environment import CannotStart, prepare_instance, read_environment
from app.process.probe import Probe
from app.process.signals import StopSignals

UP_WITHIN = 120.0
"""Seconds until the first page; a machine that is slower than that has a problem to tell about."""
OTHERS_AFTER = 10.0
"""Seconds after which the rest starts even without a first page: one process alone on the processor is up twice as soon."""
HOPELESS_AFTER = 5
"""Crashes in a row before the first page: then it is a mistake and not bad luck."""


class Launcher:
    """Everything that runs, and the order in which it comes and goes."""

    def __init__(self, host: str, port: int, web: int, demo: bool) -> None:
        self.started_at = time.monotonic()
        self.environment = read_environment()
        os.environ.update(self.environment)  # what .env says counts for us as well
        self.instance = Path(self.environment["PEERLEARN_INSTANCE"])
        self.host, self.port, self.web_count, self.demo = host, port, web, demo
        self.children: list[Child] = []
        self.signals = StopSignals()

    def run(self) -> int:
        """Start, watch, stop; 0 after a clean stop. CannotStart with one clear line."""
        prepare_instance(self.instance)
        claims.many_files()
        with claims.instance_folder(self.instance), claims.port(self.host, self.port) as listening:
            self.port = listening.getsockname()[1]
            try:
                if self._prepare():
                    self._start_children(listening)
                    self._watch()
            finally:
                self._stop()
        return 0

    # ── Coming up ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _prepare(self) -> bool:
        """Valkey, database, demo; False when asked to stop meanwhile."""
        self.environment.setdefault("BASE_URL", greeting.address(self.host, self.port))
        if self.environment.get("REDIS_URL"):
            claims.somebody_listens("Redis", "REDIS_URL", self.environment["REDIS_URL"])
        else:
            self._start_valkey()
        for old in (self.instance / "run" / "metrics").glob("*.db"):
            old.unlink()
        current = freshness.is_current(self.instance, self.environment.get("DATABASE_URL", ""))
        if not current and not self._finish("Bringing the database up to date", "-m", "app.process.preparing"):
            return False
        wanted = self.instance / "demo-wanted"
        if self.demo and wanted.exists():
            if not self._finish("Filling it with the demo", "-m", "app.process.commands", "demo", hint="or start with --no-demo"):
                return False
            freshness.remember(self.instance, demo=True)
        wanted.unlink(missing_ok=True)
        return True

    def _start_valkey(self) -> None:
        path = embedded.socket_path(self.instance)
        embedded.end_leftover(path)
        self._add(Child("valkey", embedded.command(self.instance), self.environment, seconds_to_stop=8))
        self._mend(before_first_page=True)
        embedded.wait_until_it_answers(path)
        self.environment["REDIS_URL"] = embedded.redis_url(self.instance)

    def _start_children(self, listening: socket.socket) -> None:
        number = listening.fileno()
        own = {"PEERLEARN_LISTEN_FD": str(number), "PROMETHEUS_MULTIPROC_DIR": str(self.instance / "run" / "metrics")}
        web = {**self.environment, **own}
        for place in range(1, self.web_count + 1):
            self._add(Child(f"web {place}", [sys.executable, "wsgi.py"], web, (number,), seconds_to_stop=14))
        self._add(Child("worker", [sys.executable, "worker.py", "default", "mail"], self.environment, seconds_to_stop=20))
        self._add(Child("media", [sys.executable, "worker.py", "media"], self.environment, seconds_to_stop=20))
        self._add(Child("clock", [sys.executable, "-m", "app.process.clock"], self.environment, seconds_to_stop=5))

    def _add(self, child: Child) -> None:
        """Run it from now on; the first web process at once, the others when the first page is there or soon after."""
        child.start_later(0 if child.name in ("valkey", "web 1") else OTHERS_AFTER)
        self.children.append(child)

    def _finish(self, title: str, *words: str, hint: str = "") -> bool:
        """Run a step that must succeed before people come, showing that it lives; False when asked to stop meanwhile."""
        step = Child(title, [sys.executable, *words], self.environment)
        step.start()
        began = told = time.monotonic()
        while step.alive and not self.signals.asked_to_stop:
            self.signals.wait(0.1)
            if time.monotonic() - told > 2:
                told = time.monotonic()
                greeting.say(f"{title} … {told - began:.0f} s")
        if self.signals.asked_to_stop:
            step.stop_at_once()
            return False
        if step.exit_code:
            raise CannotStart(f"{title.lower()} failed, see above{'; ' + hint if hint else ''}.")
        return True

    # ── Running ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _watch(self) -> None:
        """Restart what falls until a signal comes; greet when the first page is there."""
        greeted = False
        probe = Probe(self.host, self.port)
        while not self.signals.asked_to_stop:
            if not greeted and probe.answered():
                greeted = True
                demo = freshness.read(self.instance).get("demo", False)
                greeting.welcome(self.environment["BASE_URL"], time.monotonic() - self.started_at, demo)
                for child in self.children:
                    child.start_later(0)
            self._mend(before_first_page=not greeted)
            if not greeted and time.monotonic() - self.started_at > UP_WITHIN:
                raise CannotStart(f"no page after {UP_WITHIN:.0f} s; the log above may say why.")
            self.signals.wait(0.1 if not greeted else 1.0)

    def _mend(self, before_first_page: bool) -> None:
        for child in self.children:
            if child.process is not None and not child.alive:
                self._forget_metrics_of(child)
                greeting.say(f"{child.name} ended: {child.note_crash()}; starting it again.")
                if before_first_page and child.crashes >= HOPELESS_AFTER:
                    raise CannotStart(f"{child.name} ended {child.crashes} times in a row, see above.")
            if child.is_due:
                if child.name == "valkey":
                    embedded.socket_path(self.instance).unlink(missing_ok=True)
                child.start()

    def _forget_metrics_of(self, child: Child) -> None:
        """What a dead process had open is not open any more."""
        assert child.process is not None
        for path in (self.instance / "run" / "metrics").glob(f"gauge_live*_{child.process.pid}.db"):
            path.unlink(missing_ok=True)

    # ── Going down ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _stop(self) -> None:
        """People's requests first, then the running job, then Valkey, which both need to the end."""
        if self.children and self.signals.asked_to_stop:
            greeting.say("Stopping: running requests and jobs may finish. Ctrl-C again stops at once.")
        self.signals.asked_to_stop = False
        last = [child for child in self.children if child.name == "valkey"]
        worker = [child for child in self.children if child.name in ("worker", "media")]
        first = [child for child in self.children if child not in last and child not in worker]
        stop_in_order([first, worker, last], impatient=lambda: self.signals.asked_to_stop, pause=self.signals.wait)
        if self.children:
            greeting.say("Stopped.")


def main() -> int:
    """Run until stopped; the exit code."""
    wanted = options.parse()
    try:
        return Launcher(wanted.host, wanted.port, wanted.web, wanted.demo).run()
    except CannotStart as reason:
        greeting.complain(str(reason))
        return reason.code
    except OSError as error:
        greeting.complain(f"{error.strerror or error}{': ' + str(error.filename) if error.filename else ''}.")
        return 1


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a closed terminal must not end us halfway
    sys.exit(main())
