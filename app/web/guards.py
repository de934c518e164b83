"""Who may come in: guards for blueprints, the cookie of a sign-in, and safe ways back."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Hat, User
from app.accounts.service import switch_hat
from app.accounts.sessions import close_sign_in, open_sign_in
from app.config import settings
from app.extensions import login_manager
from app.kernel.errors import NotAllowed
from app.web.fragments import is_htmx

COOKIE_KEY = "_user_id"
"""Flask-Login's own key in the session cookie; we put the sign-in's token there, never an id."""


def init_app(app: Flask) -> None:
    """Refuse cross-site posts before anything else looks at them."""
    app.before_request(_refuse_cross_site)


def me() -> User:
    """Who is asking; only behind a guard."""
    return current_user._get_current_object()


def viewer() -> User | None:
    """Who is asking, or None for a visitor."""
    return me() if current_user.is_authenticated else None


def let_in(user: User) -> None:
    """Sign somebody in on this browser: a new session, so that nothing planted before the sign-in lives on."""
    session.clear()
    session[COOKIE_KEY] = open_sign_in(user, address=request.remote_addr or "", browser=request.user_agent.string)
    session.permanent = True
    login_manager._update_request_context_with_user(user)


def let_out() -> None:
    """Sign this browser out, here and in the database."""
    token = session.get(COOKIE_KEY)
    session.clear()
    if token:
        close_sign_in(token)
    login_manager._update_request_context_with_user(None)


def require_sign_in(blueprint: Blueprint) -> None:
    """Guard a whole blueprint: visitors go to sign-in and come back afterwards."""
    blueprint.before_request(_send_to_sign_in)


def require_hat(blueprint: Blueprint, hat: Hat) -> None:
    """Guard a whole blueprint: only for people with this hat; others read how to get it."""

    def check() -> ResponseReturnValue | None:
        answer = _send_to_sign_in()
        if answer is not None:
            return answer
        if not (me().is_mentor if hat is Hat.MENTOR else me().is_learner):
            word = "teaching" if hat is Hat.MENTOR else "learning"
            raise NotAllowed(f"Turn on {word} in your settings first.")
        return None

    blueprint.before_request(check)


def wear_hat(blueprint: Blueprint, hat: Hat) -> None:
    """Opening a page of the other side of the house switches to it, so that bars and pages agree; after require_hat."""

    def switch() -> None:
        if request.method == "GET" and not is_htmx() and me().hat is not hat:
            switch_hat(me(), hat)

    blueprint.before_request(switch)


def safe_next(target: str | None, otherwise: str) -> str:
    """A place on this site to go to, or `otherwise`: no other host, no tricks with slashes, no control characters."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or len(target) > 500:
        return otherwise
    if any(ord(character) < 33 or character == "\\" for character in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def home_of(user: User) -> str:
    """The dashboard of the hat somebody wears."""
    return url_for("mentor.home" if user.hat is Hat.MENTOR else "learner.home")


def see_other(target: str) -> ResponseReturnValue:
    """Go on to another page after a post; works for a plain or boosted form and for a fragment's request."""
    if is_htmx():
        return "", 200, {"HX-Redirect": target}
    return redirect(target, 303)


def _send_to_sign_in() -> ResponseReturnValue | None:
    if current_user.is_authenticated:
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" and not is_htmx() else ""
    target = url_for("visitor.sign_in", next=back or None)
    if is_htmx():
        return "", 401, {"HX-Redirect": target}
    return redirect(target)


def _refuse_cross_site() -> None:
    """A browser says where an unsafe request comes from; one from another site is not ours (webhooks send no such header)."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed("This request came from another site.")
    origin = request.headers.get("Origin")
    if origin and origin != "null" and origin.rstrip("/") not in (settings().base_url, request.host_url.rstrip("/")):
        raise NotAllowed("This request came from another site.")
