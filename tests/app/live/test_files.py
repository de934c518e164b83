"""Files kept with a session."""

import hashlib
from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.storage import StorageFull, storage
from app.live import files, queries
from app.live.models import RoomFile, RoomMessage
from app.live.service import SessionOver, close
from tests import factories

pytestmark = pytest.mark.database

DATA = b"A bowline, drawn."


@pytest.fixture
def room(mentor, learner):
    """The room of a session Mira and Lev may join now."""
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


def kept(who, room, name="knots.pdf", data=DATA, client_id="file-0001", sha256=None) -> RoomMessage:
    return files.keep(who, room.public_id, client_id, name=name, data=data, sha256=sha256 or hashlib.sha256(data).hexdigest())


def test_a_kept_file_is_a_line_of_the_conversation_and_its_bytes_are_there(room, learner, mentor):
    line = kept(learner, room)
    [shown] = queries.chat_tail(room)
    assert (shown.text, shown.file.size, shown.file.key) == ("knots.pdf", len(DATA), line.file.key)
    assert files.find(mentor, room.public_id, line.file.key).id == line.id
    assert storage().read(files.path_of(line.file.key)) == DATA


def test_sending_it_again_keeps_it_once(room, learner):
    assert kept(learner, room).id == kept(learner, room).id
    assert db.session.query(RoomFile).count() == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\boot.ini", "C--boot.ini"),
        ("gnp.\u202efdp", "gnp.fdp"),
        ("a\nb.txt", "a b.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("<img src=x>.png", "-img src=x-.png"),
    ],
)
def test_a_name_is_only_a_name(room, learner, name, shown):
    assert kept(learner, room, name=name).text == shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": b""}, "empty"),
        ({"sha256": "0" * 64}, "did not arrive whole"),
        ({"name": "..."}, "no name"),
        ({"name": "\u200b"}, "no name"),
        ({"client_id": "x"}, "no name"),
        ({"data": b"x" * (files.LARGEST_FILE + 1)}, "larger than 25 MB"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_leaves_nothing(room, learner, changes, words):
    with pytest.raises(Invalid, match=words):
        kept(learner, room, **changes)
    assert db.session.query(RoomMessage).count() == 0


def test_a_session_has_room_for_so_much(room, learner, monkeypatch):
    monkeypatch.setattr(files, "MOST_IN_ROOM", 2 * len(DATA))
    kept(learner, room)
    kept(learner, room, client_id="file-0002")
    with pytest.raises(Conflict, match="200 MB"):
        kept(learner, room, client_id="file-0003")


def test_only_members_keep_and_find_and_after_the_end_nothing_is_kept_any_more(room, learner, mentor):
    key = kept(learner, room).file.key
    stranger, elsewhere = factories.learner("A Stranger"), factories.mentor("Another Mentor")
    other = factories.joinable(factories.learner("Ana Two"), elsewhere)
    for who, place in ((stranger, room), (elsewhere, room), (elsewhere, queries.room_of(other.lesson_id))):
        with pytest.raises(NotFound):
            files.find(who, place.public_id, key)
    with pytest.raises(NotFound):
        kept(stranger, room, client_id="file-0009")
    close(room.id)
    with pytest.raises(SessionOver):
        kept(learner, room, client_id="file-0010")
    with clock.stopped(room.lesson.ends_at + timedelta(days=30)):
        assert files.find(mentor, room.public_id, key).text == "knots.pdf"


def test_a_full_disk_is_said_and_nothing_else_is_lost(room, learner, monkeypatch):
    monkeypatch.setattr(files, "path_of", lambda key: f"/proc/nowhere/{key}")
    with pytest.raises(StorageFull):
        kept(learner, room)
    assert db.session.query(RoomMessage).count() == 0
