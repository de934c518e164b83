"""A recording's pieces over HTTP, and the film on the session's page: for its two people only."""

from datetime import UTC, datetime

import pytest

from app.accounts import closing
from app.kernel.transaction import transaction
from app.live import joining, queries, recording, recording_deletion, recording_pieces, service
from tests import factories
from tests.app.live.test_recording import begin, come, start
from tests.films import film, pieces


@pytest.fixture
def room(mentor, learner):
    room = queries.room_of(factories.joinable(learner, mentor).lesson_id)
    come(room, mentor)
    come(room, learner)
    start(room, mentor, learner)
    begin(room, mentor)
    return room


@pytest.fixture
def kept(room, mentor):
    """The room, once its film is there."""
    for piece in pieces(film(2, 200)):
        recording_pieces.take(mentor, room.public_id, "segment-one", piece)
    recording_pieces.complete(mentor, room.public_id, "segment-one", 4)
    service.close(room.id)
    recording.finish(room.id)
    joining.join(recording.of_room(room.id).id)
    return room


def put(client, room, piece, number=None):
    address = f"/session/{room.public_id}/recording/segment-one/{piece.number if number is None else number}"
    return client.put(address, data=piece.data, headers={"X-Piece-Digest": piece.digest})


def test_pieces_come_in_order_and_the_answer_says_where_to_go_on(client, room, mentor):
    factories.signed_in(client, mentor)
    first, second, third, _ = pieces(film(1, 200))
    assert put(client, room, first).json == {"received": 1}
    early = put(client, room, third)
    assert (early.status_code, early.json["received"]) == (409, 1)
    assert put(client, room, second).json == {"received": 2}
    assert put(client, room, first).json == {"received": 2}
    address = f"/session/{room.public_id}/recording/segment-one"
    assert client.get(address).json == {"received": 2}
    assert client.post(address, data={"pieces": "2"}).json == {"received": 2}
    for wrong in ("", "-3", "many", "9999999"):
        assert client.post(address, data={"pieces": wrong}).status_code == 422


def test_a_damaged_piece_is_refused_and_a_stranger_s_is_not_found(client, room, mentor, learner):
    first, second, *_ = pieces(film(1, 200))
    damaged = type(first)(0, second.data, first.digest)
    assert put(factories.signed_in(client, mentor), room, damaged).status_code == 422
    for person in (learner, factories.learner("A Stranger")):
        assert put(factories.signed_in(client, person), room, first).status_code == 404


def test_a_beginning_that_could_not_be_told_at_once_is_told_over_http_before_its_pieces(client, room, mentor, learner):
    address = f"/session/{room.public_id}/recording/segment-late"
    words = {"kind": "video/webm;codecs=vp8,opus", "ago": "1000"}
    factories.signed_in(client, mentor)
    [first, *_] = pieces(film(1, 200))
    upload = {"data": first.data, "headers": {"X-Piece-Digest": first.digest}}
    assert client.put(f"{address}/0", **upload).status_code == 404
    for _ in range(2):
        assert client.post(f"{address}/begin", data=words).json == {"received": 0}
    assert client.put(f"{address}/0", **upload).json == {"received": 1}
    for wrong in ({"ago": ""}, {"ago": "-5"}, {"ago": "9" * 40}, {"kind": "text/html"}):
        assert client.post(f"{address}/begin", data=words | wrong).status_code == 422
    assert client.post(f"/session/{room.public_id}/recording/x/begin", data=words).status_code == 422
    for person in (learner, factories.learner("A Stranger")):
        factories.signed_in(client, person)
        assert client.post(f"{address}/begin", data=words).status_code == 404


def test_the_feedback_sheet_tells_everybody_that_the_session_was_recorded_and_nobody_once_it_is_deleted(client, room, mentor, learner):
    service.close(room.id)
    words = "This session was recorded. You find it with this session in a few minutes."
    assert words in factories.signed_in(client, learner).get(f"/session/{room.public_id}/feedback").text
    recording_deletion.delete(mentor, room.public_id)
    assert words not in client.get(f"/session/{room.public_id}/feedback").text


def test_both_watch_and_download_the_film_and_nobody_else_does(client, kept, mentor, learner):
    for person in (mentor, learner):
        factories.signed_in(client, person)
        page = client.get(f"/session/{kept.public_id}/after").text
        assert "Download recording" in page
        seen = client.get(f"/session/{kept.public_id}/recording/watch", follow_redirects=True, headers={"Range": "bytes=0-9"})
        assert (seen.status_code, seen.content_type, len(seen.data)) == (206, "video/webm", 10)
        file = client.get(f"/session/{kept.public_id}/recording/download", follow_redirects=True)
        assert file.headers["Content-Disposition"].startswith("attachment;")
        assert "no-store" in file.headers["Cache-Control"]
    factories.signed_in(client, factories.learner("A Stranger"))
    for path in ("recording", "recording/watch", "recording/download"):
        assert client.get(f"/session/{kept.public_id}/{path}").status_code == 404


