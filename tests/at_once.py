"""Races: the same moment for several callers, each in a thread and an app context of its own."""

import threading
from collections.abc import Callable

from flask import Flask

from app.extensions import db
from app.kernel.errors import DomainError


def at_once(app: Flask, *calls: Callable) -> list:
    """Run calls in threads of their own, all released at the same moment; returns results or the errors they raised."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[index] = calls[index]()
            except DomainError as error:
                results[index] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    return results
