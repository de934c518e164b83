"""The words of a document, apart from its number. Light on purpose: the process that draws PDFs imports nothing else of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A tax inside the total: its name, its sum in words, and the same in minor units, which counter-documents share out."""

    label: str
    text: str
    minor: int


@dataclass(frozen=True, slots=True)
class Wording:
    """All that a document says besides its number. Moments are words already, in the zone of whom it is for, and name that zone."""

    title: str
    issuer: str
    to: str
    issued: str
    facts: tuple[Line, ...]
    sums: tuple[Line, ...]
    total: Line
    notes: tuple[str, ...] = ()
    taxes: tuple[TaxLine, ...] = ()


def wording_from(kept: Mapping[str, Any]) -> Wording:
    """The words again, from what `dataclasses.asdict` made of them; documents older than a part of the words lack it."""
    facts, sums = (tuple(Line(**line) for line in kept[name]) for name in ("facts", "sums"))
    rest = {name: kept[name] for name in ("title", "issuer", "to", "issued")}
    taxes = tuple(TaxLine(**line) for line in kept.get("taxes", ()))
    return Wording(facts=facts, sums=sums, total=Line(**kept["total"]), notes=tuple(kept["notes"]), taxes=taxes, **rest)
