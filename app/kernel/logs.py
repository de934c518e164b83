"""Logs: one JSON object a line in production, readable lines elsewhere; every line carries the id of its request.

A line never breaks (control characters are escaped) and never tells a secret: what looks like a key, a token, a card, a bank code,
a UPI or mail address is blanked, and so is every secret of the settings.
"""

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
SENSITIVE = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(?i)\b(password|secret|token|api[_-]?key|cookie|csrf)(['\"]?\s*[:=]\s*['\"]?)[^\s,;&'\"]+"), r"\1\2***"),
    (re.compile(r"\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]{8,}"), "***key***"),
    (re.compile(r"(?<![\w-])(?<!\d\.)\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)"), "***card***"),
    (re.compile(r"\b[A-Z]{4}0[A-Z0-9]{6}\b"), "***bank***"),
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), r"\1:***@"),
    (re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"), r"\1***@\2"),
)
QUIET_ENDPOINTS = frozenset({"operations.healthz", "operations.readyz", "operations.metrics", "static"})

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request this green thread serves; empty elsewhere."""

access = logging.getLogger("peerlearn.access")


class Formatter(logging.Formatter):
    """Makes one line of a record: scrubbed, escaped, with the request id."""

    def __init__(self, as_json: bool, known_secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._as_json = as_json
        self._secrets = tuple(secret for secret in known_secrets if len(secret) >= 8)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line (in readable form a traceback follows on lines of its own)."""
        said = self._scrub(record.getMessage())
        trouble = self._scrub(self.formatException(record.exc_info)) if record.exc_info else ""
        moment = datetime.fromtimestamp(record.created, UTC)
        number = getattr(record, "request_id", "") or request_id.get()
        if not self._as_json:
            line = f"{moment:%H:%M:%S} {record.levelname.lower():7} {said and _escape(said)}" + (f" [{number}]" if number else "")
            return line + (f"\n{trouble}" if trouble else "")
        fields = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": said,
            "request_id": number or None,
            "process": record.process,
            **getattr(record, "fields", {}),
            "error": trouble or None,
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=True, default=str)

    def _scrub(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        for pattern, replacement in SENSITIVE:
            text = pattern.sub(replacement, text)
        return text


def init_app(app: Flask) -> None:
    """Send all logging of this process to standard error in our form, and give every request an id."""
    settings = app.extensions["settings"]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter(settings.is_production, _secrets_of(settings)))
    handler.set_name("peerlearn")
    root = logging.getLogger()
    for old in [one for one in root.handlers if one.get_name() == "peerlearn"]:
        root.removeHandler(old)  # a second app in one process (tests) takes over instead of logging twice
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for noisy in ("werkzeug", "alembic.runtime.migration", "engineio.server", "socketio.server", "rq.worker", "rq.scheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    """Take the caller's id when it is one, else make one."""
    offered = request.headers.get("X-Request-ID", "")
    g.request_id = offered if REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)
    g.request_started = time.perf_counter()
    request_id.set(g.request_id)


def _finish(response: Response) -> Response:
    """Name the id in the answer and note the request; addresses with a token in them are noted by their rule."""
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in QUIET_ENDPOINTS:
        spent = round((time.perf_counter() - g.get("request_started", time.perf_counter())) * 1000, 1)
        rule = request.url_rule.rule if request.url_rule else ""
        path = rule if "token" in rule else request.path[:200]
        fields = {"method": request.method, "path": path, "status": response.status_code, "ms": spent, "endpoint": request.endpoint}
        access.info("%s %s %s %.1f ms", request.method, path, response.status_code, spent, extra={"fields": fields})
    return response


def _escape(text: str) -> str:
    """Control characters and text-direction marks as visible escapes, so that nobody can forge a line."""
    return CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def _secrets_of(settings: object) -> tuple[str, ...]:
    """Every secret value of the settings, the passwords inside its addresses included."""
    names = ("secret_key", "turn_secret", "stripe_secret_key", "stripe_webhook_secret", "metrics_token")
    values = [getattr(settings, name, "") for name in names]
    values += list(getattr(settings, "fernet_keys", ()))
    values += [urlsplit(getattr(settings, name, "")).password or "" for name in ("database_url", "redis_url", "smtp_url")]
    return tuple(value for value in values if value)
