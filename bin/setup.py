"""Make the machine ready for PeerLearn: .venv, Python packages, front end. Standard library only; run by bin/run and its siblings.

Every step compares a stamp with its inputs first, so a second call does nothing and takes a blink.
"""

import argparse
import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "peerlearn-installed.json"
ROOM_NEEDED = 1200 * 1024 * 1024  # bytes: the virtual environment and npm's packages, with some air

FULL_DISK = re.compile(r"No space left|ENOSPC|os error 28|disk is full", re.I)
NO_NETWORK = re.compile(
    r"Name or service not known|Temporary failure in name resolution|nodename nor servname|dns error|ENOTFOUND|EAI_AGAIN"
    r"|ENETUNREACH|ECONNREFUSED|Network is unreachable|Connection refused|NewConnectionError|Max retries"
    r"|client error .Connect.|timed out|Proxy",
    re.I,
)


class Stop(Exception):
    """Set-up cannot go on; the text is one line that says why and what to do."""


def main() -> int:
    """Bring everything up to date; 0 when ready, 1 after one clear line."""
    flags = argparse.ArgumentParser(prog="bin/setup", description=__doc__.splitlines()[0])
    flags.add_argument("--dev", action="store_true", help="add what tests and linters need")
    flags.add_argument("--packages-only", action="store_true", help="leave the front end alone")
    wanted = flags.parse_args()
    lists = ["requirements.txt", "requirements-dev.txt"] if wanted.dev else ["requirements.txt"]
    try:
        with only_one_at_a_time():
            make_environment()
            for name in lists:
                install(name)
            if not wanted.packages_only:
                build_front_end(dev=wanted.dev)
    except Stop as reason:
        print(f"PeerLearn set-up: {reason}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"PeerLearn set-up: {error.strerror}: {error.filename or ROOT}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next start goes on from here.", file=sys.stderr)
        return 130
    return 0


# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_environment() -> None:
    """Create .venv, also where the system's Python comes without ensurepip (Debian without python3-venv)."""
    if INSTALLED.exists() and PYTHON.exists() or works([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    check_room()
    base = getattr(sys, "_base_executable", sys.executable)
    if works([base, "-c", "import ensurepip"]):
        step("Making .venv", [base, "-m", "venv", "--clear", VENV])
        return
    step("Making .venv without pip", [base, "-m", "venv", "--clear", "--without-pip", VENV])
    if not shutil.which("uv") and not works([base, "-m", "pip", "--version"]):
        raise Stop("this Python can make no virtual environment; install its venv package (Debian and Ubuntu: python3-venv)")


def install(name: str) -> None:
    """Install one list of pins unless it is installed already."""
    if packages_current([name]):
        return
    check_room()
    count = sum("==" in line for line in (ROOT / name).read_text().splitlines())
    title = f"Installing {count} Python packages from {name}"
    fast = uv_command()
    if fast is None or not step(f"{title} (about 20 s)", [*fast, "-r", ROOT / name], may_fail=True):
        step(f"{title} with pip (about a minute)", [*pip_command(), "-r", ROOT / name])
    note(name, fingerprint([ROOT / name]))


def uv_command() -> "list[object] | None":
    """The command that installs with uv into .venv, fetching uv first; None if it is not to be had."""
    target = ["pip", "install", "--python", PYTHON, "--compile-bytecode"]  # or every start compiles where it may not write
    inside = VENV / "bin" / "uv"
    if not inside.exists():
        if shutil.which("uv"):
            return ["uv", *target]
        pin = re.search(r"^uv==\S+", (ROOT / "requirements.txt").read_text(), re.M)
        if pin is None or not step("Fetching the fast installer", [*pip_command(), pin.group()], may_fail=True):
            return None
    return [inside, *target]


def pip_command() -> "list[object]":
    """The command that installs with pip into .venv; pip of the base Python where .venv has none."""
    if works([PYTHON, "-m", "pip", "--version"]):
        return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    base = getattr(sys, "_base_executable", sys.executable)
    return [base, "-m", "pip", "--python", PYTHON, "install", "--disable-pip-version-check", "--no-input"]


def packages_current(lists: "list[str]") -> bool:
    """True when every list was installed as it stands now."""
    if not PYTHON.exists() or not INSTALLED.exists():
        return False
    installed = json.loads(INSTALLED.read_text())
    return all(installed.get(name) == fingerprint([ROOT / name]) for name in lists)


def note(name: str, value: str) -> None:
    """Remember what was installed, in one atomic step."""
    installed = json.loads(INSTALLED.read_text()) if INSTALLED.exists() else {}
    draft = INSTALLED.with_suffix(".draft")
    draft.write_text(json.dumps({**installed, name: value}))
    draft.replace(INSTALLED)


# ── Front end ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def build_front_end(*, dev: bool) -> None:
    """Run bin/build, which looks by itself whether there is anything to do."""
    step("Building the front end", [PYTHON, ROOT / "bin" / "build", *(["--dev"] if dev else [])])


# ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def step(title: str, command: "list[object]", *, may_fail: bool = False) -> bool:
    """Run a command, showing that it lives. A failure is told in one line (Stop), or returned as False if it may fail."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        words = [str(word) for word in command]
        child = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_showing_progress(child, title, started)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        if child.returncode == 0:
            return True
        output.seek(0)
        text = output.read().decode(errors="replace")
    if may_fail and not FULL_DISK.search(text):
        return False
    raise Stop(explain(re.sub(r" \(about.*", "", title), text))


def wait_showing_progress(child: "subprocess.Popen[bytes]", title: str, started: float) -> None:
    """Say nothing of what takes a blink; else show the seconds: on one line in a terminal, now and then a new line elsewhere."""
    terminal = sys.stderr.isatty()
    shown_at = 0.0
    while True:
        try:
            child.wait(timeout=0.7)
            break
        except subprocess.TimeoutExpired:
            passed = time.monotonic() - started
            if terminal:
                print(f"\r• {title} … {passed:.0f} s", end="", file=sys.stderr, flush=True)
            elif not shown_at or passed - shown_at >= 10:
                print(f"• {title} …" if not shown_at else f"  … {passed:.0f} s", file=sys.stderr, flush=True)
            shown_at = passed if passed - shown_at >= 10 or not shown_at else shown_at
    if shown_at:
        mark = "✓" if child.returncode == 0 else "✗"
        print(f"{chr(13) if terminal else ''}{mark} {title} … {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def explain(title: str, output: str) -> str:
    """One line on why a step failed; all that it printed goes to instance/setup.log."""
    if FULL_DISK.search(output):
        return f"the disk is full ({title}). Free some space and start again."
    log = ROOT / "instance" / "setup.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output)
    if NO_NETWORK.search(output):
        return f"no network, or the package index does not answer ({title}). Details: {log}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"{title} failed: {lines[-1] if lines else 'it said nothing'}. Details: {log}"


def check_room() -> None:
    """Stop before a long step that cannot end well."""
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_NEEDED and not INSTALLED.exists():
        raise Stop(f"the disk is nearly full: {free >> 20} MB free under {ROOT}, {ROOM_NEEDED >> 20} MB needed.")


@contextmanager
def only_one_at_a_time():
    """Two scripts started together must not install into one folder at once."""
    folder = ROOT / "instance"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("• Waiting for another set-up of this folder …", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def works(command: "list[object]") -> bool:
    """True if a command runs and says yes."""
    try:
        return subprocess.run([str(word) for word in command], capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint(paths: "list[Path]") -> str:
    """What files hold, and which Python it is for."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
