"""Small JSON messages in and out, as frozen dataclasses.

    @dataclass(frozen=True, slots=True)
    class Say:
        client_id: Annotated[str, Text(8, 40)]
        text: Annotated[str, Text(1, 2000)]

    read(Say, payload)   # a Say, or Invalid naming the field

Reading is strict: a missing or unknown field, a wrong type, a text too long, half a surrogate pair, NaN, all are refused. Nothing
is converted, so what passes is exactly what was sent.
"""

import re
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from app.kernel.errors import Invalid

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Text:
    """How long a text may be, in characters, and what it must look like."""

    shortest: int = 0
    longest: int = 200
    pattern: str = ""

    def refuses(self, value: object) -> str | None:
        """Why the value does not pass; None when it does."""
        if type(value) is not str:
            return "must be a text"
        if not self.shortest <= len(value) <= self.longest:
            return f"must have {self.shortest} to {self.longest} characters"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return "has characters that do not belong there"
        return None if _is_encodable(value) else "is not valid text"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds, both included."""

    lowest: int = 0
    highest: int = 2**53 - 1

    def refuses(self, value: object) -> str | None:
        """Why the value does not pass; None when it does. True is not 1 here."""
        if type(value) is not int:
            return "must be a whole number"
        return None if self.lowest <= value <= self.highest else f"must be between {self.lowest} and {self.highest}"


@dataclass(frozen=True, slots=True)
class Several:
    """How many entries a list may have, both bounds included: Annotated[list[Annotated[int, Whole(0, 9)]], Several(1, 20)]."""

    fewest: int = 0
    most: int = 100

    def refuses(self, value: object) -> str | None:
        """Why the list does not pass; None when it does. Its entries are checked one by one afterwards."""
        if type(value) is not list:
            return "must be a list"
        return None if self.fewest <= len(value) <= self.most else f"must have {self.fewest} to {self.most} entries"


Token = Annotated[str, Text(8, 64, r"[A-Za-z0-9_-]+")]
"""An id somebody's program made up."""


def read(kind: type[Message], payload: object) -> Message:
    """The payload as a message of this kind; Invalid, with the name of the first bad field, otherwise."""
    if not isinstance(payload, dict):
        raise Invalid("This message could not be read.")
    known = _fields_of(kind)  # type: ignore[arg-type]
    if stranger := next((name for name in payload if name not in known), None):
        raise Invalid("This message has a field that does not belong there.", fields={str(stranger)[:40]: "is unknown"})
    return kind(**{name: _value(name, hint, default, payload) for name, (hint, default) in known.items()})


def write(message: Any) -> dict[str, Any]:
    """A message as plain JSON values."""
    return asdict(message)


@cache
def _fields_of(kind: Any) -> dict[str, tuple[Any, Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: (hints[field.name], field.default) for field in fields(kind)}


def _value(name: str, hint: Any, default: Any, payload: dict[str, Any]) -> Any:
    if name not in payload:
        if default is MISSING:
            raise Invalid(fields={name: "is missing"})
        return default
    return _checked(name, hint, payload[name])


def _checked(name: str, hint: Any, value: Any) -> Any:
    if get_origin(hint) is Annotated:
        rule = next(entry for entry in hint.__metadata__ if isinstance(entry, Text | Whole | Several))
        _accept(name, value, rule.refuses(value))
        if not isinstance(rule, Several):
            return value
        (inner,) = get_args(get_args(hint)[0])
        return [_checked(name, inner, entry) for entry in value]
    if get_origin(hint) in (Union, UnionType):
        inner = next(kind for kind in get_args(hint) if kind is not NoneType)
        return None if value is None else _checked(name, inner, value)
    if get_origin(hint) is Literal:
        is_one = type(value) is str and value in get_args(hint)
        return _accept(name, value, None if is_one else f"must be one of {', '.join(get_args(hint))}")
    if hint is bool:
        return _accept(name, value, None if type(value) is bool else "must be true or false")
    if is_dataclass(hint):
        _accept(name, value, None if isinstance(value, dict) else "must be an object")
        return read(hint, value)  # type: ignore[arg-type]
    raise TypeError(f"wire messages cannot carry {hint!r}")


def _accept(name: str, value: Any, problem: str | None) -> Any:
    if problem:
        raise Invalid(f"{name} {problem}.", fields={name: problem})
    return value


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
