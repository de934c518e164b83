"""The set-up's own promises: one clear line, nothing done twice, and the whole of it in a clean environment."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.config import ROOT
from tests.setup import outside, postgres


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """bin/setup.py, looking at a folder of its own."""
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "bin" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "INSTALLED", tmp_path / "installed.json")
    return module


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("error: No space left on device (os error 28)", "the disk is full"),
        ("Failed to fetch: dns error: failed to lookup address", "no network"),
        ("NewConnectionError: Temporary failure in name resolution", "no network"),
        ("npm error code ENOTFOUND", "no network"),
        ("line one\nsomething else broke", "something else broke"),
    ],
)
def test_a_failed_step_is_told_in_one_line(setup: ModuleType, output: str, told: str) -> None:
    with pytest.raises(setup.Stop) as stopped:
        setup.step("Trying", [sys.executable, "-c", f"import sys; print({output!r}); sys.exit(1)"])
    assert told in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_what_takes_a_blink_is_not_mentioned(setup: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    setup.step("Nothing", [sys.executable, "-c", "pass"])
    assert capfd.readouterr().err == ""


def test_a_long_step_shows_that_it_lives(setup: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    setup.step("Waiting", [sys.executable, "-c", "import time; time.sleep(1)"])
    said = capfd.readouterr().err
    assert "• Waiting" in said
    assert "✓ Waiting" in said


def test_a_nearly_full_disk_is_noticed_before_the_long_wait(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10 << 20})())
    with pytest.raises(setup.Stop, match="10 MB free"):
        setup.check_room()


def test_a_too_old_python_is_one_line(tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        fake = tmp_path / name
        fake.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.9.2; exit 0; }\nexit 1\n')
        fake.chmod(0o755)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    copy = tmp_path / "project" / "bin"
    copy.mkdir(parents=True)
    for name in ("run", "find-python"):
        (copy / name).write_bytes((ROOT / "bin" / name).read_bytes())
        (copy / name).chmod(0o755)
    answer = subprocess.run([copy / "run"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.splitlines() == [
        "PeerLearn needs Python 3.11 or newer; found: Python 3.9.2. Install it (for example the package python3.11) and try again."
    ]


def test_help_needs_no_setup() -> None:
    answer = subprocess.run([ROOT / "bin" / "run", "--help"], capture_output=True, text=True, check=True)
    assert "--no-demo" in answer.stdout


def test_a_missing_piece_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    for way in ("_on_path", "_playwrights_own", "_package"):
        monkeypatch.setattr(outside, way, lambda *_: None)
    with pytest.raises(outside.Missing, match="package chromium"):
        outside.chromium()


def test_it_is_said_how_the_relay_of_the_tests_was_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "turnserver"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("TURNSERVER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (outside.turnserver(), outside.how("TURNSERVER")) == (str(program), "it was on the PATH")
    monkeypatch.setenv("TURNSERVER", str(program))
    assert (outside.turnserver(), outside.how("TURNSERVER")) == (str(program), "TURNSERVER names it")


def test_a_wrong_path_in_a_variable_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(outside.Missing, match="/no/such/browser"):
        outside.chromium()


def test_without_any_postgres_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(outside, "postgres_folders", lambda: iter(()))
    with pytest.raises(outside.Missing, match="package postgresql"), postgres.server():
        pass


@pytest.mark.long
def test_a_fresh_clone_runs_with_an_empty_home_and_only_the_systems_basics() -> None:
    done = subprocess.run([ROOT / "tests" / "setup" / "clean_environment"], env=dict(os.environ), check=False)
    assert done.returncode == 0
