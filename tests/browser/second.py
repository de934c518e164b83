"""A second web process beside the site of the stories."""

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

from app.config import ROOT
from app.process.embedded import redis_url
from tests.process.launched import environment, eventually


class SecondProcess:
    """Another web process on the same database and queue, at an address of its own; keywords are further settings of it."""

    def __init__(self, site_folder: Path, **variables: str) -> None:
        self._folder, self._variables = site_folder, variables
        self.port = int(variables.get("PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        variables = {
            "BASE_URL": self.url,
            **self._variables,
            "REDIS_URL": redis_url(self._folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        with (self._folder / "second.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "wsgi.py"],
                cwd=ROOT,
                env=environment(self._folder, **variables) | {"OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
            )
        assert eventually(self._answers, 60), (self._folder / "second.log").read_text()[-2000:]

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def free_port() -> str:
    """A port nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])
