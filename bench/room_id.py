"""A room both of the demo's people may enter, as `bin/flask demo room` prints it."""

import subprocess
import sys
from pathlib import Path

from app.config import ROOT
from tests.process.launched import environment


def room_id(instance: Path) -> str:
    """Its public id, in the house that lives in this folder."""
    command = [sys.executable, "-m", "app.process.commands", "demo", "room"]
    return subprocess.run(command, cwd=ROOT, env=environment(instance), check=True, capture_output=True, text=True).stdout.strip()
