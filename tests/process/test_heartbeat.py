"""The event loop does not stand still while passwords are checked and pictures are drawn.

Everything a web process does for thousands of sockets happens on one loop; when its heart, which beats every 20 ms, is silent,
nobody is heard. Three bounds, because a shared machine is never quiet:

- the longest work between two beats, in processor time, which other programs cannot stretch: a page and a commit are some 30 ms
  of it and yield in between, so 200 ms means that something else stood on the loop;
- the longest silence on the clock: a second, since sockets give up after many. Here a loaded machine counts against us too;
- all work of the loop, beside a process that does hash on it: the twenty hashes must be missing.
"""

import http.client
import io
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from app.accounts.passwords import COSTS
from app.config import ROOT
from tests.process.launched import environment, eventually
from tests.process.visitor import TOKEN, Visitor

LONGEST_WORK, LONGEST_SILENCE = 0.2, 1.0
"""Seconds."""
PASSWORD = "a long enough password"
PEOPLE, PICTURES = 20, 6


@contextmanager
def beating(folder: Path, *words: str) -> Iterator[int]:
    """A web process with a heart; its port."""
    variables = environment(folder, PASSWORD_HASH_COST="standard")
    subprocess.run([sys.executable, "-m", "app.process.preparing"], cwd=ROOT, env=variables, check=True, timeout=120)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.process.beating", PASSWORD, str(PEOPLE), *words],
            cwd=ROOT,
            env={**variables, "PEERLEARN_LISTEN_FD": str(listening.fileno())},
            pass_fds=(listening.fileno(),),
        )
    try:
        assert eventually(lambda: process.poll() is not None or _answers(port), 60)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def beats(port: int) -> dict[str, float]:
    """What the heart has to tell since it was last asked."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/beats", timeout=30) as answer:
        return json.load(answer)


def all_at_once(acts: list[Callable[[], object]]) -> None:
    """Each in a thread of its own; the first failure is the test's."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures[0]


def sign_in_form(port: int, number: int) -> tuple[Visitor, dict[str, str]]:
    """Somebody at the sign-in page, everything typed."""
    visitor = Visitor(port)
    token = TOKEN.search(visitor.page("/sign-in"))
    assert token
    return visitor, {"csrf_token": token[1], "email": f"beat{number}@example.com", "password": PASSWORD}


def sign_in_all(port: int) -> dict[str, float]:
    """Twenty people press Sign in at the same moment; what the heart told."""
    typed = [sign_in_form(port, number) for number in range(PEOPLE)]
    beats(port)
    all_at_once([lambda visitor=visitor, fields=fields: visitor.page("/sign-in", fields) for visitor, fields in typed])
    told = beats(port)
    print(told)
    return told


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A web process with a heart, as it really is."""
    with beating(tmp_path / "real") as port:
        visitor, fields = sign_in_form(port, 0)
        assert "Sign out" in visitor.page("/sign-in", fields)  # and the templates are compiled
        yield port


def test_twenty_sign_ins_at_once_do_not_stop_the_heart(port: int, tmp_path: Path) -> None:
    real = sign_in_all(port)
    with beating(tmp_path / "inline", "inline") as other:
        visitor, fields = sign_in_form(other, 0)
        visitor.page("/sign-in", fields)
        inline = sign_in_all(other)
    assert real["busy"] < LONGEST_WORK, (real, inline)
    assert real["silent"] < LONGEST_SILENCE, (real, inline)
    assert real["work"] < inline["work"] - PEOPLE * seconds_per_hash() / 2, (real, inline)


def seconds_per_hash() -> float:
    """Processor time of one check of a password, at its real cost; the quickest of five, for the first ones pay for cold memory."""
    taken = []
    for _ in range(5):
        began = time.thread_time()
        COSTS["standard"].hash(PASSWORD)
        taken.append(time.thread_time() - began)
    return min(taken)


def test_large_pictures_do_not_stop_the_heart(port: int, tmp_path: Path) -> None:
    visitor, fields = sign_in_form(port, 0)
    visitor.page("/sign-in", fields)
    page = visitor.page("/dashboard/mentor/sessions/new")
    token = TOKEN.search(page)
    assert token
    picture = io.BytesIO()
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(picture, "JPEG", quality=70)
    beats(port)
    all_at_once([lambda: _upload(visitor, token[1], picture.getvalue())] * PICTURES)
    told = beats(port)
    print(told)
    assert len(list((tmp_path / "real" / "media").rglob("*.webp"))) == PICTURES
    assert told["busy"] < LONGEST_WORK, told
    assert told["silent"] < LONGEST_SILENCE, told


def _upload(visitor: Visitor, token: str, picture: bytes) -> None:
    """Create Session with a picture and nothing else: the picture is stored, the rest is to be mended (422)."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode(),
        f'--{edge}\r\nContent-Disposition: form-data; name="thumbnail"; filename="a.jpg"\r\n'.encode(),
        b"Content-Type: image/jpeg\r\n\r\n" + picture + f"\r\n--{edge}--\r\n".encode(),
    ]
    assert visitor.send("/dashboard/mentor/sessions", b"".join(parts), f"multipart/form-data; boundary={edge}") == 422
