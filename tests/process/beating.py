"""A web process like wsgi.py's, with a heart that beats every 20 ms. /beats tells how it went, and begins anew.

    python -m tests.process.beating PASSWORD PEOPLE [inline]

makes so many mentors (beat0@example.com …) with one password. "inline" lets it hash and draw on the event loop, as it would without
kernel/offload.py: what the stories compare with. Never import this module: it patches the whole process.
"""

import os
import sys
import time

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet

eventlet.monkey_patch()

from flask import Flask, jsonify  # noqa: E402
from flask.typing import ResponseReturnValue  # noqa: E402

from app.accounts import passwords  # noqa: E402
from app.accounts.models import Hat, User  # noqa: E402
from app.extensions import db, limiter  # noqa: E402
from app.factory import create_app  # noqa: E402
from app.kernel.clock import now  # noqa: E402
from app.kernel.transaction import transaction  # noqa: E402
from app.process.serving import serve  # noqa: E402
from app.web import uploads  # noqa: E402

BEAT = 0.02


class Heart:
    """Beats on the event loop as long as nobody stands on it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.beats, self.silent, self.busy = 0, 0.0, 0.0
        self.began = time.thread_time()

    def beat(self) -> None:
        """For ever."""
        while True:
            last, worked = time.monotonic(), time.thread_time()
            eventlet.sleep(BEAT)
            self.beats += 1
            self.silent = max(self.silent, time.monotonic() - last - BEAT)
            self.busy = max(self.busy, time.thread_time() - worked)

    def told(self) -> ResponseReturnValue:
        """How many beats; in seconds: the longest silence, the longest work between two beats, and all work of the loop."""
        answer = jsonify(beats=self.beats, silent=self.silent, busy=self.busy, work=time.thread_time() - self.began)
        self.forget()
        return answer


def add_people(app: Flask, password: str, count: int) -> None:
    """Mentors with one password; its hash has the real cost."""
    with app.app_context(), transaction():
        stored = passwords.hash_password(password)
        for number in range(count):
            person = User(
                email=f"beat{number}@example.com",
                name=f"Beat {number}",
                password_hash=stored,
                is_mentor=True,
                hat=Hat.MENTOR,
                created_at=now(),
                verified_at=now(),
            )
            db.session.add(person)


def main() -> None:
    """Serve on the socket that was handed down."""
    app = create_app()
    limiter.enabled = False  # these stories are about time, not about limits
    if "inline" in sys.argv:
        passwords.offload = uploads.offload = lambda function, *arguments: function(*arguments)
    add_people(app, sys.argv[1], int(sys.argv[2]))
    heart = Heart()
    app.add_url_rule("/beats", "beats", heart.told)
    eventlet.spawn(heart.beat)
    serve(app)


if __name__ == "__main__":
    main()
