"""The migrations go up, down and up again, and say the same as the models."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app.config import ROOT
from app.extensions import db
from app.kernel.model import Model

FOLDER = str(ROOT / "migrations")

pytestmark = pytest.mark.database


def test_they_go_down_to_nothing_and_up_again(app: Flask) -> None:
    db.session.remove()
    db.engine.dispose()
    try:
        downgrade(directory=FOLDER, revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    finally:
        db.engine.dispose()
        upgrade(directory=FOLDER)
    assert set(inspect(db.engine).get_table_names()) >= {table.name for table in Model.metadata.sorted_tables}


def test_the_database_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Model.metadata)
    assert not differences


@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries", "audit_entries", "receipts"])
def test_what_is_written_for_ever_cannot_be_rewritten(app: Flask, table: str, mentor, learner, lesson) -> None:
    from tests import factories

    factories.confirmed(learner, lesson)
    for statement in (f"UPDATE {table} SET id = id + 100000", f"DELETE FROM {table}"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="append only"):
            connection.execute(text(statement))
