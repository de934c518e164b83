"""The migrations go up, down and up again, and say the same as the models."""

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, inspect, select, text

from app.accounts.models import User
from app.config import ROOT
from app.extensions import db
from app.gifts.jobs import release_tips
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.model import Model
from app.live import queries as live
from app.live import recording, recording_segments
from app.live.models import Room
from app.live.recording_models import RecordingTerm
from app.payments import receipts
from app.payments.receipt_models import Receipt, ReceiptKind, ReceiptWanted
from app.proof import service as proof
from tests import factories
from tests.app.live.test_recording import come, start
from tests.app.proof import house

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


def test_what_moved_before_its_kind_of_document_existed_is_documented_afterwards(app: Flask, monkeypatch) -> None:
    new, write = (ReceiptKind.TIP, ReceiptKind.WITHDRAWAL), receipts.write
    monkeypatch.setattr(receipts, "write", lambda draft: 1 / 0 if draft.kind in new else write(draft))
    built = house.build()
    with clock.stopped(now() + timedelta(days=9)):
        release_tips()
    monkeypatch.undo()
    with db.engine.begin() as connection:
        connection.execute(delete(ReceiptWanted))
    db.session.remove()
    db.engine.dispose()
    try:
        downgrade(directory=FOLDER, revision="0022")
    finally:
        db.engine.dispose()
        upgrade(directory=FOLDER)
    factories.write_missing_documents()
    found = db.session.execute(select(Receipt.kind, Receipt.subject_id).where(Receipt.kind.in_(new))).all()
    assert {tuple(one) for one in found} == {(ReceiptKind.TIP, built.gift), (ReceiptKind.WITHDRAWAL, built.paid)}
    assert [check.name for check in proof.check_all() if check.wrong] == []


def test_a_recording_that_runs_while_it_is_deployed_goes_on(app: Flask, mentor, learner) -> None:
    room = live.room_of(factories.joinable(learner, mentor).lesson_id)
    for person in (mentor, learner):
        come(room, person)
    start(room, mentor, learner)
    room_id = room.id
    db.session.remove()
    db.engine.dispose()
    try:
        downgrade(directory=FOLDER, revision="0035")
    finally:
        db.engine.dispose()
        upgrade(directory=FOLDER)
    running = recording.of_room(room_id)
    term = db.session.scalars(select(RecordingTerm)).one()
    assert (term.recording_id, term.user_id, term.began_at, term.ended_at) == (running.id, running.recorder_id, running.wanted_at, None)
    mentor = db.session.get_one(User, running.recorder_id)
    public_id = db.session.get_one(Room, room_id).public_id
    recording_segments.begin_late(mentor, public_id, client_id="segment-one", kind="video/webm", ago=timedelta())
    recording_segments.cannot(mentor, public_id)
    assert recording.of_room(room_id).recorder_id != mentor.id


@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries", "audit_entries", "receipts"])
def test_what_is_written_for_ever_cannot_be_rewritten(app: Flask, table: str, mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    for statement in (f"UPDATE {table} SET id = id + 100000", f"DELETE FROM {table}"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="append only"):
            connection.execute(text(statement))
