"""Is the SQLite database as the last migration left it? Answered in a few milliseconds, without loading the app.

A start may then go straight to the first page. Any doubt means "no": then the migrations run, and find nothing to do.
"""

import hashlib
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from app.process.environment import ROOT


def is_current(instance: Path, database_url: str) -> bool:
    """True when nothing that migrations depend on has changed since `remember`."""
    try:
        return database_url == "" and read(instance)["mark"] == mark(instance)
    except (OSError, ValueError, KeyError, sqlite3.Error):
        return False


def remember(instance: Path, **facts: Any) -> None:
    """Keep the mark, and facts for the launcher, after a migration."""
    note = _note(instance)
    note.parent.mkdir(parents=True, exist_ok=True)
    try:
        facts["mark"] = mark(instance)
    except sqlite3.Error:  # another database, or one we cannot read: never current
        facts["mark"] = None
    note.write_text(json.dumps(facts))


def read(instance: Path) -> dict[str, Any]:
    """What was remembered; OSError when nothing was."""
    return json.loads(_note(instance).read_text())


def mark(instance: Path) -> str:
    """Changes with the migrations, the installed packages, the list of plugins, and the versions noted in the database."""
    migrations = sorted([*ROOT.glob("migrations/**/*.py"), *ROOT.glob("plugins/*/migrations/**/*.py")])
    digest = hashlib.sha256(repr((os.environ.get("PLUGINS"), sys.version)).encode())
    for folder in sorted(Path(sys.prefix).glob("lib/python*/site-packages")):
        digest.update(str(folder.stat().st_mtime_ns).encode())
    for path in migrations:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update(repr(_versions(instance / "peerlearn.db")).encode())
    return digest.hexdigest()


def _versions(database: Path) -> list[tuple[str, list[Any]]]:
    """The rows of every Alembic version table; sqlite3.Error when there is no such database."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        named = connection.execute("select name from sqlite_master where name glob 'alembic_version*' order by name").fetchall()
        if not named:
            raise sqlite3.OperationalError("never migrated")
        return [(name, sorted(connection.execute(f'select * from "{name}"').fetchall())) for (name,) in named]  # noqa: S608
    finally:
        connection.close()


def _note(instance: Path) -> Path:
    return instance / "run" / "database.json"
