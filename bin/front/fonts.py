"""Cut the fonts down to what the pages show, so that all of them together stay under 35 KB."""

import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2027),
    0x2030,
    0x2032,
    0x2033,
    0x2039,
    0x203A,
    0x20AC,
    *range(0x2190, 0x2194),
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x2022,
    0x00D7,
]
HEADLINE = [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AC]
RUPEE = [0x20B9]


def cut_fonts(modules: Path, target: Path) -> None:
    """Write inter.woff2 (400 to 600), rupee.woff2 and poppins.woff2 into the target folder."""
    inter = modules / "@fontsource-variable" / "inter" / "files"
    poppins = modules / "@fontsource" / "poppins" / "files"
    target.mkdir(parents=True, exist_ok=True)
    _cut(inter / "inter-latin-wght-normal.woff2", target / "inter.woff2", LATIN, weights=(400, 600))
    _cut(inter / "inter-latin-ext-wght-normal.woff2", target / "rupee.woff2", RUPEE, weights=(400, 600))
    _cut(poppins / "poppins-latin-700-normal.woff2", target / "poppins.woff2", HEADLINE)


def _cut(source: Path, target: Path, code_points: list[int], weights: tuple[int, int] | None = None) -> None:
    """Subset first, then narrow the weight axis: fontTools cannot subset what it has just instanced."""
    options = subset.Options()
    options.layout_features = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case"]
    options.hinting = False
    options.desubroutinize = True
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points)
    cutter.subset(font)
    if weights:
        plain = io.BytesIO()
        font.flavor = None
        font.save(plain)
        font = instancer.instantiateVariableFont(TTFont(io.BytesIO(plain.getvalue()), recalcTimestamp=False), {"wght": weights})
    font.flavor = "woff2"
    font.save(target)
