"""Somebody is removed at the very moment they come in, and pressed twice at once: one truth each time."""

import pytest
from flask import Flask

from app.accounts.models import User
from app.bookings import attendance
from app.bookings.removal_models import RoomRemoval
from app.extensions import db
from app.live import queries, removal, service
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database
TIMES = 4


def test_whoever_comes_in_while_they_are_removed_is_out_whoever_was_first(app: Flask, mentor, learner):
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    address, lesson_id, mentor_id, learner_id = room.public_id, room.lesson_id, mentor.id, learner.id

    def come() -> None:
        service.enter(db.session.get_one(User, learner_id), address, tab="a-tab-of-lev", connection="line-of-lev", take=True)

    def remove() -> None:
        removal.remove(db.session.get_one(User, mentor_id), address, learner_id)

    for _ in range(TIMES):
        at_once(app, come, remove, come, remove)
        db.session.rollback()  # what was read before is old by now
        assert learner_id not in attendance.present(lesson_id)
        assert db.session.query(RoomRemoval).filter_by(lifted_at=None).count() == 1
        removal.let_back(db.session.get_one(User, mentor_id), address, learner_id)
