"""What a session leaves behind: its page, own notes, the whiteboard, and all of it as one file."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest

from app.bookings import settlement
from app.bookings.attendance_models import Closing
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.live import board, files, queries, service, topics
from app.live.board_messages import Draw, Mark
from app.live.note_models import SessionNote
from app.live.notes import LONGEST_NOTES
from app.live.shared_notes_models import SharedNotes
from tests import factories

MINUTE = timedelta(minutes=1)


class Session:
    """A session that was taught, with something in every corner."""

    def __init__(self, mentor, learner):
        self.mentor, self.learner = mentor, learner
        self.booking = factories.joinable(learner, mentor, title="Knots and braids", minutes=60)
        self.lesson = self.booking.lesson
        self.room = queries.room_of(self.lesson.id)
        self.address = f"/session/{self.room.public_id}/"

    def at(self, minute):
        return clock.stopped(self.lesson.starts_at + minute * MINUTE)

    def teach(self):
        for person, begin in ((self.mentor, 0), (self.learner, 2)):
            factories.stay(self.lesson, person.id, begin * MINUTE, 60 * MINUTE, Closing.ENDED)
        with self.at(5):
            service.say(self.mentor, self.room.public_id, client_id="line-0001", text="Welcome <b>Lev</b>!")
            service.say(self.learner, self.room.public_id, client_id="line-0002", text="Hello\nMira")
        with self.at(12.5):
            topics.mark(self.mentor, self.room.public_id, self.lesson.topics[0].id, is_covered=True)
            self.draw("deed-0001", "text", Mark("blue", 60, [100, 100], "The bowline"))
        return self

    def draw(self, name, kind, mark=None, targets=None, page=1, who=None):
        board.draw(who or self.mentor, self.room.public_id, Draw(name, page, kind, mark, targets))

    def end(self):
        with self.at(60):
            service.close(self.room.id)
            settlement.settle(self.booking.id)
        return self


@pytest.fixture
def session(mentor, learner):
    return Session(mentor, learner).teach().end()


@pytest.fixture
def later(session):
    with session.at(61):
        yield session


def pack(client, session):
    answer = client.get(session.address + "learning-pack.zip")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def read(pdf):
    tool = shutil.which("pdftotext") or pytest.fail("pdftotext is missing: install poppler-utils")
    return subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_once_feedback_is_given_the_sessions_page_shows_what_is_left(client, later, learner):
    factories.signed_in(client, learner)
    assert client.get(later.address).location == later.address + "feedback"
    client.post(later.address + "feedback", data={"stars": "5"})
    answer = client.get(later.address, follow_redirects=True)
    assert answer.request.path == later.address + "after"
    for words in ("58:00", "58 of 60 min together. Paid in full.", "Learning pack", "Knots", "10:30", "Welcome &lt;b&gt;Lev&lt;/b&gt;!"):
        assert words in answer.text
    assert 'href="/dashboard/learner/"' in answer.text
    assert "How was it with" not in answer.text


def test_skipping_shows_it_too_and_the_stars_can_still_be_given_there(client, later, learner):
    factories.signed_in(client, learner)
    client.post(later.address + "feedback", data={"skip": "1"})
    page = client.get(later.address, follow_redirects=True)
    assert page.request.path == later.address + "after"
    assert "How was it with Mira?" in page.text
    answer = client.post(later.address + "feedback", data={"stars": "4", "back": "1"})
    assert answer.location == later.address + "after"
    assert "How was it with" not in client.get(answer.location).text


def test_before_the_end_it_leads_to_the_room(client, mentor, learner):
    session = Session(mentor, learner)
    factories.signed_in(client, learner)
    assert client.get(session.address + "after").location == session.address
    assert client.get(session.address + "learning-pack.zip").status_code == 409


def test_both_read_the_same_figures(app, later, mentor, learner):
    pages = [factories.signed_in(app.test_client(), person).get(later.address + "after").text for person in (mentor, learner)]
    for page in pages:
        assert 'figures">58:00</span>' in page
        assert "10:30" in page


@pytest.mark.parametrize(("method", "path"), [("get", "after"), ("get", "board"), ("get", "learning-pack.zip"), ("post", "notes")])
def test_strangers_find_nothing(client, later, method, path):
    factories.signed_in(client, factories.learner("A Stranger"))
    extra = {"json": {"text": "mine"}} if method == "post" else {}
    assert getattr(client, method)(later.address + path, **extra).status_code == 404
    assert db.session.query(SessionNote).count() == 0


def test_what_was_written_together_is_read_by_both_and_goes_into_the_pack(client, app, later, mentor, learner):
    with transaction():
        db.session.add(SharedNotes(room_id=later.room.id, text="The queen of knots\n<b>", version=3, updated_at=now()))
    for person in (mentor, learner):
        page = factories.signed_in(app.test_client(), person)
        assert "The queen of knots\n&lt;b&gt;" in page.get(later.address + "after").text
        assert pack(page, later)["shared-notes.md"].decode() == "# Knots and braids\n\nThe queen of knots\n<b>\n"


def test_notes_are_kept_as_typed_and_read_by_nobody_else(client, app, later, mentor, learner):
    factories.signed_in(client, learner)
    for text in ("The bow", "The bowline\nis <the> queen ☺"):
        assert client.post(later.address + "notes", json={"text": text}).status_code == 204
    assert "is &lt;the&gt; queen ☺" in client.get(later.address + "after").text
    theirs = factories.signed_in(app.test_client(), mentor)
    assert "queen" not in theirs.get(later.address + "after").text
    assert "notes.md" not in pack(theirs, later)
    assert pack(client, later)["notes.md"].decode() == "# Knots and braids\n\nThe bowline\nis <the> queen ☺\n"
    client.post(later.address + "notes", json={"text": ""})
    assert "notes.md" not in pack(client, later)


@pytest.mark.parametrize("body", [{}, {"text": 1}, {"text": "x" * (LONGEST_NOTES + 1)}, {"text": "x", "user": 1}, [], None])
def test_notes_that_make_no_sense_are_refused_in_words(client, later, learner, body):
    factories.signed_in(client, learner)
    assert client.post(later.address + "notes", json=body).status_code == 422
    assert db.session.query(SessionNote).count() == 0


def test_the_pack_holds_all_of_it(client, later, learner):
    files = pack(factories.signed_in(client, learner), later)
    assert set(files) == {"receipt.pdf", "chat.txt", "topics.md", "board.pdf"}
    at = f"{later.lesson.starts_at + 5 * MINUTE:%H:%M:%S}"
    assert files["chat.txt"].decode() == f"[{at}] Mira Holm: Welcome <b>Lev</b>!\n[{at}] Lev Park: Hello\n    Mira\n"
    assert "- [x] Knots (covered at 10:30)\n- [ ] Braids" in files["topics.md"].decode()
    assert "The bowline" in read(files["board.pdf"])
    sheet = read(files["receipt.pdf"])
    assert "58:00" in sheet
    assert "Paid in full" in sheet


def test_a_mentor_of_several_gets_a_receipt_for_each(client, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    bookings = [factories.confirmed(person, lesson) for person in (learner, factories.learner("Ana First"))]
    for person in (mentor.id, *(booking.learner_id for booking in bookings)):
        factories.stay(lesson, person, timedelta(), 60 * MINUTE, Closing.ENDED)
    room = queries.room_of(lesson.id)
    with clock.stopped(lesson.ends_at):
        service.close(room.id)
        answer = factories.signed_in(client, mentor).get(f"/session/{room.public_id}/learning-pack.zip")
        names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
        own = factories.signed_in(client, learner).get(f"/session/{room.public_id}/learning-pack.zip")
    assert {f"receipt-{booking.id}.pdf" for booking in bookings} < set(names)
    assert "receipt.pdf" in zipfile.ZipFile(io.BytesIO(own.data)).namelist()


def test_of_an_empty_session_there_is_a_pack_without_what_was_not_there(client, mentor, learner):
    session = Session(mentor, learner)
    with session.at(20):
        service.close(session.room.id)
        files = pack(factories.signed_in(client, learner), session)
        page = client.get(session.address + "after").text
    assert set(files) <= {"topics.md"}
    assert "Nothing was written." in page
    assert "Whiteboard" not in page


def test_kept_files_come_along_under_names_that_harm_nobody(client, mentor, learner, monkeypatch):
    session = Session(mentor, learner)
    with session.at(3):
        for number, name in enumerate(("knots.txt", "knots.txt", "KNOTS.txt", "a:b?.txt")):
            data = f"file {number}".encode()
            digest = hashlib.sha256(data).hexdigest()
            files.keep(mentor, session.room.public_id, f"file-id-{number}", name=name, data=data, sha256=digest)
    with session.at(61):
        service.close(session.room.id)
        factories.signed_in(client, learner)
        packed = pack(client, session)
        assert "knots.txt</a>" in client.get(session.address + "after").text
        monkeypatch.setattr("app.live.pack.MOST_FILE_BYTES", 8)
        small = pack(client, session)
    assert {name: data for name, data in packed.items() if name.startswith("files/")} == {
        "files/knots.txt": b"file 0", "files/2-knots.txt": b"file 1", "files/3-KNOTS.txt": b"file 2", "files/a-b-.txt": b"file 3",
    }  # fmt: skip
    assert "(file) knots.txt" in packed["chat.txt"].decode()
    assert "a-b-.txt" in small["files/not-in-here.txt"].decode()


def test_a_refunded_learner_keeps_chat_notes_and_board(client, mentor, learner):
    session = Session(mentor, learner)
    with session.at(1):
        service.say(learner, session.room.public_id, client_id="line-0001", text="Are you coming?")
    factories.stay(session.lesson, learner.id, timedelta(), 10 * MINUTE)
    with session.at(11):
        settlement.decide_absence(session.booking.id)
        service.close(session.room.id)
        assert session.booking.settlement.refund_minor == session.booking.price_minor
        assert "Are you coming?" in pack(factories.signed_in(client, learner), session)["chat.txt"].decode()


def test_the_board_is_what_follows_from_the_log(client, mentor, learner):
    session = Session(mentor, learner).teach()
    dot = Mark("ink", 4, [10, 10], "")
    with session.at(20):
        for name in ("deed-0002", "deed-0003", "deed-0004", "deed-0005"):
            session.draw(name, "stroke", dot)
        session.draw("deed-0006", "erase", targets=[f"{mentor.id}:deed-0002"])
        session.draw("deed-0007", "undo", targets=[f"{mentor.id}:deed-0003"])
        session.draw("deed-0008", "undo", targets=[f"{mentor.id}:deed-0004"])
        session.draw("deed-0009", "redo", targets=[f"{mentor.id}:deed-0004"])
        session.draw("deed-0010", "page", page=2)
        session.draw("deed-0011", "rectangle", Mark("red", 4, [10, 10, 50, 50], ""), page=2)
        session.draw("deed-0012", "clear", page=2)
        session.draw("deed-0013", "line", Mark("red", 4, [10, 10, 50, 50], ""), page=2)
    with session.at(61):
        service.close(session.room.id)
        pages = json.loads(factories.signed_in(client, learner).get(session.address + "board").data)
    assert [[one["kind"] for one in page["drawings"]] for page in pages] == [["text", "stroke", "stroke"], ["line"]]
    assert pages[0]["drawings"][0]["mark"] == {"colour": "blue", "width": 60, "points": [100, 100], "text": "The bowline"}


def test_a_board_that_was_wiped_is_none(client, mentor, learner):
    session = Session(mentor, learner).teach()
    with session.at(20):
        session.draw("deed-0002", "clear")
    with session.at(61):
        service.close(session.room.id)
        assert factories.signed_in(client, learner).get(session.address + "board").data == b"[]"
        assert "board.pdf" not in pack(client, session)


def test_past_sessions_lead_there_on_both_sides(client, app, session, mentor, learner):
    pages = ((mentor, "/dashboard/mentor/sessions?tab=past"), (learner, "/dashboard/learner/booked?tab=past"))
    for person, page in pages:
        assert f'href="{session.address}after"' in factories.signed_in(app.test_client(), person).get(page).text
