"""Several processes, many sockets: the limits that were measured stay lifted."""

import http.client
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.config import ROOT
from tests.process.launched import Launched, environment


@pytest.mark.database
def test_three_processes_that_migrate_at_once_do_it_once(tmp_path: Path, database: dict[str, str]) -> None:
    command = [sys.executable, "-m", "app.process.preparing"]
    together = [
        subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path, **database), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(3)
    ]
    said = [one.communicate(timeout=120)[0] for one in together]
    assert [one.returncode for one in together] == [0, 0, 0], said
    assert "Traceback" not in "".join(said)
    engine = create_engine(database.get("DATABASE_URL") or f"sqlite:///{tmp_path / 'peerlearn.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from alembic_version")).scalar_one() == 1
    engine.dispose()


@pytest.mark.long
def test_more_than_1024_connections_leave_room_for_the_next(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if hard != resource.RLIM_INFINITY else 8192, hard))
    launched = Launched(tmp_path, "--port", "0", "--no-demo", "--web", "1").until_up()
    lines: list[http.client.HTTPConnection] = []
    try:
        for number in range(1300):
            line = http.client.HTTPConnection("127.0.0.1", launched.port, timeout=15)
            line.request("GET", "/healthz")
            assert line.getresponse().read(), f"connection {number} got nothing"
            lines.append(line)
        assert launched.get("/healthz")[0] == 200
        lines[0].request("GET", "/healthz")
        assert lines[0].getresponse().status == 200
    finally:
        for line in lines:
            line.close()
        launched.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
