"""The migrations go up, down and up again, and say the same as the models."""

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, inspect, select, text

from app.accounts.models import User
from app.bookings import jobs
from app.bookings.models import Booking
from app.config import ROOT
from app.extensions import db
from app.gifts.jobs import release_tips
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.model import Model
from app.kernel.transaction import transaction
from app.live import queries as live
from app.live import recording, recording_segments
from app.live.models import Room
from app.live.recording_models import RecordingTerm
from app.notifications.models import Notice
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


def test_whoever_agreed_before_there_were_more_reminders_is_not_reminded_of_what_was_due_before_that(app: Flask, mentor) -> None:
    """Agreed two hours ago on a session in twenty: no "Session in 20 hours". Agreed a week ago: that one is late, and sent."""
    moment = now()

    def agreed(hours_ago: float, *, starts_in: timedelta, moved_hours_ago: float | None = None, is_free: bool = False) -> int:
        lesson = factories.lesson(mentor, starts_in=starts_in, minutes=30, is_free=is_free, price=0 if is_free else 1800)
        booking = factories.confirmed(factories.learner(), lesson)
        with transaction():
            booking.accepted_at, booking.reminded_at = moment - timedelta(hours=hours_ago), None
            booking.moved_at = None if moved_hours_ago is None else moment - timedelta(hours=moved_hours_ago)
            if booking.payment is not None:
                booking.payment.captured_at = moment - timedelta(hours=hours_ago, seconds=-5)
        return booking.id

    day = timedelta(hours=20)
    lately, freely, long_ago = agreed(2, starts_in=day), agreed(2, starts_in=day + timedelta(hours=1), is_free=True), agreed(170, starts_in=day - timedelta(hours=1))
    moved = agreed(170, starts_in=day - timedelta(hours=2), moved_hours_ago=1)
    at_once = agreed(0, starts_in=timedelta(minutes=6))
    db.session.remove()
    db.engine.dispose()
    try:
        downgrade(directory=FOLDER, revision="0040")
    finally:
        db.engine.dispose()
        upgrade(directory=FOLDER)
    known = {booking.id: booking.reminded_at for booking in db.session.query(Booking)}
    hours = {one: round((moment - at).total_seconds() / 3600) if at else None for one, at in known.items()}
    assert hours == {lately: 2, freely: 2, long_ago: 170, moved: 1, at_once: None}
    with clock.stopped(moment):
        jobs.remind()
    told = set(db.session.scalars(select(Notice.user_id).where(Notice.kind.in_(("booking.ahead", "booking.near")))))
    learners = {one: db.session.get_one(Booking, one).learner_id for one in known}
    assert told - {mentor.id} == {learners[long_ago], learners[at_once]}


@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries", "audit_entries", "receipts"])
def test_what_is_written_for_ever_cannot_be_rewritten(app: Flask, table: str, mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    for statement in (f"UPDATE {table} SET id = id + 100000", f"DELETE FROM {table}"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="append only"):
            connection.execute(text(statement))