def test_another_person_s_link_opens_nothing(client, kept, mentor, learner):
    word = factories.signed_in(client, mentor).get(f"/session/{kept.public_id}/recording/watch").headers["Location"]
    assert client.get(word).status_code == 200
    assert factories.signed_in(client, learner).get(word).status_code == 404
    assert client.get(word.replace("/file/", "/file/x")).status_code == 404


def test_the_page_says_how_far_it_is_and_nothing_where_nothing_was_recorded(client, room, mentor):
    factories.signed_in(client, mentor)
    service.close(room.id)
    recording.finish(room.id)
    assert "Waiting for the last pieces" in client.get(f"/session/{room.public_id}/recording").text


HTMX = {"HX-Request": "true"}


def test_the_dialog_says_what_deleting_means_and_then_the_page_says_who_did_it(client, kept, mentor, learner):
    factories.signed_in(client, learner)
    address = f"/session/{kept.public_id}/recording/deletion"
    assert f'hx-get="{address}"' in client.get(f"/session/{kept.public_id}/after").text
    for headers in ({}, HTMX):
        words = client.get(address, headers=headers).text
        assert "This deletes the recording for everybody" in words
        assert "our team can still look at it for three days if somebody reports a problem" in words
    link = client.get(f"/session/{kept.public_id}/recording/watch").headers["Location"]
    assert client.get(link).status_code == 200
    done = client.post(address, headers=HTMX)
    assert (done.status_code, f"nudge:recording:{kept.public_id}" in done.headers["HX-Trigger"]) == (200, True)
    with transaction():
        recording.of_room(kept.id).gone_at = datetime(2027, 3, 3, 9, tzinfo=UTC)
    assert "Deleted by you on 3 March." in client.get(f"/session/{kept.public_id}/recording").text
    dead = client.get(link)
    assert (dead.status_code, "This recording was deleted." in dead.text) == (404, True)
    factories.signed_in(client, mentor)
    page = client.get(f"/session/{kept.public_id}/after").text
    assert "Deleted by Lev Park on 3 March." in page
    assert "Download recording" not in page
    assert address not in page
    assert client.get(address).status_code == 404


def test_the_second_of_two_who_press_delete_is_told_that_it_is_done(client, kept, mentor, learner):
    address = f"/session/{kept.public_id}/recording/deletion"
    factories.signed_in(client, mentor)
    assert "Delete for everybody" in client.get(address, headers=HTMX).text
    recording_deletion.delete(learner, kept.public_id)
    done = client.post(address, headers=HTMX)
    assert (done.status_code, "deleted for everybody" in done.headers["HX-Trigger"]) == (200, True)
    assert "Deleted by Lev Park on" in client.get(f"/session/{kept.public_id}/recording").text
    factories.signed_in(client, factories.learner("A Stranger"))
    assert client.post(address, headers=HTMX).status_code == 404


def test_the_page_is_there_for_everybody_when_the_one_who_deleted_it_has_no_account_any_more(client, kept, mentor, learner):
    recording_deletion.delete(learner, kept.public_id)
    closing.disable_account(None, learner.id, "Asked by letter.")
    page = factories.signed_in(client, mentor).get(f"/session/{kept.public_id}/after")
    assert (page.status_code, "Deleted by Lev Park on" in page.text) == (200, True)


def test_without_scripts_deleting_leads_back_to_the_session(client, kept, mentor):
    answer = factories.signed_in(client, mentor).post(f"/session/{kept.public_id}/recording/deletion")
    assert (answer.status_code, answer.location) == (303, f"/session/{kept.public_id}/after")


def test_before_the_end_and_for_a_stranger_there_is_nothing_to_delete(client, room, learner):
    address = f"/session/{room.public_id}/recording/deletion"
    factories.signed_in(client, learner)
    for answer in (client.get(address), client.post(address)):
        assert "Stop the recording there" in answer.text
    assert client.post(address).status_code == 409
    assert recording.of_room(room.id).gone_at is None
    factories.signed_in(client, factories.learner("A Stranger"))
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_the_browser_that_recorded_hears_that_it_may_let_go(client, room, mentor, learner):
    service.close(room.id)
    recording.finish(room.id)
    factories.signed_in(client, learner).post(f"/session/{room.public_id}/recording/deletion")
    factories.signed_in(client, mentor)
    first, *_ = pieces(film(1, 200))
    address = f"/session/{room.public_id}/recording/segment-one"
    assert [put(client, room, first).status_code, client.get(address).status_code] == [410, 410]
    assert client.post(address, data={"pieces": "0"}).status_code == 410
