"""What a launcher claims before it starts anything: the instance folder, the port, enough file handles."""

import errno
import fcntl
import os
import resource
import socket
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from app.process.environment import CannotStart

BACKLOG = 2048
FILES = 65_536


def instance_folder(folder: Path) -> TextIO:
    """Lock the folder for as long as the returned file stays open: two launchers would write into each other's Valkey log."""
    lock = (folder / "run" / "launcher.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotStart(f"PeerLearn already runs from {folder} (process {lock.read().strip() or 'unknown'}).", 2) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def port(host: str, number: int) -> socket.socket:
    """The one listening socket, without SO_REUSEPORT: a second server on the port must fail, not share it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, number), family=family, backlog=BACKLOG)
    except socket.gaierror:
        problem = f"there is no address {host} on this machine."
    except OSError as error:
        problem = {
            errno.EADDRINUSE: f"port {number} on {host} is in use; stop what listens there, or choose another: "
            f"bin/run --port {number + 1 if number < 65_535 else 8000}",
            errno.EACCES: f"port {number} is reserved for the system; choose one above 1023 with --port.",
            errno.EADDRNOTAVAIL: f"there is no address {host} on this machine.",
        }.get(error.errno or 0, f"cannot listen on {host} port {number}: {error.strerror}.")
    raise CannotStart(problem, 2)


def somebody_listens(what: str, setting: str, url: str) -> None:
    """Knock at the server a setting names; CannotStart when nobody opens. The url may hold a password, so it is not repeated."""
    parts = urlsplit(url)
    place = parts.path if "unix" in parts.scheme else f"{parts.hostname} port {parts.port or 6379}"
    try:
        if "unix" in parts.scheme:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.connect(parts.path)
        else:
            socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout=5).close()
    except OSError as error:
        raise CannotStart(f"no {what} answers at {place} ({setting}): {error.strerror or error}.") from None


def many_files() -> None:
    """Lift the soft limit on open files: every socket of every page is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # macOS has a second limit of its own; the old one will do
            pass
