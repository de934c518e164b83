"""The front end's own walls: a strict CSP needs clean templates, one file owns the colours, every icon exists."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle=[\"']"),
    "an inline handler": re.compile(r"\son[a-z]+=[\"']"),
    "hx-on": re.compile(r"\shx-on"),
    "a js: value": re.compile(r"=[\"']js:"),
    "a filter in hx-trigger": re.compile(r"hx-trigger=[\"'][^\"']*\["),
    "a script without a nonce": re.compile(r"<script(?![^>]*\b(?:src|nonce)=)"),
    "a style element": re.compile(r"<style\b"),
}
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl)a?\(", re.IGNORECASE)


def short(path: Path) -> str:
    """The path as people say it."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_lives_under_the_strict_csp(path):
    text = COMMENT.sub("", path.read_text())
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=short)
def test_a_style_sheet_speaks_in_meanings_not_in_colours(path):
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
    values = re.findall(r":\s*([^;{}]+);", text)
    assert [value for value in values if RAW_COLOUR.search(value)] == []


def test_every_icon_a_page_names_is_in_the_sprite():
    lines = [line.split("#")[0].split() for line in (ROOT / "static" / "icons" / "heroicons.txt").read_text().splitlines()]
    known = {words[0] for words in lines if words} | {f"{words[0]}-solid" for words in lines if "solid" in words}
    known |= {path.stem for path in (ROOT / "static" / "icons").glob("*.svg")}
    naming = re.compile(r"\b(?:icon|symbol)(?:\(|=)\"([\w-]+)\"")
    used = {name for path in (*TEMPLATES, *SCRIPTS) for name in naming.findall(path.read_text())}
    assert used - known == set()


def test_nothing_built_or_downloaded_is_in_the_repository():
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"node_modules/", "static/dist/"} <= set(ignored)


DIST = ROOT / "static" / "dist"
KB = 1024


AT_ONCE = r"(?:from|import)\s*\"\./([\w-]+\.js)\""
EVER = r"(?:from|import)\s*\(?\"\./([\w-]+\.js)\""
"""What a script imports: before it runs, or at any time."""


def files(*names: str, imports: str = EVER) -> set[str]:
    """Built files and everything they import."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    todo, seen = [manifest.get(name, name) for name in names], set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += re.findall(imports, (DIST / name).read_text()) if name.endswith(".js") else []
    return seen


def weight(found: set[str]) -> int:
    """Bytes over the wire, gzipped."""
    squeezed = ((DIST / f"{name}.gz") for name in found)
    return sum(path.stat().st_size if path.exists() else (DIST / path.stem).stat().st_size for path in squeezed)


@pytest.fixture
def built() -> None:
    """The front end as bin/build leaves it."""
    assert (DIST / "manifest.json").exists(), "nothing is built: run bin/build"


@pytest.mark.parametrize(
    ("names", "most"),
    [
        (("main.js", "socket.js", "nudges.js", "toast.js", "element.js"), 38),
        (("main.css",), 14),
        (("live.css",), 14),
        (("inter.woff2", "rupee.woff2", "poppins.woff2"), 35),
        (("icons.svg",), 8),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else str(value),
)
def test_a_page_weighs_no_more_than_its_budget(built, names, most):
    assert weight(files(*names, imports=AT_ONCE)) <= most * KB


def test_the_way_into_the_call_is_light(built):
    assert weight(files("room.js", imports=AT_ONCE)) <= 48 * KB


def test_the_bundler_names_all_that_a_script_imports_before_it_runs(built):
    """A page asks for it at once (modulepreload), instead of one import after the other."""
    needed = json.loads((DIST / "needed.json").read_text())
    assert len(needed) > 5
    for script, parts in needed.items():
        assert {script, *parts} == files(script, imports=AT_ONCE), script


def test_the_room_with_all_it_may_fetch_later_is_light(built):
    """What it fetches later is left out where every other page carries it (htmx, for the gift's dialog): one has it already."""
    later = files("room.js", "ticker.js") - files("main.js")
    assert weight(files("room.js", imports=AT_ONCE) | later) <= 65 * KB


TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()
READ_ON = [
    ("color-ink", "color-paper", 7.0), ("color-ink", "color-surface", 7.0), ("color-ink-2", "color-paper", 7.0),
    ("color-ink-3", "color-paper", 4.5), ("color-ink-3", "color-surface", 4.5), ("color-on-action", "color-action", 4.5),
    ("color-on-deep", "color-action-deep", 4.5), ("color-action-text", "color-paper", 4.5), ("color-action-text", "color-surface", 4.5),
    ("color-on-action-tint", "color-action-tint", 4.5), ("color-on-mark", "color-mark", 7.0), ("color-mark-text", "color-mark-tint", 4.5),
    ("color-ink", "color-mark-tint", 7.0), ("color-on-sun", "color-sun", 7.0), ("color-on-ok-tint", "color-ok-tint", 4.5),
    ("color-ok", "color-surface", 4.5), ("color-warn", "color-warn-tint", 4.5), ("color-bad", "color-bad-tint", 4.5),
    ("color-bad", "color-surface", 4.5), ("color-edge", "color-surface", 3.0), ("color-ink", "color-sunken", 7.0),
]  # fmt: skip


def colour(name: str, *, dark: bool) -> str:
    """A token's six hex digits in the light or the dark theme."""
    value = re.search(rf"--{name}:\s*([^;]+);", TOKENS)[1]
    both = re.findall(r"#[0-9a-f]{6}", value)
    return both[-1 if dark else 0]


def luminance(code: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), READ_ON, ids=str)
def test_what_is_written_can_be_read(text, ground, least, dark):
    lights = sorted((luminance(colour(name, dark=dark)) for name in (text, ground)), reverse=True)
    assert (lights[0] + 0.05) / (lights[1] + 0.05) >= least
