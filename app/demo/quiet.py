"""While the demo is loaded, history repeats itself: state, money and notices follow as ever, but nobody is mailed or nudged."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from app.extensions import db
from app.kernel.events import EventTable
from app.kernel.jobs import RecordedJobs
from app.reactions import notices, payouts, rooms, settlements


@contextmanager
def quietly() -> Iterator[None]:
    """Connect only the reactions that write rows, and queue nothing: the sweeps find what is due, as after any lost queue.

    Rows stay loaded between the many small commits, because nobody else writes to them meanwhile; that halves the time.
    """
    extensions, session = current_app.extensions, db.session()
    before = extensions["events"], extensions["jobs"], session.expire_on_commit
    extensions["events"], extensions["jobs"] = EventTable(), RecordedJobs()
    for table in (settlements.REACTIONS, rooms.REACTIONS, notices.REACTIONS, payouts.REACTIONS):
        extensions["events"].connect(table)
    session.expire_on_commit = False
    try:
        yield
    finally:
        extensions["events"], extensions["jobs"], session.expire_on_commit = before
        db.session.expire_all()
