"""The order of the steps."""

import fcntl
import shutil
import sys
import time
from pathlib import Path

import brotli
import zopfli.gzip

from front.fonts import cut_fonts
from front.icons import make_sprite
from front.node import BuildFailed, Node, find_node, install_packages
from front.stamp import fingerprint, is_fresh, stamp_of

SQUEEZED = {".js", ".css", ".svg", ".json"}


def main(root: Path, arguments: list[str]) -> int:
    """Build when something changed; 0 when static/dist is right afterwards."""
    with (root / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once build once
        return _build_if_needed(root, dev="--dev" in arguments, force="--force" in arguments)


def _build_if_needed(root: Path, *, dev: bool, force: bool) -> int:
    dist = root / "static" / "dist"
    fresh = is_fresh(root) and not force
    if fresh and not dev:
        return 0
    try:
        node = find_node()
        install_packages(node, root, dev=dev)
        if not fresh:
            wanted = fingerprint(root)  # before the build: what is saved while it runs is built the next time
            build(root, dist, node)
            stamp_of(root).write_text(wanted)
    except BuildFailed as problem:
        print(f"bin/build: {problem}", file=sys.stderr)
        return 1
    return 0


def build(root: Path, dist: Path, node: Node) -> None:
    """Fonts, icons, bundles, compressed twins; the old folder is replaced only when all went well."""
    started = time.monotonic()
    print("  front end …", flush=True)
    parts = root / "node_modules" / ".cache" / "peerlearn"
    fresh = parts / "dist"
    shutil.rmtree(fresh, ignore_errors=True)
    _cut_fonts_once(root, parts / "fonts")
    make_sprite(root, parts / "icons.svg")
    node.run(root / "bin" / "front" / "bundle.mjs", str(fresh), cwd=root)
    squeeze(fresh)
    shutil.rmtree(dist, ignore_errors=True)
    shutil.move(fresh, dist)
    print(f"  front end built in {time.monotonic() - started:.1f} s", flush=True)


def _cut_fonts_once(root: Path, target: Path) -> None:
    """Cutting takes seconds, so it is done again only when the fonts or the recipe changed."""
    wanted = fingerprint(root, ("package-lock.json", "bin/front/fonts.py"))
    stamp = target / ".stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        cut_fonts(root / "node_modules", target)
        stamp.write_text(wanted)


def squeeze(folder: Path) -> None:
    """Write .gz and .br beside every text file, so that the server never compresses on the fly."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in SQUEEZED:
            raw = path.read_bytes()
            path.with_name(path.name + ".gz").write_bytes(zopfli.gzip.compress(raw))
            path.with_name(path.name + ".br").write_bytes(brotli.compress(raw))
