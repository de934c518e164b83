"""DomainErrors and HTTP errors as pages, pop-ups or JSON: translated once, here."""

import logging

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.kernel.errors import DomainError, TooMany
from app.web.fragments import is_htmx, toast_of

log = logging.getLogger(__name__)

TITLES = {
    400: "That did not arrive whole",
    403: "This is not yours to open",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "Somebody was quicker",
    413: "That is too large",
    429: "A little slower, please",
    500: "That was our mistake",
}


def init_app(app: Flask) -> None:
    """Register the translations."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(RateLimitExceeded, too_many)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, our_mistake)


def domain_error(error: DomainError) -> ResponseReturnValue:
    """What a use case refused."""
    db.session.rollback()
    return toast_of(error) if is_htmx() else page(error.status, error.message)


def too_many(error: RateLimitExceeded) -> ResponseReturnValue:
    """A limit was hit."""
    return domain_error(TooMany())


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """The page was older than its session."""
    return domain_error(DomainError("This page was open for too long. Load it again; nothing was changed.", code="stale_form"))


def http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses."""
    if error.code is None or error.code < 400:
        return error
    messages = {404: "The link may be old, or it belongs to somebody else.", 413: "Files may have up to 10 MB."}
    message = messages.get(error.code, error.description or "")
    return toast_of(_as_domain_error(error.code, message)) if is_htmx() else page(error.code, message)


def our_mistake(error: Exception) -> ResponseReturnValue:
    """A bug: logged with the request's id, which is all the person sees of it."""
    db.session.rollback()
    log.exception("unhandled error in %s %s", request.method, request.path)
    message = "It is written down and will be looked at. Nothing you sent is lost; try again in a moment."
    return toast_of(_as_domain_error(500, message)) if is_htmx() else page(500, message)


def page(status: int, message: str) -> ResponseReturnValue:
    """An error as a page (or JSON for programs)."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error={"message": message}), status
    title = TITLES.get(status, TITLES[400])
    body = render_template("errors/error.html", status=status, title=title, message=message, request_id=g.get("request_id", ""))
    return body, status


def _as_domain_error(status: int, message: str) -> DomainError:
    error = DomainError(message)
    error.status = status
    return error
