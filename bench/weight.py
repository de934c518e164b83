"""What a page makes a browser fetch before it works: scripts (with what they import at once) and styles, gzipped."""

import gzip
import re
from pathlib import Path

from app.config import ROOT
from bench.pages import PASSWORD
from bench.report import line
from bench.room_id import room_id
from tests.process.launched import Launched
from tests.process.visitor import Visitor

DIST = ROOT / "static" / "dist"
SCRIPT = re.compile(r'<script type="module" src="/static/dist/([^"]+)"')
STYLE = re.compile(r'<link rel="stylesheet" href="/static/dist/([^"]+)"')
IMPORT = re.compile(r'(?:from|import)\s*"\./([^"]+\.js)"')
PAGES = (
    ("", "/", 38.0, 14.0),
    ("", "/explore", 38.0, 14.0),
    ("", "/sign-up", 38.0, 14.0),
    ("mentor@example.com", "/dashboard/mentor/", 38.0, 14.0),
    ("mentor@example.com", "/dashboard/mentor/sessions/new", 38.0, 14.0),
    ("learner@example.com", "/dashboard/learner/", 38.0, 14.0),
    ("learner@example.com", "/profile/", 38.0, 14.0),
    ("learner@example.com", "room", 65.0, 14.0),
)


def main(launched: Launched) -> None:
    """Fetch each page as its person and add up what it names."""
    print("\nWeight of pages, gzipped")
    people = {email: Visitor(launched.port) for email, *_ in PAGES}
    for email, visitor in people.items():
        if email:
            visitor.sign_in(email, PASSWORD)
    for email, path, most_script, most_style in PAGES:
        page = people[email].page(f"/session/{room_id(launched.instance)}/" if path == "room" else path)
        line(f"{path} scripts", sum(map(_kilobytes, _with_imports(SCRIPT.findall(page)))), "KB", most_script)
        line(f"{path} styles", sum(map(_kilobytes, STYLE.findall(page))), "KB", most_style)


def _with_imports(names: list[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += IMPORT.findall((DIST / name).read_text())
    return found


def _kilobytes(name: str) -> float:
    path: Path = DIST / name
    return len(gzip.compress(path.read_bytes(), 9)) / 1024
