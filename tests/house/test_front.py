"""The front end's own walls: a strict CSP needs clean templates, one file owns the colours, every icon exists."""

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
