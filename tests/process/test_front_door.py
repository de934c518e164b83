"""Small parts of a web process, without starting one."""

import errno
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from app.process import freshness, serving, static_files


class Listening:
    """A listening socket on which accept goes wrong a few times."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)

    def accept(self) -> object:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        return outcome


def test_passing_errors_of_accept_do_not_end_the_server() -> None:
    passing = [OSError(errno.EMFILE, "Too many open files"), OSError(errno.ECONNABORTED, "aborted")]
    troubled = Listening(*passing, ("socket", "address"))
    assert serving.FairListener(troubled).accept() == ("socket", "address")


def test_a_closed_listener_does_end_it() -> None:
    with pytest.raises(OSError, match="closed"):
        serving.FairListener(Listening(OSError(errno.EBADF, "closed"))).accept()


def test_running_requests_are_counted_until_the_last_byte() -> None:
    site = serving.Site(lambda environ, start_response: iter([b"a", b"b"]))
    answer = iter(site({}, lambda *_: None))
    assert site.running == 0
    next(answer)
    assert site.running == 1
    assert list(answer) == [b"b"]
    assert site.running == 0


def test_a_request_that_breaks_is_not_counted_for_ever() -> None:
    def broken(environ: object, start_response: object) -> list[bytes]:
        raise ValueError

    site = serving.Site(broken)
    with pytest.raises(ValueError):
        list(site({}, lambda *_: None))
    assert site.running == 0


@pytest.mark.parametrize(
    ("path", "hashed"),
    [
        ("/x/static/dist/main-X7Q2M4KA.js", True),
        ("/x/static/dist/main-X7Q2M4KA.js.br", True),
        ("/x/static/dist/icons.0a1b2c3d.svg", True),
        ("/x/static/dist/manifest.json", False),
        ("/x/static/img/landing-background.webp", False),
    ],
)
def test_only_names_that_change_with_their_content_are_kept_for_ever(path: str, hashed: bool) -> None:
    assert static_files.is_hashed(path, "") is hashed


def test_static_files_are_served_compressed_and_with_headers(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "main-X7Q2M4KA.js").write_text("plain and longer")
    (tmp_path / "dist" / "main-X7Q2M4KA.js.br").write_bytes(b"brotli")
    client = Client(static_files.wrap(Flask("x", static_folder=str(tmp_path)), Flask("x").wsgi_app))
    answer = client.get("/static/dist/main-X7Q2M4KA.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer.data == b"brotli"
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/static/../wsgi.py").status_code == 404


def test_a_database_nobody_remembers_is_not_current(tmp_path: Path) -> None:
    assert not freshness.is_current(tmp_path, "")
    freshness.remember(tmp_path, demo=False)
    assert not freshness.is_current(tmp_path, "")
