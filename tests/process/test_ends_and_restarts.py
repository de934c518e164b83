"""Ctrl-C, SIGTERM and kill -9: requests are finished, nothing is left running, and the next start is quick."""

import http.client
import signal
import time
from pathlib import Path

import psutil

from tests.process.launched import Launched, eventually
from tests.process.visitor import Visitor, hear


def test_a_running_request_is_finished_and_nothing_is_left(folder: Path) -> None:
    launched = Launched(folder, "--port", "0", "--no-demo", "--web", "2").until_up()
    try:
        launched.until_ready()
        family = launched.family()
        line = http.client.HTTPConnection("127.0.0.1", launched.port, timeout=20)
        line.putrequest("POST", "/sign-in")
        line.putheader("Content-Type", "application/x-www-form-urlencoded")
        line.putheader("Content-Length", "20")
        line.endheaders()
        line.send(b"email=a@b")
        assert eventually(lambda: any(holds(web, line) for web in launched.children("wsgi.py")))
        time.sleep(0.5)
        launched.process.send_signal(signal.SIGTERM)
        time.sleep(2)
        line.send(b".c&password")
        answer = line.getresponse()
        assert answer.status < 500
        assert launched.process.wait(30) == 0
        assert eventually(lambda: not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE], 5)
        assert "Traceback" not in launched.said
    finally:
        launched.close()


def holds(web: psutil.Process, line: http.client.HTTPConnection) -> bool:
    """Has this process taken our connection?"""
    return any(one.raddr and one.raddr.port == line.sock.getsockname()[1] for one in web.net_connections())


def test_pages_are_told_to_move_before_their_socket_is_closed(folder: Path) -> None:
    launched = Launched(folder, "--port", "0", "--no-demo", "--web", "2").until_up()
    try:
        launched.until_ready()
        lev = Visitor(launched.port)
        lev.sign_up("Lev", f"lev-{time.time_ns()}@example.com")
        lines = [lev.socket() for _ in range(8)]
        began = time.monotonic()
        launched.process.send_signal(signal.SIGTERM)
        for line in lines:
            assert hear(line, '42["drain"') == '42["drain",{}]'
        assert time.monotonic() - began < 2
        assert launched.process.wait(30) == 0
    finally:
        launched.close()


def test_a_second_start_has_its_first_page_within_five_seconds(folder: Path) -> None:
    launched = Launched(folder, "--port", "0", "--no-demo").until_up()
    try:
        spent = sum(sum(one.cpu_times()[:2]) for one in [psutil.Process(launched.process.pid), *launched.children("wsgi.py")[:1]])
        assert min(launched.seconds, spent) <= 5.0, "neither the clock nor, on a busy machine, the processor's time"
        assert launched.stop(signal.SIGINT) == 0
    finally:
        launched.close()


def test_when_the_launcher_is_killed_its_children_go_too(folder: Path) -> None:
    launched = Launched(folder, "--port", "0", "--no-demo").until_up()
    try:
        launched.until_ready()
        family = launched.family()
        launched.process.kill()
        launched.process.wait()
        assert eventually(lambda: not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE], 30)
    finally:
        launched.close()
    again = Launched(folder, "--port", "0", "--no-demo").until_up()
    try:
        again.until_ready()
        assert again.stop() == 0
    finally:
        again.close()
