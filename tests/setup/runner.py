"""bin/test: every kind of test in turn, each with its own output, then one table.

bin/test                 Python on SQLite, what is bound to the database once more on PostgreSQL, real processes, JavaScript,
                         browser stories
bin/test --fast          the same without the browser
bin/test --all           everything, the long ones too
bin/test tests/process -k drain     only this, on SQLite (whatever pytest understands)
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.setup import outside, postgres

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from front.node import BuildFailed, find_node  # noqa: E402 (bin/ is on the path only from here on)

PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Each pytest process has a database of its own, so two may run at once; in the order of collection, the longest tests first."""
PROCESSES = ("tests/process", "tests/setup")
"""These start real servers and watch the clock: one after the other."""


@dataclass
class Outcome:
    """How one kind of test ended."""

    title: str
    good: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    remark: str = ""


class Run:
    """One call of bin/test."""

    def __init__(self, fast: bool, everything: bool, folder: Path) -> None:
        self.fast, self.everything, self.folder = fast, everything, folder
        self.outcomes: list[Outcome] = []

    def kinds(self) -> None:
        """All kinds, one after the other; one that fails does not keep the others from running."""
        short = "" if self.everything else " and not long"
        inside = [*PARALLEL, *(f"--ignore={folder}" for folder in PROCESSES)]
        self.one("Python on SQLite", lambda report: self.pytest(report, [*inside, "-m", f"not browser{short}"]))
        self.one(
            "Python on PostgreSQL", lambda report: self.on_postgres(report, [*PARALLEL, "-m", f"database and not browser{short}"])
        )
        self.one("Real processes", lambda report: self.pytest(report, [*PROCESSES, "-m", f"not browser{short}"]))
        self.one("JavaScript units", self.javascript)
        if not self.fast:
            self.one("Browser stories", lambda report: self.in_browser(report, ["-m", f"browser{short}"]))

    def chosen(self, words: list[str]) -> None:
        """What somebody asked for by name."""
        wanted = words if self.everything or "-m" in words else ["-m", "not long", *words]
        self.one("Chosen tests", lambda report: self.pytest(report, wanted))

    def one(self, title: str, command: Callable[[Path], int]) -> None:
        """Run one kind and keep its outcome."""
        print(f"\n━━ {title} ━━", flush=True)
        started = time.monotonic()
        report = self.folder / f"{len(self.outcomes)}.xml"
        remark = ""
        try:
            code = command(report)
        except (outside.Missing, BuildFailed) as problem:
            remark, code = str(problem), 1
            print(f"FAILED: {problem}", flush=True)
        outcome = Outcome(title, code == 0, time.monotonic() - started, remark=remark)
        outcome.passed, outcome.failed, outcome.skipped = _counts(report)
        if code == 5 or not (remark or outcome.passed or outcome.failed):
            outcome.good, outcome.remark = False, "no test ran"
        self.outcomes.append(outcome)

    def pytest(self, report: Path, words: list[str], **variables: str) -> int:
        """Run pytest; SQLite unless the variables say otherwise."""
        environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-o", "junit_family=xunit2", *words]
        return subprocess.run(command, cwd=ROOT, env={**environment, **variables}, check=False).returncode

    def on_postgres(self, report: Path, words: list[str]) -> int:
        """The database-bound part on a real PostgreSQL."""
        with postgres.server() as address:
            return self.pytest(report, words, TEST_DATABASE_URL=address)

    def in_browser(self, report: Path, words: list[str]) -> int:
        """The stories in a real Chromium, some through a real coturn."""
        pieces = {"CHROMIUM": outside.chromium(), "TURNSERVER": outside.turnserver()}
        for variable, path in pieces.items():
            print(f"• {variable.lower()}: {path} ({outside.how(variable)})", flush=True)
        return self.pytest(report, words, **pieces)

    def javascript(self, report: Path) -> int:
        """node --test on tests/js."""
        tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").rglob("*.test.js"))
        node = find_node()
        reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        reporters += ["--test-reporter=junit", f"--test-reporter-destination={report}"]
        return subprocess.run([node.binary, "--test", *reporters, *tests], cwd=ROOT, env=node.environment(), check=False).returncode

    def table(self) -> int:
        """Print the table and the closing line; the exit code."""
        width = max(len(outcome.title) for outcome in self.outcomes)
        print("\n━━ All tests ━━")
        for one in self.outcomes:
            skipped = f", {one.skipped} skipped" if one.skipped else ""
            numbers = f"{one.passed} passed, {one.failed} failed{skipped}"
            remark = f"   {one.remark}" if one.remark else ""
            print(f"{'ok    ' if one.good else 'FAILED'}  {one.title:{width}}  {one.seconds:6.1f} s  {numbers}{remark}")
        passed, failed, skipped = (sum(getattr(one, name) for one in self.outcomes) for name in ("passed", "failed", "skipped"))
        good = all(one.good for one in self.outcomes)
        print(f"{passed} passed, {failed + (not good and not failed)} failed, {skipped} skipped", flush=True)
        return 0 if good else 1


def _counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a JUnit report; zeros when there is none."""
    with contextlib.suppress(OSError, ElementTree.ParseError):
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
        failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
        skipped = sum(1 for case in cases if case.find("skipped") is not None)
        return len(cases) - failed - skipped, failed, skipped
    return 0, 0, 0


def main(words: list[str]) -> int:
    """Read the flags, run, tell; 0 when all is well."""
    if "--help" in words or "-h" in words:
        print(__doc__)
        return 0
    rest = [word for word in words if word not in ("--fast", "--all")]
    with tempfile.TemporaryDirectory(prefix="peerlearn-test-") as folder:
        run = Run("--fast" in words, "--all" in words, Path(folder))
        if rest:
            run.chosen(rest)
        else:
            run.kinds()
        return run.table()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        sys.exit(130)
