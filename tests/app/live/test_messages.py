"""The messages of the room and their twin in the browser."""

import dataclasses
import re
import types
import typing
from pathlib import Path

import pytest

from app.live import board_messages, messages, recording_messages, removal_messages, shared_notes_messages

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "static/js/live"
MODULES = (messages, board_messages, recording_messages, removal_messages, shared_notes_messages)
PYTHON = {
    name: kind
    for module in MODULES
    for name, kind in vars(module).items()
    if getattr(kind, "__module__", "") == module.__name__
}


def _scripts() -> str:
    return "".join((SCRIPTS / f"{Path(module.__file__).stem}.js").read_text() for module in MODULES)


def _twin() -> dict[str, dict[str, str]]:
    found = {}
    for block in re.findall(r"/\*\*(.*?)\*/", _scripts(), re.DOTALL):
        name = re.search(r"@typedef \{object\} (\w+)", block)
        if name:
            found[name[1]] = {field: kind for kind, field in re.findall(r"@property \{(.+?)\} (\[?\w+\]?)\n", block)}
    return found


def _in_javascript(hint: object) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _in_javascript(inner[0])
    if origin in (typing.Union, types.UnionType):
        return "|".join(_in_javascript(kind) for kind in inner)
    if origin is list:
        return _in_javascript(inner[0]) + "[]"
    if origin is typing.Literal:
        words = "|".join(f'"{word}"' for word in inner)
        return "Microphone" if words == '"on"|"muted"|"off"' else words
    return {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}.get(hint) or hint.__name__


def test_both_sides_know_the_same_messages():
    assert set(_twin()) == set(PYTHON)


@pytest.mark.parametrize("name", sorted(PYTHON))
def test_a_message_has_the_same_fields_on_both_sides(name):
    hints = typing.get_type_hints(PYTHON[name], include_extras=True)
    expected = {}
    for field in dataclasses.fields(PYTHON[name]):
        optional = field.default is not dataclasses.MISSING
        expected[f"[{field.name}]" if optional else field.name] = _in_javascript(hints[field.name])
    assert _twin()[name] == expected


def test_both_sides_agree_how_long_a_chat_line_may_be():
    assert f"CHAT_LIMIT = {messages.CHAT_LIMIT};" in _scripts()
    template = (ROOT / "templates/live/_side_chat.html").read_text()
    assert f'maxlength="{messages.CHAT_LIMIT}"' in template


def test_both_sides_agree_how_much_fits_on_a_whiteboard():
    for name in (name for name in vars(board_messages) if name.startswith("BOARD_")):
        assert f"{name} = {getattr(board_messages, name)};" in _scripts()
    template = (ROOT / "templates/live/_board.html").read_text()
    assert f'maxlength="{board_messages.BOARD_TEXT}"' in template
    offered = re.findall(r'\("(\w+)", "\w+"\)', template)
    assert tuple(offered) == typing.get_args(board_messages.Paper)
