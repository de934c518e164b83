"""Taxes inside a price: what the operator's rule says stands in the receipt and goes back with the money; no money moves for it."""

import dataclasses
import re
import sys
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.config import ROOT, Misconfigured
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import jobs, ledger, receipts, taxes
from app.payments.documents import document_payment
from app.payments.receipt_models import ReceiptKind
from app.payments.receipt_pdf import render
from app.payments.receipt_wording import TaxLine
from app.payments.refunds import want_refund
from app.payments.taxes import UNKNOWN, Sale, Tax, Taxes, shared
from app.plugin_api import Money as MoneyOfPlugins
from tests import factories
from tests.app.payments.papers import of, said
from tests.at_once import at_once

pytestmark = pytest.mark.database

README = ROOT / "plugins" / "README.md"


@pytest.fixture
def ruled(app: Flask, monkeypatch):
    """Let a rule hold until the test is over."""
    return lambda rule: monkeypatch.setitem(app.extensions, "tax_rule", rule)


def vat(sale: Sale) -> Taxes:
    """19 % of what is sold."""
    inside = sale.amount.amount_minor * 19 // 119
    return Taxes((Tax("VAT 19 %", Money(inside, sale.amount.currency)),), issuer="Knots GmbH, Hamburg", tax_id="DE123456789")


def test_a_receipt_says_which_taxes_are_in_it_and_who_owes_them(ruled, mentor, learner, lesson) -> None:
    asked: list[Sale] = []
    ruled(lambda sale: asked.append(sale) or vat(sale))
    booking = factories.confirmed(learner, lesson)
    [receipt] = of(learner)
    words = said(receipt)
    assert words["of which VAT 19 %"] == "2.87 USD"
    assert (words["Issued by"], words["Tax ID"]) == ("Knots GmbH, Hamburg", "DE123456789")
    assert words["Paid in all"] == "18.00 USD"
    [sale] = asked
    assert (sale.amount, sale.purpose, sale.payer.id) == (booking.price, "booking", learner.id)
    assert (sale.mentor.name, sale.at) == ("Mira Holm", booking.payment.captured_at)
    assert ledger.imbalance() == {}
    assert ledger.balance(ledger.held_for("booking", str(booking.id)), "USD") == booking.price, "no money moves differently"


def test_without_a_rule_or_an_answer_of_it_nothing_is_said_of_taxes(ruled, mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    ruled(lambda sale: None)
    other = factories.learner("Two")
    factories.confirmed(other, factories.lesson(mentor, starts_in=timedelta(days=3)))
    for person in (learner, other):
        [receipt] = of(person)
        assert receipt.wording["taxes"] == []
        assert UNKNOWN not in receipt.wording["notes"]
        assert "Tax ID" not in said(receipt)


def test_what_goes_back_takes_its_part_of_the_receipts_taxes_with_it_even_when_the_rule_has_changed(ruled, learner, lesson) -> None:
    ruled(vat)
    booking = factories.confirmed(learner, lesson)
    ruled(lambda sale: 1 / 0)
    for number, amount in enumerate((1, 599, 600, 600)):
        want_refund(booking.payment_id, amount, f"part {number}")
        jobs.carry_out_refunds()
    credits = of(learner, ReceiptKind.CREDIT)
    minors = [[line["minor"] for line in one.wording["taxes"]] for one in credits]
    assert minors == [[0], [95], [96], [96]]
    assert sum(minor for [minor] in minors) == 287, "all of the tax is back with all of the money"
    assert said(credits[1])["of which VAT 19 %"] == "0.95 USD"
    assert said(credits[1])["Tax ID"] == "DE123456789"


def test_two_refunds_documented_at_once_share_the_tax_as_if_one_came_after_the_other(app, ruled, monkeypatch, learner, lesson) -> None:
    ruled(vat)
    booking = factories.confirmed(learner, lesson)
    payment_id = booking.payment_id
    with monkeypatch.context() as broken:
        broken.setattr(receipts, "write", lambda _draft: 1 / 0)
        for number, amount in enumerate((601, 599)):
            want_refund(payment_id, amount, f"part {number}")
            jobs.carry_out_refunds()
    db.session.commit()
    at_once(app, *[lambda: document_payment(payment_id)] * 4)
    credits = of(learner, ReceiptKind.CREDIT)
    assert [one.wording["taxes"][0]["minor"] for one in credits] == [95, 96], "together 12 of 18 dollars: 191 of 287 cents"


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=4),
    st.lists(st.integers(1, 700), min_size=1, max_size=12),
    st.integers(0, 1000),
)
def test_no_parts_ever_say_more_tax_than_the_receipt_nor_than_themselves(minors: list[int], parts: list[int], untaxed: int) -> None:
    amount, before, earlier = Money(max(1, sum(minors) + untaxed), "USD"), Money(0, "USD"), []
    whole = tuple(TaxLine(f"tax {number}", "", minor) for number, minor in enumerate(minors))
    for minor in parts:
        part = Money(min(minor, (amount - before).amount_minor), "USD")
        earlier.append(shared(whole, amount, part, before, earlier))
        before += part
        assert all(line.minor >= 0 for line in earlier[-1])
        assert sum(line.minor for line in earlier[-1]) <= part.amount_minor
    for place, tax in enumerate(whole):
        assert sum(lines[place].minor for lines in earlier) <= tax.minor


