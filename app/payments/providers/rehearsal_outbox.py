"""What the rehearsal has to tell: rows written with the change they tell of, posted by a sweep (`rehearsal_post.py`)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert

from app.config import settings
from app.kernel.clock import now
from app.payments.providers.rehearsal_books import events


@dataclass(frozen=True, slots=True)
class Switches:
    """How unreliable the post is, from REHEARSAL_EVENTS: `delay=SECONDS,duplicate,reorder,drop=N` (every Nth is lost; 1: all)."""

    delay: timedelta = timedelta()
    duplicate: bool = False
    reorder: bool = False
    drop: int = 0


def switches() -> Switches:
    """As the settings say."""
    words = dict(word.partition("=")[::2] for word in settings().rehearsal_events)
    return Switches(
        delay=timedelta(seconds=int(words.get("delay") or 0)),
        duplicate="duplicate" in words,
        reorder="reorder" in words,
        drop=int(words.get("drop") or 0),
    )


def emit(books: Connection, kind: str, object_id: str) -> None:
    """Something happened: it will be told."""
    moment = now()
    values = {
        "event_id": "revt_" + secrets.token_urlsafe(16),
        "type": kind,
        "object_id": object_id,
        "created_at": moment,
        "next_at": moment + switches().delay,
        "tries": 0,
        "outcome": "",
    }
    books.execute(insert(events).values(**values))
