"""Small rooms, and good manners in them."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.house import ROOT, files, python_files, tree

CODE = python_files("app", "blueprints", "plugins", "migrations/versions")


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _too_long(paths: list[Path], wall: int) -> list[str]:
    return [f"{_id(p)}: {n}" for p in paths if (n := len(p.read_text(encoding="utf-8").splitlines())) > wall]


def test_every_python_file_is_a_small_room() -> None:
    # the first migration writes down every table at once; it is generated and never edited
    assert not _too_long([p for p in CODE if p.name != "0001_the_first_tables.py"], 400)


@pytest.mark.parametrize(
    ("folder", "pattern", "wall"), [("templates", "*.html", 150), ("static/js", "*.js", 300), ("static/css", "*.css", 300)]
)
def test_every_template_script_and_style_is_a_small_room(folder: str, pattern: str, wall: int) -> None:
    assert not _too_long(files(folder, pattern), wall)


def test_no_function_is_longer_than_fifty_lines() -> None:
    wrong = []
    for path in python_files("app", "blueprints", "plugins"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno > 50:
                wrong.append(f"{_id(path)}: {node.name}")
    assert not wrong, wrong


def test_every_public_function_of_the_core_says_what_it_does() -> None:
    wrong = []
    for path in python_files("app"):
        if ast.get_docstring(tree(path)) is None:
            wrong.append(f"{_id(path)} itself")
        for node in tree(path).body:
            nested = node.body if isinstance(node, ast.ClassDef) else []
            for part in (node, *nested):
                if (
                    isinstance(part, ast.FunctionDef | ast.ClassDef)
                    and not part.name.startswith("_")
                    and ast.get_docstring(part) is None
                ):
                    wrong.append(f"{_id(path)}: {part.name}")
    assert not wrong, wrong


INLINE = re.compile(r"\s(style|on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", re.IGNORECASE)


def test_no_template_has_inline_styles_or_handlers() -> None:
    wrong = [
        f"{_id(p)}: {m.group(0).strip()}"
        for p in files("templates", "*.html")
        if "emails" not in p.parts
        for m in INLINE.finditer(p.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong


def test_no_template_switches_escaping_off() -> None:
    wrong = [
        _id(p) for p in files("templates", "*.html") if re.search(r"\|\s*safe\b|autoescape false", p.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong


def test_only_the_tokens_hold_raw_colours() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    wrong = []
    for path in files("static/css", "*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if path.name != "tokens.css" and (m := raw.search(text)):
            wrong.append(f"{_id(path)}: {m.group(0)}")
    assert not wrong, wrong


def test_nobody_asks_the_time_but_the_clock() -> None:
    asking = re.compile(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(")
    wrong = [
        _id(p)
        for p in python_files("app", "blueprints", "plugins")
        if p.name != "clock.py" and "process" not in p.parts and asking.search(p.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong


def test_csrf_protection_is_switched_off_for_signed_messages_only() -> None:
    open_doors = [_id(p) for p in python_files("app", "blueprints", "plugins") if "csrf.exempt" in p.read_text(encoding="utf-8")]
    assert open_doors == ["blueprints/webhooks/door.py"]
