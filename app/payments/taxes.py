"""Taxes inside a price. What they are is for a rule to say: one function that the operator (TAX_RULE) or a plugin registers.

It answers for a sale, and what it says is written into the receipt. No money moves differently; without a rule nothing shows.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from flask import Flask, current_app

from app.config import Misconfigured
from app.kernel.money import Money
from app.kernel.transaction import read_anew
from app.payments.receipt_phrases import exact
from app.payments.receipt_wording import Line, TaxLine

log = logging.getLogger(__name__)

MOST_LINES, LONGEST_LABEL, LONGEST_ISSUER = 6, 60, 200
UNKNOWN = "Taxes inside this price are not shown on this document. Ask whoever runs this site for them."
"""What a document says when the rule had no answer that can be believed."""


@dataclass(frozen=True, slots=True)
class Person:
    """One side of a sale, as a rule may see them: their id (for tables of the rule's own), name and time zone."""

    id: int
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Sale:
    """What a rule is asked about: `amount` is all that was paid, with the taxes in it; `purpose` is "booking", "gift"…

    `mentor` is None when the payment is not for one mentor.
    """

    amount: Money
    payer: Person
    mentor: Person | None
    at: datetime
    purpose: str


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax inside the price: `VAT 19 %` and how much of the price it is."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Taxes:
    """A rule's answer: the taxes, and the issuer's name with address and tax id as they are to stand on the document."""

    lines: tuple[Tax, ...] = ()
    issuer: str = ""
    tax_id: str = ""


TaxRule = Callable[[Sale], Taxes | None]
"""Quick, and only reading: it may be asked more than once about one sale, and what it changes is undone. None: nothing to say."""


TaxLines = tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class Taxed:
    """What goes into a document's words."""

    taxes: TaxLines = ()
    facts: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


def init_app(app: Flask, named: str) -> None:
    """Take the rule that TAX_RULE names as `module:function`; Misconfigured when there is none: better no start than no taxes."""
    app.extensions["tax_rule"] = None
    if not named:
        return
    module, _, function = named.partition(":")
    try:
        register(app, getattr(import_module(module), function))
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise Misconfigured(f"TAX_RULE={named} must name a function as module:function ({error})") from error


def register(app: Flask, rule: TaxRule) -> None:
    """The rule of this app from now on. ValueError when there is one (two cannot both be right), TypeError for no function."""
    if not callable(rule):
        raise TypeError("a tax rule is a function of one sale")
    if app.extensions["tax_rule"] is not None:
        raise ValueError("there is a tax rule already; only one can say what a document says")
    app.extensions["tax_rule"] = rule


def taxed(sale: Sale) -> Taxed:
    """What the rule says of a sale, ready for its receipt. Not to be called inside a transaction: the rule is somebody else's code.

    A rule that raises, or whose answer cannot be (more than the price, below zero, another currency, a line without a name), never
    keeps the receipt from being written: whoever paid is owed proof of it now, and a receipt that waits for somebody to mend a rule
    is one that nobody gets. Its answer is then left out as a whole, because a tax that is shown is commonly owed as shown, right
    or wrong, while one that is missing can be supplied; the log has the reason, and the document says that taxes are not shown, so
    that nobody takes silence for "no tax".
    """
    rule: TaxRule | None = current_app.extensions["tax_rule"]
    if rule is None:
        return Taxed()
    try:
        said = rule(sale)
        return _written(said, sale.amount) if said is not None else Taxed()
    except Exception:
        log.exception("the tax rule has no answer for a %s of %s that can be believed", sale.purpose, sale.amount)
        return Taxed(notes=(UNKNOWN,))
    finally:
        read_anew()


def shared(whole: TaxLines, amount: Money, part: Money, before: Money, given: Sequence[TaxLines]) -> TaxLines:
    """The taxes of one counter-document to a receipt of `amount`: `part` goes back now, `before` earlier with `given`.

    Each tax is rounded down once, on all that went back so far, less what earlier counter-documents had of it: so nothing is lost
    or made by many small ones. Together they are never more than the part.
    """
    left, found = part.amount_minor, []
    for place, tax in enumerate(whole):
        had = sum(lines[place].minor for lines in given if place < len(lines))
        so_far = tax.minor * min((before + part).amount_minor, amount.amount_minor) // amount.amount_minor
        minor = max(0, min(so_far - had, left))
        left -= minor
        found.append(TaxLine(tax.label, exact(Money(minor, amount.currency)), minor))
    return tuple(found)


def _written(said: Taxes, amount: Money) -> Taxed:
    """The answer in a document's words; ValueError when it cannot be."""
    for tax in said.lines:
        if not isinstance(tax.amount.amount_minor, int) or tax.amount.currency != amount.currency or tax.amount.amount_minor < 0:
            raise ValueError(f"no tax inside {amount}: {tax}")
        if not 0 < len(tax.label.strip()) <= LONGEST_LABEL:
            raise ValueError(f"a tax needs a name of at most {LONGEST_LABEL} letters: {tax}")
    if len(said.lines) > MOST_LINES or sum(tax.amount.amount_minor for tax in said.lines) > amount.amount_minor:
        raise ValueError(f"too many taxes, or more than {amount}: {said.lines}")
    if max(len(said.issuer), len(said.tax_id)) > LONGEST_ISSUER:
        raise ValueError(f"issuer and tax id have at most {LONGEST_ISSUER} letters")
    facts = (("Issued by", said.issuer), ("Tax ID", said.tax_id))
    return Taxed(
        taxes=tuple(TaxLine(f"of which {tax.label.strip()}", exact(tax.amount), tax.amount.amount_minor) for tax in said.lines),
        facts=tuple(Line(label, text.strip()) for label, text in facts if text.strip()),
    )
