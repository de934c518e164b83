"""The composition root: read it top to bottom to know what PeerLearn is made of."""

from importlib import import_module

from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import commands, domains
from app.config import ROOT, Settings
from app.extensions import csrf, db, limiter, login_manager, socketio
from app.kernel import logs, sqlite
from app.kernel.events import EventTable
from app.kernel.jobs import RecordedJobs, RedisJobs
from app.kernel.storage import open_storage
from app.kernel.transaction import WRITING
from app.payments import taxes
from app.reactions import ALL_REACTIONS
from app.realtime import sockets
from app.web import addresses, assets, errors, filters, guards, navigation, operations, security_headers

BLUEPRINTS = ("visitor", "mentor", "learner", "booking", "live", "profile", "webhooks", "rehearsal")
"""Folders of blueprints/, mounted by name; each offers `blueprints`."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build one app; many may live in one process."""
    settings = settings or Settings.from_environment()
    app = Flask("app", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.extensions["settings"] = settings
    _configure(app, settings)
    _bind_kernel(app, settings)
    _bind_extensions(app, settings)
    _bind_web(app)
    commands.init_app(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_production else "session",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1) or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        RATELIMIT_HEADERS_ENABLED=True,
        TESTING=settings.env == "test",
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _engine_options(database_url: str) -> dict[str, object]:
    if database_url.startswith("sqlite"):
        return {}
    return {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_pre_ping": True, "pool_recycle": 1800}


def _bind_kernel(app: Flask, settings: Settings) -> None:
    app.extensions["fernet"] = MultiFernet([Fernet(key) for key in settings.fernet_keys])
    app.extensions["events"] = EventTable()
    app.extensions["jobs"] = RedisJobs(settings.redis_url) if settings.redis_url else RecordedJobs()
    app.extensions["periodic"] = []
    app.extensions["storage"] = open_storage(settings.storage_url, settings.storage_endpoint, settings.instance_path)
    logs.init_app(app)


def _bind_extensions(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine, lambda: WRITING in db.session.info)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    domains.init_app(app)
    taxes.init_app(app, settings.tax_rule)
    for table in ALL_REACTIONS:
        app.extensions["events"].connect(table)
    sockets.init_app(app, socketio)


def _bind_web(app: Flask) -> None:
    for part in (addresses, errors, guards, assets, filters, navigation, security_headers, operations):
        part.init_app(app)
    for name in BLUEPRINTS:
        if not (ROOT / "blueprints" / name / "__init__.py").exists():
            continue  # while the house is being built
        for blueprint in import_module(f"blueprints.{name}").blueprints:
            app.register_blueprint(blueprint)
