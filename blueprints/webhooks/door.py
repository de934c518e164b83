"""One address per provider. What knocks here has no cookie and no token: its signature over the raw bytes is the ticket."""

import logging

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.extensions import csrf, db
from app.kernel.errors import NotFound
from app.payments.providers.base import WebhookRefused
from app.payments.webhooks import receive

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes; every provider's messages are a few kilobytes."""

webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")
csrf.exempt(webhooks)


@webhooks.post("/<name>")
def hear(name: str) -> ResponseReturnValue:
    """200 when it was heard (or does not concern us), 400 when it is not theirs, 413 when it is too large, 503 to hear it again."""
    request.max_content_length = LARGEST
    raw_body = request.get_data(cache=False)
    try:
        is_news = receive(name, raw_body, request.headers)
    except NotFound:
        raise
    except WebhookRefused as refusal:
        log.warning("a message to %s was refused: %s", request.path, refusal)
        return {"error": "refused"}, 400
    except Exception:
        db.session.rollback()
        log.exception("a message of %s could not be acted on; it will come again", name)
        return {"error": "try again"}, 503
    return {"received": True, "news": is_news}
