"""What the papers of the whiteboard look like: the twin of static/js/live/board_paper.js, in the board's own units."""

from app.live.board_messages import BOARD_HEIGHT, BOARD_WIDTH

Segment = tuple[float, float, float, float]
"""From x and y to x and y."""

STEP = 50
"""From line to line: the middle of the board, where the axes cross, lies on one each way."""

GROUND_STRENGTH, AXES_STRENGTH = 0.25, 0.55
"""How strong the blue of the lines and the ink of the axes are: pale, so that what is drawn stands out."""

_MIDDLE, _LEVEL = BOARD_WIDTH // 2, BOARD_HEIGHT // 2
_TIP = BOARD_WIDTH - 6
_ACROSS = [(0, _LEVEL, _TIP, _LEVEL), (_TIP, _LEVEL, _TIP - 18, _LEVEL - 9), (_TIP, _LEVEL, _TIP - 18, _LEVEL + 9)]
_UP = [(_MIDDLE, BOARD_HEIGHT, _MIDDLE, 6), (_MIDDLE, 6, _MIDDLE - 9, 24), (_MIDDLE, 6, _MIDDLE + 9, 24)]
_NAME_X = [(1564, 524, 1582, 548), (1582, 524, 1564, 548)]
_NAME_Y = [(822, 12, 831, 26), (840, 12, 824, 40)]
"""The letters at their ends are lines too, so that no font is asked for."""


def lines_of(paper: str) -> tuple[list[Segment], list[Segment]]:
    """Those of the ground, and those of the axes."""
    ground: list[Segment] = []
    if paper != "plain":
        ground += [(0, y, BOARD_WIDTH, y) for y in range(STEP, BOARD_HEIGHT, STEP)]
    if paper in ("squares", "axes"):
        ground += [(x, 0, x, BOARD_HEIGHT) for x in range(STEP, BOARD_WIDTH, STEP)]
    return ground, [*_ACROSS, *_UP, *_NAME_X, *_NAME_Y] if paper == "axes" else []
