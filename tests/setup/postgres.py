"""A real PostgreSQL for the time of a test run: on a unix socket, in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from tests.setup import outside

START_WITHIN = 30.0
SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "listen_addresses": "", "max_connections": "90"}
"""Nothing here has to survive a power cut. synchronous_commit off changes no result that a test could see."""


@contextmanager
def server() -> Iterator[str]:
    """The address of a PostgreSQL: TEST_DATABASE_URL when it is set, else one of our own. outside.Missing if none starts."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="peerlearn-pg-"))
    try:
        running = _start_any(folder)
        try:
            yield address_of(folder)
        finally:
            running.send_signal(signal.SIGINT)  # "fast": SIGTERM would wait for every client to leave
            running.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start_any(folder: Path) -> "subprocess.Popen[bytes]":
    tried = []
    for programs in outside.postgres_folders():
        data = folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        try:
            return _start(programs.resolve(), folder, data)
        except (OSError, subprocess.SubprocessError) as error:
            output = getattr(error, "output", None)
            tried.append(f"{programs}: {output.decode(errors='replace').strip().splitlines()[-1] if output else error}")
    reasons = "".join(f"\n  tried {line}" for line in tried)
    raise outside.Missing(f"the tests need PostgreSQL (package postgresql, or set TEST_DATABASE_URL to a server){reasons}")


def _start(programs: Path, folder: Path, data: Path) -> "subprocess.Popen[bytes]":
    identity = _unprivileged(folder)
    data.mkdir(mode=0o700)
    if identity:
        shutil.chown(data, identity["user"])
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, **identity)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    log = (folder / "log").open("wb")
    command = [programs / "postgres", "-D", data, "-k", folder, *settings]
    running = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True, **identity)
    try:
        _wait(running, folder)
    except BaseException:
        running.kill()
        running.wait()
        raise
    return running


def _wait(running: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Until it lets somebody in; OSError with the end of its log if it does not."""
    give_up_at = time.monotonic() + START_WITHIN
    while True:
        try:
            psycopg2.connect(address_of(folder)).close()
            return
        except psycopg2.OperationalError:
            if running.poll() is not None or time.monotonic() > give_up_at:
                raise OSError((folder / "log").read_text(errors="replace")[-300:]) from None
            time.sleep(0.05)


def address_of(folder: Path) -> str:
    """The address of the server whose socket lies in this folder."""
    return f"postgresql://postgres@/postgres?host={folder}"


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: be somebody else then, who may enter our folder."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, person.pw_uid, person.pw_gid)
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return {}


if __name__ == "__main__":
    with server() as address:
        print(address, flush=True)
        sys.stdin.read()  # Ctrl-D ends it
