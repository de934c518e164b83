"""The front door: a web process. Monkey-patched before anything else is imported."""

import os
import sys
import warnings

os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # 9 MB less; serving.py looks names up in threads
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")  # we know; one setting away from gevent

import eventlet  # noqa: E402

# psycopg2 is patched by importing it, which takes 7 MB; SQLite does without.
eventlet.monkey_patch(psycopg=os.environ.get("DATABASE_URL", "").startswith("postgres"))

from app.config import Misconfigured  # noqa: E402
from app.factory import create_app  # noqa: E402
from app.process.serving import serve  # noqa: E402

try:
    app = create_app()
except Misconfigured as reasons:
    sys.exit(str(reasons))

if __name__ == "__main__":
    serve(app)
