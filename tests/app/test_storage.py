"""Where large things lie: a folder whose files are whole or not there, or a bucket that players may reach."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from botocore.stub import Stubber

from app.kernel.storage import StorageFull, open_storage


@pytest.fixture
def folder(tmp_path: Path):
    return open_storage("", "", tmp_path)


def test_what_was_put_is_read_and_put_twice_is_once(folder, tmp_path):
    for _ in range(2):
        folder.put("recordings/a/one", b"hello")
    assert folder.read("recordings/a/one") == b"hello"
    assert [path.name for path in (tmp_path / "storage/recordings/a").iterdir()] == ["one"], "no drafts are left"


def test_a_file_is_moved_in_and_a_folder_goes_with_all_in_it(folder, tmp_path):
    made = tmp_path / "made.webm"
    made.write_bytes(b"film")
    folder.put_file("recordings/a/film", made)
    assert not made.exists()
    folder.put("recordings/b/other", b"stays")
    folder.delete_under("recordings/a")
    folder.delete_under("recordings/a")
    with pytest.raises(FileNotFoundError):
        folder.read("recordings/a/film")
    assert folder.read("recordings/b/other") == b"stays"


def test_no_room_is_said_and_leaves_nothing_half(folder, tmp_path):
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage/recordings").write_text("no folder can be made here")
    with pytest.raises(StorageFull):
        folder.put("recordings/a/one", b"hello")


def test_the_folder_may_lie_elsewhere(tmp_path):
    store = open_storage(str(tmp_path / "elsewhere"), "", tmp_path / "instance")
    store.put("one", b"hello")
    assert (tmp_path / "elsewhere/one").read_bytes() == b"hello"
    assert store.origin == ""


def test_a_bucket_hands_files_out_itself_from_an_origin_that_pages_may_name(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    store = open_storage("s3://films/peerlearn", "https://store.example:9000", tmp_path)
    assert store.origin == "https://store.example:9000"
    assert store.path("one") is None
    link = store.link("one", name="one.webm", kind="video/webm", seconds=60)
    assert link is not None
    assert link.startswith("https://store.example:9000/films/peerlearn/one?")
    own = open_storage("s3://films", "", tmp_path).origin
    assert own.startswith("https://films.s3")


@pytest.mark.parametrize("refused", [[], [{"Key": "peerlearn/a/one", "Code": "AccessDenied"}]])
def test_a_bucket_that_keeps_what_should_go_is_no_silence(monkeypatch, tmp_path, refused):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    store = open_storage("s3://films/peerlearn", "https://store.example:9000", tmp_path)
    with Stubber(store._client) as bucket:
        bucket.add_response("list_objects_v2", {"Contents": [{"Key": "peerlearn/a/one"}]})
        bucket.add_response("delete_objects", {"Errors": refused} if refused else {})
        with pytest.raises(OSError, match="could not be deleted") if refused else nullcontext():
            store.delete_under("a")
