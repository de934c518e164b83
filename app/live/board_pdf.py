"""A whiteboard as a PDF: its strokes as lines, not as a picture, so it stays sharp and small. Runs in a process of its own.

`python -m app.live.board_pdf` reads the pages as board_pages.pages_of gives them, and writes the PDF.
"""

import json
import sys
from typing import Any, cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, PathPaintRule, StrokeCapStyle, StrokeJoinStyle

from app.live.board_messages import BOARD_HEIGHT, BOARD_NOTE_HEIGHT, BOARD_NOTE_WIDTH, BOARD_WIDTH
from app.live.board_paper import AXES_STRENGTH, GROUND_STRENGTH, Segment, lines_of
from app.payments.receipt_pdf import BODY, FILES, OTHER_SCRIPTS, printable

WIDTH = 842.0
UNIT = WIDTH / BOARD_WIDTH
HEIGHT = BOARD_HEIGHT * UNIT
"""Points: as wide as A4 lies, and as high as the board is then."""
LINE_HEIGHT = 1.25
SMALLEST = 9
COLOURS = {
    "ink": "#151313",
    "red": "#c21f2c",
    "orange": "#e0561b",
    "green": "#1e7f4f",
    "blue": "#1f5fc4",
    "purple": "#7b3fc4",
}
"""Those of static/css/tokens.css; a test compares them."""
NOTE_PAPER = {**COLOURS, "ink": "#fccc42"}
NOTE_STRENGTH = 0.3
NOTE_EDGE = 16
"""As in static/js/live/view/board_ink.js: a note is a pale sheet of its colour, yellow for black, with space around its words."""

Point = tuple[float, float]


def render(pages: list[dict[str, Any]]) -> bytes:
    """The PDF's bytes: one page for each of the board's, each {paper, drawings}."""
    pdf = FPDF(unit="pt", format=(HEIGHT, WIDTH), orientation="landscape")
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_auto_page_break(False)
    pdf.set_title("Whiteboard")
    _add_letters(pdf, "".join(one["mark"]["text"] for page in pages for one in page["drawings"]))
    for page in pages:
        pdf.add_page()
        _rule(pdf, page["paper"])
        for one in page["drawings"]:
            _paint(pdf, one["kind"], one["mark"])
    return bytes(pdf.output())


def main() -> None:
    """JSON in, PDF out."""
    sys.stdout.buffer.write(render(json.load(sys.stdin)))


def points_of(steps: list[int]) -> list[Point]:
    """A start and steps → places, in points on the paper."""
    places: list[Point] = []
    x = y = 0
    for across, down in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + across, y + down
        places.append((x * UNIT, y * UNIT))
    return places


def pale(code: str, strength: float) -> str:
    """A colour so strong on white: what a canvas makes of it by letting the paper shine through."""
    parts = (round(int(code[at : at + 2], 16) * strength + 255 * (1 - strength)) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _rule(pdf: FPDF, paper: str) -> None:
    """The lines of the paper, beneath everything."""
    ground, axes = lines_of(paper)
    for colour, width, segments in (
        (pale(COLOURS["blue"], GROUND_STRENGTH), 2, ground),
        (pale(COLOURS["ink"], AXES_STRENGTH), 3, axes),
    ):
        pdf.set_draw_color(colour)
        pdf.set_line_width(width * UNIT)
        for segment in segments:
            pdf.line(*_scaled(segment))


def _scaled(segment: Segment) -> Segment:
    x, y, to_x, to_y = segment
    return x * UNIT, y * UNIT, to_x * UNIT, to_y * UNIT


def _add_letters(pdf: FPDF, text: str) -> None:
    others = [name for name, span in OTHER_SCRIPTS.items() if {ord(letter) for letter in text} & set(span)]
    for name in (BODY, *others) if text else ():
        pdf.add_font(name, "", FILES[name, ""])
    if text:
        pdf.set_fallback_fonts(others, exact_match=False)
        pdf.set_text_shaping(True)


def _paint(pdf: FPDF, kind: str, mark: dict[str, Any]) -> None:
    points = points_of(mark["points"])
    if kind == "text":
        _write(pdf, mark, points[0])
    elif kind == "note":
        _stick(pdf, mark, points[0])
    elif kind == "ellipse":
        [(left, top), (right, bottom)] = points
        _pen(pdf, mark)
        pdf.ellipse(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))
    else:
        _line(pdf, mark, _corners(points) if kind == "rectangle" else points, bends=kind == "stroke")