def raising(sale: Sale) -> Taxes:
    raise ZeroDivisionError


def line(minor: object, label: str = "VAT", currency: str = "USD") -> Taxes:
    return Taxes((Tax(label, Money(minor, currency)),))  # type: ignore[arg-type]


NONSENSE = {
    "it raises": raising,
    "more than the price": lambda sale: line(1801),
    "more in all than the price": lambda sale: Taxes((Tax("VAT", sale.amount), Tax("City", Money(1, "USD")))),
    "below zero": lambda sale: line(-1),
    "half a cent": lambda sale: line(0.5),
    "another currency": lambda sale: line(1, currency="EUR"),
    "a tax without a name": lambda sale: line(1, label="  "),
    "a name that fills a page": lambda sale: line(1, label="VAT " * 100),
    "an address that fills a page": lambda sale: Taxes(issuer="Hamburg " * 100),
    "a number": lambda sale: 19,
    "more lines than a receipt has room for": lambda sale: Taxes(tuple(Tax(f"VAT {n}", Money(1, "USD")) for n in range(7))),
}


@pytest.mark.parametrize("why", NONSENSE)
def test_an_answer_that_cannot_be_is_left_out_whole_and_the_receipt_is_written_and_says_so(ruled, caplog, learner, lesson, why) -> None:
    ruled(NONSENSE[why])
    booking = factories.confirmed(learner, lesson)
    [receipt] = of(learner)
    assert receipt.wording["taxes"] == []
    assert "Issued by" not in said(receipt)
    assert receipt.wording["notes"][-1] == UNKNOWN
    assert "the tax rule has no answer for a booking of $18" in caplog.text
    want_refund(booking.payment_id, 500, "kindness")
    jobs.carry_out_refunds()
    [credit] = of(learner, ReceiptKind.CREDIT)
    assert credit.wording["notes"][-1] == UNKNOWN


def test_a_rule_that_changes_rows_changes_nothing_and_stops_nothing(ruled, learner, lesson) -> None:
    def rename(sale: Sale) -> None:
        learner.name = "Somebody Else"

    ruled(rename)
    factories.confirmed(learner, lesson)
    [receipt] = of(learner)
    assert receipt.wording["to"] == learner.name == "Lev Park"


def test_taxes_stand_in_the_file_too_and_files_of_before_stay_as_they_were(ruled, learner, lesson) -> None:
    ruled(vat)
    factories.confirmed(learner, lesson)
    words = receipts.wording_of(of(learner)[0])
    old = {name: value for name, value in dataclasses.asdict(words).items() if name != "taxes"}
    plain = dataclasses.replace(words, taxes=())
    assert receipts.wording_from(old) == plain, "documents older than taxes are read as they were written"
    drawn = [render("R-1", one, now().replace(microsecond=0), "http://localhost/receipts/R-1") for one in (words, plain)]
    assert len(drawn[0]) > len(drawn[1])


def test_there_is_one_rule_and_it_is_a_function(app: Flask, ruled) -> None:
    ruled(None)
    with pytest.raises(TypeError):
        taxes.register(app, "vat")  # type: ignore[arg-type]
    taxes.register(app, vat)
    with pytest.raises(ValueError, match="already"):
        taxes.register(app, vat)


@pytest.mark.parametrize("name", ["nowhere_at_all:vat", "app.payments.taxes:nothing", "app.payments.taxes", "app.payments.taxes:UNKNOWN", ":"])
def test_a_rule_that_cannot_be_found_stops_the_start(app: Flask, ruled, name: str) -> None:
    ruled(None)
    with pytest.raises(Misconfigured, match="TAX_RULE"):
        taxes.init_app(app, name)


def test_the_example_of_the_readme_works(app: Flask, ruled, monkeypatch, tmp_path, mentor, learner, lesson) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(example.strip().splitlines()) <= 15
    (tmp_path / "german_vat_of_the_readme.py").write_text(example, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    ruled(None)
    taxes.init_app(app, "german_vat_of_the_readme:vat")
    factories.confirmed(learner, lesson)
    assert said(of(learner)[0])["of which VAT 19 %"] == "2.87 USD"
    assert MoneyOfPlugins is Money
    sys.modules.pop("german_vat_of_the_readme")
