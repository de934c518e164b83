"""The ground every test stands on: an app on a database of its own, time that can be stopped, nothing that reaches the world.

TEST_DATABASE_URL names a PostgreSQL server to run on instead of SQLite; each pytest process makes its own database there.
"""

import os
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from xdist.scheduler import LoadFileScheduling

from app.config import ROOT, Settings, normalised_database_url
from app.extensions import db, limiter
from app.factory import create_app
from app.kernel.model import Model
from app.process.migrations import bind
from tests import factories
from tests.fakes import Heard

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
hypothesis.settings.register_profile("peerlearn", deadline=None)  # a busy machine is no mistake of ours
hypothesis.settings.load_profile("peerlearn")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling:
    """How tests are shared out between processes."""
    return ByFile(config, log)


class ByFile(LoadFileScheduling):
    """A file stays together, but for the walks and what is walked with a planted bug: each takes minutes."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if _takes_minutes(nodeid) else super()._split_scope(nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first: left for the end, one process would do all of it while the other has nothing to do."""
    items.sort(key=lambda item: not _takes_minutes(item.nodeid))


def _takes_minutes(nodeid: str) -> bool:
    return "test_walk.py" in nodeid or "test_mutants.py" in nodeid


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for this pytest process."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def database_url(instance: Path) -> Iterator[str]:
    """An empty database of this pytest process."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{instance / 'test.db'}"
        return
    name = f"peerlearn_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(normalised_database_url(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(normalised_database_url(server)).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def settings(instance: Path, database_url: str) -> Settings:
    """Settings of the tests: cheap hashes, mails to files, no Redis."""
    return Settings.from_environment(
        {
            "PEERLEARN_ENV": "test",
            "PEERLEARN_INSTANCE": str(instance),
            "DATABASE_URL": database_url,
            "PASSWORD_HASH_COST": "test",
            "BASE_URL": "http://localhost",
        }
    )


@pytest.fixture(scope="session")
def _migrated_app(settings: Settings, instance: Path) -> Iterator[Flask]:
    """One app per pytest process; its database is built by the real migrations."""
    made = bind(create_app(settings))
    made.before_request_funcs.setdefault(None, []).insert(0, _forget_who_asked_last)
    with made.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()
            shutil.copy(instance / "test.db", instance / "empty.db")
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_migrated_app: Flask, instance: Path) -> Iterator[Flask]:
    """The app with an empty database, limits forgotten, no jobs waiting; inside an app context."""
    _migrated_app.extensions["jobs"].jobs.clear()
    with _migrated_app.app_context():
        _empty_database(instance)
        limiter.reset()
        yield _migrated_app
        db.session.remove()


@pytest.fixture
def start_anew(app: Flask, instance: Path) -> Callable[[], None]:
    """Empty the database once more, for a test that is many: what it costs does not grow with what it has done."""

    def anew() -> None:
        app.extensions["jobs"].jobs.clear()
        _empty_database(instance)

    return anew


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of a visitor, with CSRF tokens switched off (tests/blueprints/test_csrf.py has them on)."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Every fact stated during the test, in order."""
    listener = Heard()
    monkeypatch.setattr(app.extensions["events"], "dispatch", listener.around(app.extensions["events"].dispatch))
    return listener


@pytest.fixture
def mentor(app: Flask):
    """Mira, who teaches."""
    return factories.mentor()


@pytest.fixture
def learner(app: Flask):
    """Lev, who learns."""
    return factories.learner()


@pytest.fixture
def lesson(mentor):
    """A session of Mira's, tomorrow."""
    return factories.lesson(mentor)


def _forget_who_asked_last() -> None:
    """Requests of one test share its app context, and Flask-Login keeps the person there; two browsers are two people."""
    g.pop("_login_user", None)


def _empty_database(instance: Path) -> None:
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        for leftover in ("test.db-wal", "test.db-shm"):
            (instance / leftover).unlink(missing_ok=True)
        shutil.copy(instance / "empty.db", instance / "test.db")
        return
    tables = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
    with db.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
