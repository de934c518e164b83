"""A receipt as a PDF, from its own words alone: the same receipt gives the same pages whenever it is asked for.

Covered are Latin, Cyrillic, Greek and Vietnamese letters (Fira Sans), Arabic (Tajawal) and Devanagari (Poppins), joined and ordered
as their readers write them. Of any other script we have no font: its letters become MISSING, and the foot says where they stand.
"""

import json
import logging
import sys
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import fontpkg_fira_sans
import fontpkg_poppins
import fontpkg_tajawal
from fontTools.ttLib import TTFont
from fpdf import FPDF, XPos, YPos

from app.payments.receipt_wording import Line, TaxLine, Wording, wording_from

for chatterbox in ("fontTools", "fpdf"):  # each table of each font is worth a line to them
    logging.getLogger(chatterbox).setLevel(logging.ERROR)

BODY, HEAD, ARABIC, DEVANAGARI = "body", "head", "arabic", "devanagari"
FILES: dict[tuple[str, str], Path] = {
    (BODY, ""): fontpkg_fira_sans.ROOT / "files" / "FiraSans-Regular.ttf",
    (BODY, "B"): fontpkg_fira_sans.ROOT / "files" / "FiraSans-SemiBold.ttf",
    (HEAD, ""): fontpkg_poppins.ROOT / "files" / "Poppins-Bold.ttf",
    (ARABIC, ""): fontpkg_tajawal.ROOT / "files" / "Tajawal-Regular.ttf",
    (ARABIC, "B"): fontpkg_tajawal.ROOT / "files" / "Tajawal-Bold.ttf",
    (DEVANAGARI, ""): fontpkg_poppins.ROOT / "files" / "Poppins-Regular.ttf",
    (DEVANAGARI, "B"): fontpkg_poppins.ROOT / "files" / "Poppins-SemiBold.ttf",
}
OTHER_SCRIPTS = {ARABIC: range(0x600, 0x780), DEVANAGARI: range(0x900, 0x980)}
"""A font is loaded only for a document that needs it: reading one costs a tenth of a second."""
MISSING = "[…]"

INK, SOFT, LINE, SUNKEN, ACTION, WHITE = (
    (21, 19, 19),
    (85, 82, 79),
    (230, 228, 223),
    (247, 247, 245),
    (255, 87, 52),
    (255, 255, 255),
)
LEFT, RIGHT, WIDTH, LABEL = 20, 190, 170, 38
"""Millimetres on A4."""


def render(number: str, wording: Wording, issued_at: datetime, address: str) -> bytes:
    """The PDF's bytes; `address` is where the same document stands as a page."""
    pdf = _paper(number, wording, issued_at)
    _head(pdf, number, wording)
    _party(pdf, wording)
    _facts(pdf, wording.facts)
    _sums(pdf, wording)
    _notes(pdf, wording.notes)
    _foot(pdf, number, wording, address)
    return bytes(pdf.output())


def main() -> None:
    """`python -m app.payments.receipt_pdf`: JSON of render's arguments comes in, the PDF goes out (receipts.pdf_of)."""
    given = json.load(sys.stdin)
    at = datetime.fromisoformat(given["issued_at"])
    sys.stdout.buffer.write(render(given["number"], wording_from(given["wording"]), at, given["address"]))


def printable(text: str) -> str:
    """The text with every run of letters no font of ours has replaced by MISSING."""
    out: list[str] = []
    for character in " ".join(text.split()):
        after_a_gap = out[-1:] == [MISSING]
        if _is_invisible(character):
            out += [] if after_a_gap or ord(character) not in _covered() else [character]
        elif ord(character) in _covered():
            out.append(character)
        elif not after_a_gap:
            out.append(MISSING)
    return "".join(out)


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    names = [(BODY, ""), (ARABIC, ""), (DEVANAGARI, "")]
    return frozenset(point for name in names for point in TTFont(FILES[name], lazy=True).getBestCmap())


def _is_invisible(character: str) -> bool:
    return character in "\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"


def _texts(wording: Wording) -> str:
    lines: list[Line | TaxLine] = [*wording.facts, *wording.sums, wording.total, *wording.taxes]
    return " ".join(
        (wording.title, wording.issuer, wording.to, wording.issued, *wording.notes, *(f"{one.label} {one.text}" for one in lines))
    )


def _paper(number: str, wording: Wording, issued_at: datetime) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_margins(LEFT, 20, 20)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, margin=30)
    pdf.set_title(f"{wording.title} {number}")
    pdf.set_author(printable(wording.issuer))
    pdf.set_lang("en")
    pdf.set_creation_date(issued_at)
    letters = {ord(character) for character in _texts(wording)}
    others = [name for name, span in OTHER_SCRIPTS.items() if letters & set(span)]
    for (name, style), path in FILES.items():
        if name in (BODY, HEAD, *others):
            pdf.add_font(name, style, path)
    pdf.set_fallback_fonts(others, exact_match=False)
    pdf.set_text_shaping(True)
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, number: str, wording: Wording) -> None:
    _mark(pdf, LEFT, 20, 11)
    _put(pdf, "PeerLearn", x=LEFT + 14, y=21.2, width=60, height=9, font=HEAD, size=15)
    _put(pdf, wording.title, x=80, y=19.5, width=RIGHT - 80, height=9, font=HEAD, size=20, align="R")
    _put(pdf, number, x=80, y=29, width=RIGHT - 80, height=6, size=11, align="R", color=SOFT)
    _rule(pdf, 42)
    pdf.set_y(50)


