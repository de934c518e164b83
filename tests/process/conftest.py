"""One launched PeerLearn for the stories that leave it as they found it."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.config import normalised_database_url
from tests.process.launched import Launched


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose database is migrated once and then started again and again."""
    return tmp_path_factory.mktemp("launched")


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """Settings that name an empty database: none for SQLite, a new one on PostgreSQL when the run is on PostgreSQL."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield {}
        return
    name = f"peerlearn_launched_{uuid.uuid4().hex[:12]}"
    admin = create_engine(normalised_database_url(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield {"DATABASE_URL": make_url(normalised_database_url(server)).set(database=name).render_as_string(hide_password=False)}
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="module")
def running(folder: Path, database: dict[str, str]) -> Iterator[Launched]:
    """A PeerLearn with two web processes, empty, on a free port."""
    launched = Launched(folder, "--port", "0", "--no-demo", "--web", "2", **database).until_up()
    launched.until_ready()
    yield launched
    launched.close()
