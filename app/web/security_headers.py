"""Headers that close doors: a strict CSP on every answer, errors included."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from app.config import settings
from app.kernel.storage import storage

OWN_PAGES = ("/dashboard", "/session/", "/profile", "/notices", "/relay-test")
"""What must not stay in a shared computer's cache."""
MEDIA_PAGES = ("/session/",)
"""Where the camera may be asked for."""


def init_app(app: Flask) -> None:
    """A nonce per request (made when first asked for), the headers on every answer."""
    app.after_request(_add_headers)
    app.add_template_global(csp_nonce, "csp_nonce")


def csp_nonce() -> str:
    """This request's nonce, for the import map and JSON-LD."""
    return g.get("csp_nonce") or _make_nonce()


def _make_nonce() -> str:
    g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def content_security_policy() -> str:
    """Nothing but our own, by nonce or from our own address; sockets to the endpoints that are named."""
    sockets = " ".join(_socket_origin(address) for address in (settings().base_url, *settings().realtime_endpoints))
    own_socket = _socket_origin(request.host_url)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            f"media-src 'self' blob: {storage().origin}".rstrip(),
            "font-src 'self'",
            f"connect-src 'self' {own_socket} {sockets}".rstrip(),
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def _add_headers(response: Response) -> Response:
    camera = "(self)" if request.path.startswith(MEDIA_PAGES) else "()"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", f"camera={camera}, microphone={camera}, display-capture={camera}, geolocation=()")
    if settings().is_production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "text/html" in (response.content_type or ""):
        headers.setdefault("Cache-Control", "private, no-store" if request.path.startswith(OWN_PAGES) else "private, no-cache")
        headers.add("Vary", "HX-Request")
    return response


def _socket_origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
