"""One SVG sprite out of the Heroicons we use and our own drawings in static/icons."""

import re
from pathlib import Path

FRAME = re.compile(r"<svg(?P<attributes>[^>]*)>(?P<body>.*)</svg>", re.DOTALL)
KEPT = re.compile(r'\b(viewBox|fill|stroke|stroke-width)="[^"]*"')


def make_sprite(root: Path, target: Path) -> None:
    """Write the sprite. static/icons/heroicons.txt lists the names; "name solid" adds name-solid too."""
    heroicons = root / "node_modules" / "heroicons" / "24"
    symbols = []
    for line in (root / "static" / "icons" / "heroicons.txt").read_text().splitlines():
        name, *styles = line.split("#")[0].split() or [""]
        if not name:
            continue
        symbols.append(_symbol(name, heroicons / "outline" / f"{name}.svg"))
        if "solid" in styles:
            symbols.append(_symbol(f"{name}-solid", heroicons / "solid" / f"{name}.svg"))
    symbols += [_symbol(own.stem, own) for own in sorted((root / "static" / "icons").glob("*.svg"))]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n")


def _symbol(name: str, path: Path) -> str:
    found = FRAME.search(path.read_text())
    if not found:
        raise ValueError(f"{path} is not an SVG drawing")
    kept = " ".join(match.group(0) for match in KEPT.finditer(found["attributes"]))
    body = re.sub(r">\s+<", "><", found["body"].strip())
    return f'<symbol id="{name}" {kept}>{body}</symbol>'
