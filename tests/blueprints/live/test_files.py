"""Keeping and handing out files over HTTP."""

import hashlib

import pytest

from app.live import files, queries
from tests import factories

DATA = b"<script>alert(1)</script>"


@pytest.fixture
def place(mentor, learner) -> str:
    """The address of a room Mira and Lev may be in now."""
    return f"/session/{queries.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"


def put(client, place, data=DATA, name="page.html", client_id="file-0001"):
    query = {"name": name, "hash": hashlib.sha256(data).hexdigest()}
    return client.put(f"{place}files/{client_id}", data=data, query_string=query, content_type="application/octet-stream")


def test_a_kept_file_is_handed_out_to_be_saved_never_to_be_opened(client, place, learner, mentor):
    factories.signed_in(client, learner)
    assert put(client, place).status_code == 201
    room = queries.visit(learner, place.split("/")[2]).room
    [line] = queries.chat_tail(room)
    factories.signed_in(client, mentor)
    answer = client.get(f"{place}files/{line.file.key}")
    assert answer.data == DATA
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename=page.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_strangers_and_wrong_keys_are_the_same_404(client, place, learner):
    factories.signed_in(client, factories.learner("A Stranger"))
    assert put(client, place).status_code == client.get(f"{place}files/whatever").status_code == 404
    factories.signed_in(client, learner)
    assert client.get(f"{place}files/../../secret").status_code == client.get(f"{place}files/whatever").status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read(client, place, learner, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    factories.signed_in(client, learner)
    assert put(client, place).status_code == 413


def test_what_is_wrong_is_said_in_words(client, place, learner):
    factories.signed_in(client, learner)
    answer = client.put(f"{place}files/file-0001?name=a.txt&hash=0", data=b"x")
    assert (answer.status_code, answer.json["error"]["message"]) == (422, "The file did not arrive whole. Please try again.")
