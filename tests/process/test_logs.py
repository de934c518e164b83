"""Log lines: an id on each, nothing forged, nothing told."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.kernel import logs


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of our form that writes JSON into memory, and knows one secret."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Formatter(True, ("s3cret-signing-key",)))
    logger = logging.getLogger("test.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def test_a_line_is_one_json_object(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    logger.warning("two\nlines\r\nand a \x1b[31mcolour\u202e")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["level"] == "warning"
    assert "\x1b" not in line


def test_a_readable_line_cannot_be_forged() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "name=%s", ("eve\r\n12:00:00 info paid\u2028",), None)
    line = logs.Formatter(False, ()).format(record)
    assert len(line.splitlines()) == 1
    assert "\\r\\n" in line


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("key is s3cret-signing-key", "s3cret-signing-key"),
        ("Authorization: Bearer abcdefghijkl.mnop", "abcdefghijkl"),
        ("password=hunter2 next", "hunter2"),
        ('{"token": "abc123xyz"}', "abc123xyz"),
        ("card 4242 4242 4242 4242", "4242 4242"),
        ("card 4000000000000002.", "4000000000000002"),
        ("ifsc HDFC0001234", "HDFC0001234"),
        ("vpa asha.rao@okbank", "asha.rao"),
        ("mail to mira.mentor@example.com", "mira.mentor"),
        ("postgresql://app:pa55word@db/x", "pa55word"),
        ("sk_live_abcdefghijkl", "abcdefghijkl"),
        ("cookie: session=eyJhbGciOi", "eyJhbGciOi"),
    ],
)
def test_what_is_nobodys_business_is_blanked(written: tuple[logging.Logger, io.StringIO], said: str, hidden: str) -> None:
    logger, stream = written
    logger.error(said)
    try:
        raise ValueError(said)
    except ValueError:
        logger.exception("it broke")
    assert hidden not in stream.getvalue()
    assert "***" in stream.getvalue()


@pytest.mark.parametrize(
    "said", ["booking 1234567 at 2026-11-22T16:00:00", "took 12.345678901234567 s", "GET /sessions/42 200 1.2 ms"]
)
def test_ordinary_words_stay(written: tuple[logging.Logger, io.StringIO], said: str) -> None:
    logger, stream = written
    logger.warning(said)
    assert said in stream.getvalue()


def test_a_good_request_id_is_kept_and_a_bad_one_replaced(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"}).headers["X-Request-ID"] == "proxy-0123456789"
    for bad in ("short", "a" * 65, "with space 12345", "<script>alert(1)", "é" * 10):
        given = client.get("/healthz", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert given != bad
        assert len(given) == 16


def test_every_line_of_a_request_carries_its_id(app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "peerlearn.access"):
        client.get("/no-such-page", headers={"X-Request-ID": "abcdefgh"})
    assert any("/no-such-page 404" in record.getMessage() for record in caplog.records)


def test_an_address_with_a_token_in_it_is_noted_by_its_rule(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "peerlearn.access"):
        client.get("/reset/very-secret-token-0123456789")
        client.get("/verify/very-secret-token-0123456789")
    assert "very-secret-token" not in caplog.text
    assert "/reset/<token>" in caplog.text
