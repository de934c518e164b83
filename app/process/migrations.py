"""Migrations, bound to an app only where they are run: Alembic weighs 11 MB, which no web process and no worker needs."""

from flask import Flask
from flask_migrate import Migrate

from app.config import ROOT
from app.extensions import db


def bind(app: Flask) -> Flask:
    """Give an app the folder of migrations, for flask_migrate's functions and for `bin/flask db …`."""
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    return app
