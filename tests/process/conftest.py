"""One launched PeerLearn for the stories that leave it as they found it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.launched import Launched


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose database is migrated once and then started again and again."""
    return tmp_path_factory.mktemp("launched")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Launched]:
    """A PeerLearn with two web processes, empty, on a free port."""
    launched = Launched(folder, "--port", "0", "--no-demo", "--web", "2").until_up()
    launched.until_ready()
    yield launched
    launched.close()
