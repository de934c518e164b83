"""What the web process and the worker weigh, rested and after work that takes memory."""

import io
import re
import threading

import psutil
from PIL import Image

from bench.report import line
from tests.process.launched import Launched
from tests.process.visitor import TOKEN, Visitor

MEGABYTE = 1024 * 1024
HEAVY = ("sklearn", "scipy", "numpy", "av", "alembic")
"""What a web process must never load."""
PATHS = ("/", "/explore", "/explore?q=guitar", "/dashboard/mentor/", "/dashboard/mentor/sessions", "/profile/", "/notices")


def at_rest(launched: Launched) -> None:
    """Just started."""
    print("\nMemory, resident")
    _tell(launched, "started")


def after_work(launched: Launched) -> None:
    """Pages, eight sign-ins at once, six large pictures at once, and a sign-up (which reads the list of bad passwords)."""
    visitor = Visitor(launched.port)
    visitor.sign_up("Bench Person", "bench@example.com")
    together([lambda: _try_to_sign_in(launched.port)] * 8)
    mentor = Visitor(launched.port)
    mentor.sign_in("mentor@example.com", "peerlearn-demo")
    for _ in range(20):
        for path in PATHS:
            mentor.page(path)
    token = TOKEN.search(mentor.page("/dashboard/mentor/sessions/new"))
    assert token
    together([lambda: _upload(mentor, token[1])] * 6)
    print("\nMemory, resident, after work")
    _tell(launched, "after pages, sign-ins and pictures")


def _tell(launched: Launched, when: str) -> None:
    for name, word, target in (("web", "wsgi.py", 120.0), ("worker", "worker.py", None), ("clock", "app.process.clock", None)):
        for process in launched.children(word):
            line(f"{name}, {when}", process.memory_info().rss / MEGABYTE, "MB", target)
            _refuse_heavy(process, name)
    for process in launched.children("valkey-server"):
        line(f"valkey, {when}", process.memory_info().rss / MEGABYTE, "MB")


def _refuse_heavy(process: psutil.Process, name: str) -> None:
    """Compiled parts of a library show in the process's map."""
    paths = {entry.path for entry in process.memory_maps()}
    found = [library for library in HEAVY if any(re.search(rf"/site-packages/{library}/", path) for path in paths)]
    if found:
        print(f"  {name} has loaded {', '.join(found)}: OVER")


def together(acts: list) -> None:
    """Each in a thread; failures are none of our business here."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _try_to_sign_in(port: int) -> None:
    """With a wrong password, which takes as long and leaves nothing behind."""
    visitor = Visitor(port)
    token = TOKEN.search(visitor.page("/sign-in"))
    fields = f"csrf_token={token[1] if token else ''}&email=learner%40example.com&password=not+the+right+one"
    visitor.send("/sign-in", fields.encode(), "application/x-www-form-urlencoded")


def _upload(visitor: Visitor, token: str) -> None:
    picture = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(picture, "JPEG", quality=70)
    edge = "edge-of-a-part"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="thumbnail"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    ).encode()
    body = head + picture.getvalue() + f"\r\n--{edge}--\r\n".encode()
    visitor.send("/dashboard/mentor/sessions", body, f"multipart/form-data; boundary={edge}")
