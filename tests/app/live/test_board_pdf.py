"""The whiteboard on paper: every kind of drawing, in the colours of the screen."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from app.live.board_messages import Paper
from app.live.board_paper import AXES_STRENGTH, GROUND_STRENGTH, lines_of
from app.live.board_pdf import COLOURS, NOTE_PAPER, NOTE_STRENGTH, UNIT, pale, render
from tests.setup.linters import find_node

ROOT = Path(__file__).resolve().parents[3]
TOKENS = (ROOT / "static/css/tokens.css").read_text()


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
    [page] = drawn(render([{"paper": "plain", "drawings": [one]}]))
    assert page.get(COLOURS["blue"][1:], 0) > 20
    assert set(page) == {"ffffff", COLOURS["blue"][1:]}


@pytest.mark.parametrize("words", ["Check the sign", "W" * 300, "\n".join("abcdefghijkl"), "नमस्ते " * 40])
def test_a_note_keeps_its_words_on_its_own_pale_sheet(words):
    content = mark(points=[100, 700], width=64, colour="blue", text=words)
    tint = pale(COLOURS["blue"], NOTE_STRENGTH)[1:]
    [page] = drawn(render([{"paper": "plain", "drawings": [{"kind": "note", "mark": content}]}]))
    assert set(page) == {"ffffff", tint, COLOURS["blue"][1:], COLOURS["ink"][1:]}
    sheet = sum(count for colour, count in page.items() if colour != "ffffff")
    assert abs(sheet - round(320 * UNIT) * round(240 * UNIT)) < 600, "no letter lies beyond the sheet"


def test_black_makes_a_yellow_note():
    assert NOTE_PAPER["ink"] == re.search(r"--color-sun:\s*([^;]+);", TOKENS)[1]


def test_pages_stay_apart_and_an_empty_one_stays_empty():
    contents = [[{"kind": "line", "mark": mark(points=[10, 10, 500, 0])}], [], [{"kind": "stroke", "mark": mark(colour="red")}]]
    pages = drawn(render([{"paper": "plain", "drawings": content} for content in contents]))
    assert [len(page) for page in pages] == [2, 1, 2]


GROUND, AXES = pale(COLOURS["blue"], GROUND_STRENGTH)[1:], pale(COLOURS["ink"], AXES_STRENGTH)[1:]


def test_the_paper_is_ruled_as_on_the_screen_and_paler_than_anything_drawn_on_it():
    plain, lines, squares, axes = drawn(render([{"paper": paper, "drawings": []} for paper in get_args(Paper)]))
    assert set(plain) == {"ffffff"}
    assert set(lines) == set(squares) == {"ffffff", GROUND}
    assert set(axes) == {"ffffff", GROUND, AXES}
    assert 0 < lines[GROUND] < squares[GROUND]
    assert all(int(GROUND[at : at + 2], 16) > int(COLOURS["blue"][at + 1 : at + 3], 16) for at in (0, 2, 4))


def test_both_sides_rule_the_same_lines():
    script = (
        f'import * as twin from "{ROOT}/static/js/live/board_paper.js";'
        "const found = Object.fromEntries(JSON.parse(process.argv[1]).map((kind) => [kind, Object.values(twin.linesOf(kind))]));"
        "console.log(JSON.stringify([found, twin.GROUND_STRENGTH, twin.AXES_STRENGTH]));"
    )
    command = [find_node().binary, "--input-type=module", "-e", script, json.dumps(get_args(Paper))]
    found, *strengths = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert found == {kind: [[list(line) for line in lines] for lines in lines_of(kind)] for kind in get_args(Paper)}
    assert strengths == [GROUND_STRENGTH, AXES_STRENGTH]
