"""The back door: works the queues named on the command line (without a name: all) in forked children.

Never monkey-patched; the clock is `python -m app.process.clock`.
"""

import os
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a forked job that uses scikit-learn can hang otherwise
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")

from app.config import Misconfigured  # noqa: E402
from app.factory import create_app  # noqa: E402
from app.kernel.jobs import QUEUES  # noqa: E402
from app.process.environment import CannotStart  # noqa: E402
from app.process.working import work  # noqa: E402

if __name__ == "__main__":
    try:
        work(create_app(), sys.argv[1:] or QUEUES)
    except (CannotStart, Misconfigured) as reasons:
        sys.exit(str(reasons))
