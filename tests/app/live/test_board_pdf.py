"""The whiteboard on paper: every kind of drawing, in the colours of the screen."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.live.board_pdf import COLOURS, render

TOKENS = (Path(__file__).resolve().parents[3] / "static/css/tokens.css").read_text()


def mark(**changes):
    return {"colour": "ink", "width": 6, "points": [100, 100, 50, 60, 50, -60, 50, 60], "text": "", **changes}


def drawn(pdf):
    """Each page as the pixels a reader of PDFs paints: {colour: how many}."""
    tool = shutil.which("pdftoppm") or pytest.fail("pdftoppm is missing: install poppler-utils")
    raw = subprocess.run([tool, "-r", "72", "-aa", "no", "-aaVector", "no", "-"], input=pdf, capture_output=True, check=True).stdout
    pages = []
    while raw:
        _, size, _, rest = raw.split(b"\n", 3)
        width, height = map(int, size.split())
        pixels, raw = rest[: width * height * 3], rest[width * height * 3 :]
        found = {}
        for at in range(0, len(pixels), 3):
            found[pixels[at : at + 3].hex()] = found.get(pixels[at : at + 3].hex(), 0) + 1
        pages.append(found)
    return pages


def test_the_colours_are_those_of_the_screen():
    for name, code in COLOURS.items():
        token = "art-ink" if name == "ink" else f"board-{name}"
        assert re.search(rf"--{token}:\s*([^;]+);", TOKENS)[1] == code


@pytest.mark.parametrize(
    "one",
    [
        {"kind": "stroke", "mark": mark()},
        {"kind": "stroke", "mark": mark(points=[500, 500], width=40)},
        {"kind": "stroke", "mark": mark(points=[500, 500, 30, 30])},
        {"kind": "line", "mark": mark(points=[500, 500, 30, 30])},
        {"kind": "rectangle", "mark": mark(points=[500, 500, -90, 60])},
        {"kind": "ellipse", "mark": mark(points=[500, 500, -90, -60])},
        {"kind": "text", "mark": mark(points=[100, 700], width=60, text="Knots नमस्ते مرحبا 你好")},
    ],
    ids=lambda one: one["kind"],
)
def test_each_kind_of_drawing_leaves_ink_of_its_colour(one):
    one["mark"]["colour"] = "blue"
    [page] = drawn(render([[one]]))
    assert page.get(COLOURS["blue"][1:], 0) > 20
    assert set(page) == {"ffffff", COLOURS["blue"][1:]}


def test_pages_stay_apart_and_an_empty_one_stays_empty():
    pages = drawn(render([[{"kind": "line", "mark": mark(points=[10, 10, 500, 0])}], [], [{"kind": "stroke", "mark": mark(colour="red")}]]))
    assert [len(page) for page in pages] == [2, 1, 2]