def _line(pdf: FPDF, mark: dict[str, Any], points: list[Point], *, bends: bool) -> None:
    """A stroke is smooth as on the screen: each point bends the line, which runs through the middles between them."""
    with pdf.new_path() as path:
        path.style.auto_close = False
        path.style.paint_rule = PathPaintRule.STROKE
        path.style.stroke_color = COLOURS[mark["colour"]]
        path.style.stroke_width = mark["width"] * UNIT
        path.style.stroke_cap_style = StrokeCapStyle.ROUND
        path.style.stroke_join_style = StrokeJoinStyle.ROUND
        path.move_to(*points[0])
        for at in range(1, len(points) - 1):
            if bends:
                path.quadratic_curve_to(*points[at], *_middle(points[at], points[at + 1]))
            else:
                path.line_to(*points[at])
        path.line_to(*points[-1])  # one point alone: a dot, for the caps are round


def _pen(pdf: FPDF, mark: dict[str, Any]) -> None:
    pdf.set_draw_color(COLOURS[mark["colour"]])
    pdf.set_line_width(mark["width"] * UNIT)


def _write(pdf: FPDF, mark: dict[str, Any], place: Point) -> None:
    size = mark["width"] * UNIT
    pdf.set_font(BODY, "", size)
    pdf.set_text_color(COLOURS[mark["colour"]])
    pdf.set_xy(*place)
    pdf.multi_cell(max(size, WIDTH - place[0]), size * LINE_HEIGHT, printable(mark["text"]), align="L")


def _stick(pdf: FPDF, mark: dict[str, Any], place: Point) -> None:
    """A note: its sheet, and its words as large as they fit."""
    colour, words = NOTE_PAPER[mark["colour"]], printable(mark["text"])
    wide, high = (BOARD_NOTE_WIDTH - 2 * NOTE_EDGE) * UNIT, (BOARD_NOTE_HEIGHT - 2 * NOTE_EDGE) * UNIT
    pdf.set_fill_color(pale(colour, NOTE_STRENGTH))
    pdf.set_draw_color(colour)
    pdf.set_line_width(2 * UNIT)
    pdf.rect(*place, BOARD_NOTE_WIDTH * UNIT, BOARD_NOTE_HEIGHT * UNIT, style="DF")
    pdf.set_text_color(COLOURS["ink"])
    pdf.set_xy(place[0] + NOTE_EDGE * UNIT, place[1] + NOTE_EDGE * UNIT)
    size = mark["width"] * UNIT
    while size > SMALLEST * UNIT and _rows(pdf, words, wide, size) * size * LINE_HEIGHT > high:
        size *= 0.9
    pdf.set_font(BODY, "", size)
    pdf.multi_cell(wide, size * LINE_HEIGHT, words, align="L")


def _rows(pdf: FPDF, words: str, wide: float, size: float) -> int:
    """How many rows they are in letters of this size."""
    pdf.set_font(BODY, "", size)
    rows = pdf.multi_cell(wide, size * LINE_HEIGHT, words, align="L", dry_run=True, output=MethodReturnValue.LINES)
    return len(cast("list[str]", rows))


def _corners(points: list[Point]) -> list[Point]:
    [(left, top), (right, bottom)] = points
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


if __name__ == "__main__":
    main()
