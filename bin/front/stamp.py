"""The stamp that lets a build be skipped: a hash over every input. Only the standard library, so that asking costs nothing."""

import hashlib
from pathlib import Path

INPUTS = ("package-lock.json", "bin/build", "bin/front", "static/js", "static/css", "static/icons")


def stamp_of(root: Path) -> Path:
    """Where the hash of the last build is kept."""
    return root / "static" / "dist" / ".stamp"


def is_fresh(root: Path) -> bool:
    """Whether static/dist was built from just these inputs."""
    stamp = stamp_of(root)
    return stamp.exists() and stamp.read_text() == fingerprint(root)


def fingerprint(root: Path, inputs: tuple[str, ...] = INPUTS) -> str:
    """A hash over the names and contents of every input."""
    digest = hashlib.sha256()
    for name in inputs:
        place = root / name
        files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        for path in files:
            if "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
