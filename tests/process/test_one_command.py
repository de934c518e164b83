"""bin/run starts everything and mends what falls."""

import http.client

import psutil
import pytest

from tests.process.launched import Launched, eventually


@pytest.mark.database
def test_the_first_page_is_there_when_it_says_so(running: Launched) -> None:
    status, body = running.get("/")
    assert status == 200
    assert "PeerLearn" in body


@pytest.mark.database
def test_every_part_reports_ready(running: Launched) -> None:
    status, body = running.get("/readyz")
    assert status == 200, body
    for part in ("database", "redis", "worker", "schedule", "clock", "serving"):
        assert f'"{part}":"ok"' in body.replace(" ", "")


def test_two_processes_share_one_port(running: Launched) -> None:
    assert eventually(lambda: min(shares_of_a_burst(running)) >= 5, 20), f"forty connections went {shares_of_a_burst(running)}"


def shares_of_a_burst(running: Launched) -> list[int]:
    """How many of forty connections each web process holds."""
    lines = [http.client.HTTPConnection("127.0.0.1", running.port, timeout=10) for _ in range(40)]
    try:
        for line in lines:
            line.connect()
        for line in lines:
            line.request("GET", "/healthz")
            assert line.getresponse().read()
        return [established(web, running.port) for web in running.children("wsgi.py")]
    finally:
        for line in lines:
            line.close()


def established(web: psutil.Process, port: int) -> int:
    """How many connections to the port a process holds."""
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port for one in web.net_connections())


def test_a_killed_web_process_loses_no_request_and_comes_back(running: Launched) -> None:
    victim = running.children("wsgi.py")[0]
    victim.kill()
    assert [running.get("/healthz")[0] for _ in range(20)] == [200] * 20
    assert eventually(lambda: len({one.pid for one in running.children("wsgi.py")} - {victim.pid}) == 2)
    assert "SIGKILL" in running.said


@pytest.mark.parametrize("word", ["default", "media", "app.process.clock", "valkey-server"])
def test_every_other_part_comes_back_too(running: Launched, word: str) -> None:
    [victim] = running.children(word)
    victim.kill()
    assert eventually(lambda: [one for one in running.children(word) if one.pid != victim.pid])
    running.until_ready()


def test_web_processes_keep_serving_while_valkey_is_away(running: Launched) -> None:
    [valkey] = running.children("valkey-server")
    valkey.suspend()
    try:
        assert running.get("/healthz")[0] == 200
        status, body = running.get("/readyz")
        assert status == 503
        assert '"database":"ok"' in body.replace(" ", "")
    finally:
        valkey.resume()
    running.until_ready()
