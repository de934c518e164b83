"""The PDF of a receipt: says all its words, joins foreign letters, and admits what it cannot print."""

import dataclasses
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from app.payments.receipt_pdf import MISSING, printable, render
from app.payments.receipt_wording import Line, TaxLine, Wording

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
ADDRESS = "https://peerlearn.example/receipts/R-2026-000001"


def wording(to: str = "Łukasz Żółć", session: str = "Knots", facts: int = 1) -> Wording:
    return Wording(
        title="Receipt",
        issuer="PeerLearn, peerlearn.example",
        to=to,
        issued="Wed 25 Nov 2026, 12:50 (Europe/Lisbon)",
        facts=tuple(Line(f"Session {number}", session) for number in range(facts)),
        sums=(Line("One seat", "1,240.50 INR"),),
        total=Line("Paid in all", "1,240.50 INR"),
        notes=("Held until you have met.",),
    )


def read(words: Wording) -> str:
    """What a reader of PDFs finds in it."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.fail("pdftotext is missing: install poppler-utils")
    pdf = render("R-2026-000001", words, AT, ADDRESS)
    return subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_it_says_everything_and_where_it_stands() -> None:
    found = read(wording())
    for text in ("Receipt", "R-2026-000001", "Łukasz Żółć", "Knots", "1,240.50 INR", "(Europe/Lisbon)", "Held until", ADDRESS):
        assert text in found


def test_taxes_inside_the_total_stand_beneath_it() -> None:
    taxes = tuple(TaxLine(f"of which VAT {rate} %", f"{rate}.00 INR", rate * 100) for rate in (19, 7))
    found = read(dataclasses.replace(wording(), taxes=taxes))
    lines = [" ".join(line.split()) for line in found.splitlines() if line.strip()]
    total = lines.index("Paid in all 1,240.50 INR")
    assert lines[total + 1 : total + 3] == ["of which VAT 19 % 19.00 INR", "of which VAT 7 % 7.00 INR"]


def test_the_same_receipt_is_the_same_file_for_ever() -> None:
    assert render("R-2026-000001", wording(), AT, ADDRESS) == render("R-2026-000001", wording(), AT, ADDRESS)


@pytest.mark.parametrize("name", ["Привет Анна", "Ελένη", "Nguyễn Thị Ánh", "نور الدين", "अनन्या शर्मा", "Zoë O’Hara", "₹ € £"])
def test_these_names_can_be_printed(name: str) -> None:
    assert printable(name) == name
    assert MISSING not in read(wording(name))


@pytest.mark.parametrize("name", ["山田太郎", "김민수", "Algebra 🎻"])
def test_letters_without_a_font_are_admitted_and_never_boxes(name: str) -> None:
    found = read(wording(name))
    assert MISSING in found
    assert "The web page shows all of them." in found


def test_a_family_of_emoji_is_one_gap() -> None:
    assert printable("a 👩‍👩‍👧 b") == f"a {MISSING} b"


def test_a_long_one_goes_on_over_the_page() -> None:
    found = read(wording(session="Eighty letters of a title that goes on and on until there is no room for any more" * 2, facts=30))
    assert found.count("\f") > 1
    assert "Session 29" in found
    assert found.rstrip("\f\n ").endswith(ADDRESS)
