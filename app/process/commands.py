"""bin/flask: Flask's commands with our settings, never monkey-patched. Finds a running bin/run's Valkey by itself."""

import os
import sys
from pathlib import Path

from flask.cli import FlaskGroup

from app.config import Misconfigured
from app.factory import create_app
from app.process import embedded
from app.process.environment import read_environment


def main() -> None:
    """Run one command."""
    environment = read_environment()
    instance = Path(environment["PEERLEARN_INSTANCE"])
    if not environment.get("REDIS_URL") and instance.exists() and embedded.answers(embedded.socket_path(instance)):
        environment["REDIS_URL"] = embedded.redis_url(instance)
    os.environ.update(environment)
    try:
        FlaskGroup(create_app=create_app, prog_name="bin/flask", load_dotenv=False).main(prog_name="bin/flask")
    except Misconfigured as reasons:
        print(reasons, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