def _mark(pdf: FPDF, x: float, y: float, size: float) -> None:
    """static/img/mark.svg, by its own numbers on a square of 32."""
    unit = size / 32
    pdf.set_fill_color(ACTION)
    pdf.rect(x, y, size, size, style="F", round_corners=True, corner_radius=9 * unit)
    pdf.set_fill_color(INK)
    pdf.rect(x + 8 * unit, y + 7 * unit, 6 * unit, 18 * unit, style="F")
    pdf.set_fill_color(WHITE)
    pdf.solid_arc(x + 9 * unit, y + 7 * unit, 14 * unit, -90, 90, style="F")


def _party(pdf: FPDF, wording: Wording) -> None:
    top = pdf.get_y()
    _put(pdf, "For", x=LEFT, y=top, width=80, height=5, size=9, color=SOFT)
    _put(pdf, "Written", x=RIGHT - 80, y=top, width=80, height=5, size=9, color=SOFT, align="R")
    _put(pdf, wording.issued, x=RIGHT - 85, y=top + 6, width=85, height=6, size=10.5, align="R")
    _put(pdf, wording.to, x=LEFT, y=top + 5.5, width=82, height=7, size=14, style="B", wraps=True)
    pdf.set_y(pdf.get_y() + 8)


def _facts(pdf: FPDF, facts: tuple[Line, ...]) -> None:
    for fact in facts:
        top = pdf.get_y()
        _put(pdf, fact.label, x=LEFT, y=top, width=LABEL, height=6, size=10.5, color=SOFT)
        _put(pdf, fact.text, x=LEFT + LABEL, y=top, width=WIDTH - LABEL, height=6, size=10.5, wraps=True)
        pdf.set_y(pdf.get_y() + 2.2)


def _sums(pdf: FPDF, wording: Wording) -> None:
    sums, total, taxes = wording.sums, wording.total, wording.taxes
    top = pdf.get_y() + 8
    height = 9 * len(sums) + 22 + 6.5 * len(taxes)
    if top + height > 260:
        pdf.add_page()
        top = 20
    pdf.set_fill_color(SUNKEN)
    pdf.rect(LEFT, top, WIDTH, height, style="F", round_corners=True, corner_radius=4)
    y = top + 5
    for line in sums:
        _put(pdf, line.label, x=LEFT + 6, y=y, width=110, height=7, size=10.5)
        _put(pdf, line.text, x=LEFT + 100, y=y, width=WIDTH - 106, height=7, size=10.5, align="R")
        y += 9
    _rule(pdf, y + 1, inset=6)
    _put(pdf, total.label, x=LEFT + 6, y=y + 4, width=90, height=9, size=13, style="B")
    _put(pdf, total.text, x=LEFT + 90, y=y + 4, width=WIDTH - 96, height=9, size=17, font=HEAD, align="R")
    for tax in taxes:
        _put(pdf, tax.label, x=LEFT + 6, y=y + 14, width=100, height=6, size=9.5, color=SOFT)
        _put(pdf, tax.text, x=LEFT + 100, y=y + 14, width=WIDTH - 106, height=6, size=9.5, color=SOFT, align="R")
        y += 6.5
    pdf.set_y(top + height + 8)


def _notes(pdf: FPDF, notes: tuple[str, ...]) -> None:
    for note in notes:
        _put(pdf, note, x=LEFT, y=pdf.get_y(), width=WIDTH, height=5, size=9.5, color=SOFT, wraps=True)
        pdf.set_y(pdf.get_y() + 1.5)


def _foot(pdf: FPDF, number: str, wording: Wording, address: str) -> None:
    """On the last page, above its edge; what cannot be printed is admitted here."""
    pdf.set_auto_page_break(False)
    lines = [f"{wording.issuer} · {number}", f"The same document on the web: {address}"]
    if MISSING in printable(_texts(wording)):
        lines.insert(
            0, f"Some letters are of a script this file has no font for; {MISSING} stands for them. The web page shows all of them."
        )
    _rule(pdf, 274 - 4.5 * (len(lines) - 2))
    for index, line in enumerate(lines):
        y = 277 - 4.5 * (len(lines) - 2) + 4.5 * index
        _put(pdf, line, x=LEFT, y=y, width=WIDTH, height=4.5, size=8.5, color=SOFT)


def _rule(pdf: FPDF, y: float, inset: float = 0) -> None:
    pdf.set_draw_color(LINE)
    pdf.set_line_width(0.3)
    pdf.line(LEFT + inset, y, RIGHT - inset, y)


def _put(
    pdf: FPDF,
    text: str,
    *,
    x: float,
    y: float,
    width: float,
    height: float,
    size: float,
    font: str = BODY,
    style: str = "",
    align: str = "L",
    color: tuple[int, int, int] = INK,
    wraps: bool = False,
) -> None:
    """One text in one place; the cursor is beneath it afterwards."""
    pdf.set_font(font, style, size)
    pdf.set_text_color(color)
    pdf.set_xy(x, y)
    if wraps:
        pdf.multi_cell(width, height, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    else:
        pdf.cell(width, height, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


if __name__ == "__main__":
    main()
