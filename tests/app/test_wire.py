"""Small JSON messages: what passes is exactly what was sent."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from app.kernel.errors import Invalid
from app.kernel.wire import Several, Text, Whole, read, write


@dataclass(frozen=True, slots=True)
class Inner:
    text: Annotated[str, Text(0, 5)]


@dataclass(frozen=True, slots=True)
class Sample:
    name: Annotated[str, Text(1, 8, r"[a-z]+")]
    number: Annotated[int, Whole(1, 10)]
    mood: Literal["calm", "busy"]
    inner: Inner | None
    flag: bool = False


GOOD = {"name": "mira", "number": 3, "mood": "calm", "inner": {"text": "hi"}, "flag": True}


def test_a_whole_message_is_read_and_written_unchanged():
    assert write(read(Sample, GOOD)) == GOOD


def test_a_field_with_a_default_may_be_missing():
    assert read(Sample, {k: v for k, v in GOOD.items() if k != "flag"}).flag is False


@pytest.mark.parametrize("payload", [None, [], "text", 3, True, b"bytes"])
def test_what_is_not_an_object_is_refused(payload):
    with pytest.raises(Invalid):
        read(Sample, payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 9),
        ("name", "Mira"),
        ("name", "mira\n"),
        ("name", 3),
        ("name", None),
        ("name", ["mira"]),
        ("number", 0),
        ("number", 11),
        ("number", 3.0),
        ("number", True),
        ("number", "3"),
        ("number", 10**400),
        ("mood", "angry"),
        ("mood", ["calm"]),
        ("mood", {}),
        ("inner", "hi"),
        ("inner", {}),
        ("inner", {"text": "hi", "more": 1}),
        ("inner", {"text": "\ud800"}),
        ("flag", 1),
        ("flag", None),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(field, value):
    with pytest.raises(Invalid) as refusal:
        read(Sample, GOOD | {field: value})
    assert set(refusal.value.fields) & {field, "text", "more"}


def test_a_missing_or_unknown_field_is_refused():
    with pytest.raises(Invalid):
        read(Sample, {k: v for k, v in GOOD.items() if k != "number"})
    with pytest.raises(Invalid):
        read(Sample, GOOD | {"admin": True})


@dataclass(frozen=True, slots=True)
class Route:
    steps: Annotated[list[Annotated[int, Whole(-5, 5)]], Several(1, 3)]
    names: Annotated[list[Annotated[str, Text(1, 5)]], Several(0, 2)] | None


def test_a_list_is_read_entry_by_entry_and_written_unchanged():
    route = {"steps": [1, -5, 5], "names": ["a", "b"]}
    assert write(read(Route, route)) == route
    assert read(Route, {"steps": [0], "names": None}) == Route([0], None)


@pytest.mark.parametrize("steps", [[], [1, 2, 3, 4], [6], [1, True], [1.0], ["1"], [None], [[1]], "123", {"0": 1}, None, (1,)])
def test_a_list_of_the_wrong_length_or_with_one_wrong_entry_is_refused(steps):
    with pytest.raises(Invalid, match="steps"):
        read(Route, {"steps": steps, "names": None})
