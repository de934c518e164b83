"""Where an installation keeps its things, and what its processes are told through the environment."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM_NEEDED = 64 * 1024 * 1024
"""Bytes that must be free to start: the database, Valkey's log and uploads grow while we run."""


class CannotStart(Exception):
    """Starting makes no sense; the text is one line that says why and what to do. `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def read_environment() -> dict[str, str]:
    """The process environment over the file .env, with PEERLEARN_INSTANCE made absolute."""
    environment = {**env_file(ROOT / ".env"), **os.environ}
    environment["PEERLEARN_INSTANCE"] = str((ROOT / (environment.get("PEERLEARN_INSTANCE") or "instance")).resolve())
    environment.setdefault("OMP_NUM_THREADS", "1")  # a forked job that uses scikit-learn can hang otherwise
    environment.setdefault("EVENTLET_NO_GREENDNS", "yes")  # see serving.look_names_up_in_threads
    return environment


def env_file(path: Path) -> dict[str, str]:
    """KEY=value lines; empty lines, comments and `export` are passed over, one pair of quotes is taken off."""
    found: dict[str, str] = {}
    if not path.exists():
        return found
    for line in path.read_text().splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            found[name.strip()] = value[1:-1] if quoted else value
    return found


def prepare_instance(folder: Path) -> None:
    """Make the instance folder; CannotStart if it cannot be written or the disk is full."""
    try:
        for part in (folder, folder / "run", folder / "valkey", folder / "run" / "metrics"):
            part.mkdir(parents=True, exist_ok=True)
        (folder / "run" / "write-test").write_text("ok")
    except OSError as error:
        raise CannotStart(f"the folder {folder} cannot be written: {error.strerror}.") from error
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise CannotStart(f"the disk is full: {free >> 20} MB free under {folder}, {ROOM_NEEDED >> 20} MB needed.")
