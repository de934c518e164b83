"""localstripe for the time of a test: a process of its own, on loopback only, with nothing left from the last time.

It speaks Stripe's HTTP to the real client library; it is no judge of anything else (it charges declined cards, ignores idempotency
keys, allows over-refunds, and knows no Checkout, Connect, UPI or disputes).
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.setup.outside import Missing

ROOT = Path(__file__).resolve().parent.parent.parent
LIST = Path(__file__).with_name("localstripe.txt")
ENVIRONMENT = ROOT / ".venv" / "localstripe"
KEPT = Path("/tmp/localstripe.pickle")
"""Where it writes its books after every change, and reads them at the start."""
START_WITHIN = 30.0
SERVE = "import sys; from aiohttp import web; from localstripe.server import app; web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]))"


@contextmanager
def server() -> Iterator[str]:
    """The address of a fresh localstripe; Missing when it cannot be installed."""
    python = _environment()
    KEPT.unlink(missing_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([python, "-c", SERVE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(running, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(timeout=15)
        KEPT.unlink(missing_ok=True)


def _environment() -> Path:
    """The Python of its own virtual environment, made on the first call and whenever its list changes."""
    python, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed.txt"
    if python.exists() and stamp.exists() and stamp.read_text() == LIST.read_text():
        return python
    print(f"• Installing localstripe into {ENVIRONMENT.relative_to(ROOT)} …", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, ENVIRONMENT],
        [uv, "pip", "install", "--quiet", "--python", python, "-r", LIST],
    ):
        done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"the tests need localstripe (tests/setup/localstripe.txt): {done.stderr.strip()[-300:]}")
    stamp.write_text(LIST.read_text())
    return python


def _wait(running: "subprocess.Popen[bytes]", port: int) -> None:
    give_up_at = time.monotonic() + START_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if running.poll() is not None or time.monotonic() > give_up_at:
                running.kill()
                raise Missing("localstripe did not start: " + running.communicate()[1].decode(errors="replace")[-300:]) from None
            time.sleep(0.1)
