"""bin/flask: Flask's commands with our settings, never monkey-patched. Finds a running bin/run's Valkey by itself."""

import os
import sys
from pathlib import Path

from flask import Flask
from flask.cli import FlaskGroup

from app.config import Misconfigured
from app.factory import create_app
from app.process import embedded
from app.process.environment import read_environment
from app.process.migrations import bind


def main() -> None:
    """Run one command."""
    environment = read_environment()
    instance = Path(environment["PEERLEARN_INSTANCE"])
    if not environment.get("REDIS_URL") and instance.exists() and embedded.answers(embedded.socket_path(instance)):
        environment["REDIS_URL"] = embedded.redis_url(instance)
    os.environ.update(environment)
    FlaskGroup(create_app=_create_app, load_dotenv=False).main(prog_name="bin/flask")


def _create_app() -> Flask:
    """The app, or the reasons why not without a traceback."""
    try:
        return bind(create_app())
    except Misconfigured as reasons:
        print(reasons, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
