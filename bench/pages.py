"""How long the dashboards take, inside the server and seen from outside, beside a bare Flask route on the same server."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.config import ROOT
from bench.report import line, percentile
from tests.process.launched import Launched, eventually
from tests.process.visitor import Visitor

PASSWORD = "peerlearn-demo"
PAGES = (
    ("mentor@example.com", "/dashboard/mentor/", 25.0),
    ("learner@example.com", "/dashboard/learner/", 25.0),
    ("", "/explore", 25.0),
    ("", "/", None),
    ("mentor@example.com", "/dashboard/mentor/requests", None),
    ("learner@example.com", "/dashboard/learner/booked", None),
)
"""Who, what, and the target for the median in milliseconds of the server's own time."""
ROUNDS, WARM_UP, BATCH = 60, 5, 20
"""All together stay below the catalog's limit of 120 a minute."""
NOTED = re.compile(r"GET (/\S*) 200 ([\d.]+) ms")


def main(launched: Launched) -> None:
    """Ask for every page in turn, round after round, and the bare one in between."""
    cookies = {email: _cookie(launched.port, email) for email, _, _ in PAGES}
    seen: dict[str, list[float]] = {path: [] for _, path, _ in PAGES} | {"bare": []}
    with bare_site() as bare_port:
        ours, bare = (http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in (launched.port, bare_port))
        for number in range(ROUNDS + WARM_UP):
            if number == WARM_UP:
                noted_before = len(launched.said)
            for email, path, _ in PAGES:
                _ask(ours, path, cookies[email], seen[path] if number >= WARM_UP else [])
            _ask(bare, "/", "", seen["bare"] if number >= WARM_UP else [])
        noted = launched.said[noted_before:]
        work = {path: _processor_time(launched, ours, path, cookies[email]) for email, path, _ in PAGES}
    inside: dict[str, list[float]] = {}
    for path, milliseconds in NOTED.findall(noted):
        inside.setdefault(path, []).append(float(milliseconds))
    _report(seen, inside, work)


def _report(seen: dict[str, list[float]], inside: dict[str, list[float]], work: dict[str, float]) -> None:
    bare = percentile(seen["bare"], 0.5)
    print(f"\nPages with the demo, one web process, {ROUNDS} rounds; “times bare” compares what a client sees")
    line("a bare Flask route, seen from outside, p50", bare, "ms")
    for _, path, target in PAGES:
        p95, ratio = percentile(inside[path], 0.95), percentile(seen[path], 0.5) / bare
        note = f"p95 {p95:.1f} ms, processor {work[path]:.1f} ms, {ratio:.0f} times bare"
        line(f"{path} server time, p50", percentile(inside[path], 0.5), "ms", target, note)


@contextmanager
def bare_site() -> Iterator[int]:
    """The bare route in a process of its own; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.fileno()
        process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(number)], cwd=ROOT, pass_fds=(number,))
        port = listening.getsockname()[1]
    try:
        assert eventually(lambda: _is_up(port), 20)
        yield port
    finally:
        process.terminate()
        process.wait()


def _is_up(port: int) -> bool:
    line_ = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line_.request("GET", "/")
        return line_.getresponse().status == 200
    except OSError:
        return False
    finally:
        line_.close()


def _processor_time(launched: Launched, connection: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Milliseconds the process works for one page; other programs on the machine stretch the clock more than this."""
    (web,) = launched.children("wsgi.py")
    before = web.cpu_times()
    for _ in range(BATCH):
        _ask(connection, path, cookie, [])
    after = web.cpu_times()
    return (after.user + after.system - before.user - before.system) / BATCH * 1000


def _ask(connection: http.client.HTTPConnection, path: str, cookie: str, times: list[float]) -> None:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    times.append((time.perf_counter() - began) * 1000)
    assert answer.status == 200, (path, answer.status)


def _cookie(port: int, email: str) -> str:
    if not email:
        return ""
    visitor = Visitor(port)
    visitor.sign_in(email, PASSWORD)
    return visitor.cookie
