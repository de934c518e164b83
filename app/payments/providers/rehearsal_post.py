"""The rehearsal's postman: a sweep on the worker that posts signed messages to our own door over HTTP, as a company would.

A door that does not answer is tried again, later and later, for three days; whatever is never told is found by the pull path.
"""

import json
import logging
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from sqlalchemy import Row, delete, select, update

from app.config import settings
from app.kernel.clock import now
from app.payments.providers.rehearsal_books import Books, events
from app.payments.providers.rehearsal_events import HEADER, sign
from app.payments.providers.rehearsal_outbox import switches
from app.payments.providers.rehearsal_payments import settle_all
from app.payments.providers.rehearsal_payouts import tell_payouts

log = logging.getLogger(__name__)

AGAIN_AFTER = (5, 30, 120, 600, 3600)
"""Seconds until the next try; then every hour."""
GIVE_UP_AFTER = timedelta(days=3)
AT_ONCE = 100
ANSWER_WITHIN = 5.0
"""Seconds the door has to answer."""


def deliver() -> None:
    """Let time pass in the rehearsal's books, then post what is due; stops early when nobody opens."""
    if not settings().is_rehearsal:
        return
    with Books() as books:
        settle_all(books)
        tell_payouts(books)
        books.execute(delete(events).where(events.c.created_at < now() - 2 * GIVE_UP_AFTER))
    for row in _due():
        if not _post(row):
            return


def _due() -> list[Row]:
    order = events.c.id.desc() if switches().reorder else events.c.id
    with Books() as books:
        return list(books.execute(select(events).where(events.c.next_at <= now()).order_by(order).limit(AT_ONCE)).all())


def _post(row: Row) -> bool:
    """One message; False when the door did not open at all."""
    how = switches()
    if how.drop and row.id % how.drop == 0:
        _note(row, "lost")
        return True
    body = message(row)
    try:
        statuses = [_send(body) for _ in range(2 if how.duplicate else 1)]
    except (OSError, HTTPException) as error:
        log.warning("nobody answers at %s: %s", settings().rehearsal_webhook_url, error)
        _note(row, "")
        return False
    _note(row, "told" if all(200 <= status < 300 for status in statuses) else "")
    return True


def message(row: Row) -> bytes:
    """The body. Like a real one it tells more than anybody should believe."""
    told = {
        "id": row.event_id,
        "type": row.type,
        "created": int(row.created_at.timestamp()),
        "data": {"object": {"id": row.object_id, "status": row.type.partition(".")[2]}},
    }
    return json.dumps(told).encode()


def _send(body: bytes) -> int:
    address = urlsplit(settings().rehearsal_webhook_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=ANSWER_WITHIN)
    headers = {"Content-Type": "application/json", HEADER: sign(body, int(now().timestamp()))}
    try:
        connection.request("POST", address.path or "/", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _note(row: Row, outcome: str) -> None:
    pause = AGAIN_AFTER[min(row.tries, len(AGAIN_AFTER) - 1)]
    is_over = bool(outcome) or now() - row.created_at > GIVE_UP_AFTER
    values = {
        "tries": row.tries + 1,
        "outcome": outcome or ("given up" if is_over else ""),
        "next_at": None if is_over else now() + timedelta(seconds=pause),
    }
    with Books() as books:
        books.execute(update(events).where(events.c.id == row.id).values(**values))
