"""Generated art: a drawing for every session without a picture of its own.

Pure functions: the same seed is the same drawing for ever. The topic (the words of the seed) chooses the family of forms and
the colours, so that all algebra looks like algebra; the number at its end varies the drawing.
"""

import hashlib
from collections.abc import Callable
from random import Random

WIDTH, HEIGHT = 640, 360
PAPER, INK, ORANGE, PURPLE, SUN, CREAM = "#F1ECE2", "#151313", "#FF5734", "#BE94F5", "#FCCC42", "#FFFDF8"
SCHEMES = (
    (PAPER, INK, ORANGE, SUN),
    (PURPLE, INK, CREAM, ORANGE),
    (SUN, INK, ORANGE, CREAM),
    (ORANGE, INK, CREAM, PURPLE),
    (PAPER, PURPLE, INK, ORANGE),
    (INK, PURPLE, ORANGE, SUN),
    (PAPER, ORANGE, PURPLE, INK),
    (CREAM, SUN, INK, PURPLE),
)
Scheme = tuple[str, str, str, str]


def drawing(seed: str) -> str:
    """An SVG of 640 × 360 for a seed such as `algebra-12`."""
    topic = seed.rpartition("-")[0] or seed
    family = FAMILIES[_number(topic) % len(FAMILIES)]
    dice = Random(_number(seed))  # noqa: S311 (a drawing, not a secret)
    scheme = SCHEMES[(_number(topic, "colours") + 3 * dice.randrange(3)) % len(SCHEMES)]
    body = "".join(family(dice, scheme))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{scheme[0]}"/>{body}</svg>'
    )


def arcs(dice: Random, scheme: Scheme) -> list[str]:
    """Nested half rings that rise from the lower edge, and a sun."""
    _, first, second, third = scheme
    middle = dice.choice((190, 320, 450))
    rings = [
        f'<circle cx="{middle}" cy="{HEIGHT}" r="{radius}" fill="none" stroke="{colour}" stroke-width="44"/>'
        for radius, colour in ((258, first), (196, second), (134, third), (72, first))
    ]
    side = WIDTH - 110 if middle < WIDTH / 2 else 110
    return [*rings, _disc(side, dice.randrange(80, 120), dice.randrange(42, 58), third)]


def stairs(dice: Random, scheme: Scheme) -> list[str]:
    """Steps that climb, with a ball on the way up."""
    _, first, second, third = scheme
    steps, up = 5, dice.random() < 0.5
    width = WIDTH / steps
    shapes = []
    for index in range(steps):
        height = 52 + 52 * (index if up else steps - 1 - index)
        colour = (first, second)[index % 2]
        shapes.append(_box(index * width, HEIGHT - height, width + 0.5, height, colour))
    at = dice.randrange(1, steps - 1)
    top = HEIGHT - 52 - 52 * (at if up else steps - 1 - at)
    return [*shapes, _disc(at * width + width / 2, top - 44, 44, third), _quarter(0 if not up else WIDTH, 0, 96, second, not up)]


def waves(dice: Random, scheme: Scheme) -> list[str]:
    """Three bands of water and something round above them."""
    _, first, second, third = scheme
    phase = dice.choice((0, 80))
    bands = []
    for index, colour in enumerate((third, second, first)):
        level = 150 + index * 70
        start = -160 + phase * (1 if index % 2 else -1)
        path = f"M{start - 160} {level}" + "".join(f"q80 {-74 if turn % 2 else 74} 160 0" for turn in range(8))
        bands.append(f'<path d="{path}V{HEIGHT}H{start - 160}Z" fill="{colour}"/>')
    return [_disc(dice.choice((150, 320, 490)), 92, 56, first), *bands]


def grid(dice: Random, scheme: Scheme) -> list[str]:
    """Tiles of quarter circles, half circles and squares: a quilt."""
    size, shapes = 120, []
    for row in range(3):
        for column in range(6):
            x, y = column * size - 40, row * size
            colour = dice.choice(scheme[1:])
            kind = dice.randrange(5)
            if kind == 0:
                shapes.append(_box(x, y, size, size, colour))
            elif kind == 1:
                shapes.append(_disc(x + size / 2, y + size / 2, size / 2 - 12, colour))
            elif kind in (2, 3):
                corner = dice.choice(((0, 0, 1, 1), (size, 0, -1, 1), (0, size, 1, -1), (size, size, -1, -1)))
                cx, cy, right, down = corner
                shapes.append(
                    f'<path d="M{x + cx} {y + cy}h{right * size}a{size} {size} 0 0 {int(right == down)} '
                    f'{-right * size} {down * size}z" fill="{colour}"/>'
                )
    return shapes


def orbits(dice: Random, scheme: Scheme) -> list[str]:
    """A large body with rings, and moons on them."""
    _, first, second, third = scheme
    x, y = dice.choice((210, 320, 430)), 180
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{first}" stroke-width="5"/>' for radius in (150, 210, 270)
    )
    moons = [_disc(x + 150, y, 26, third), _disc(x - 105, y - 182, 34, second), _disc(x - 234, y + 135, 20, first)]
    if dice.random() < 0.5:
        moons = [_disc(x - 150, y, 26, third), _disc(x + 148, y - 148, 34, second), _disc(x + 190, y + 192, 20, first)]
    return [rings, _disc(x, y, 92, second), _half(x, y, 92, first, dice.choice((0, 90, 180, 270))), *moons]


def sails(dice: Random, scheme: Scheme) -> list[str]:
    """Triangles in front of each other, like sails or hills."""
    _, first, second, third = scheme
    shift = dice.randrange(-60, 61)
    peaks = ((90, 250, 250, third), (300, 70, 300, first), (500, 170, 240, second))
    hills = [
        f'<path d="M{x + shift - wide} {HEIGHT}L{x + shift} {top}L{x + shift + wide} {HEIGHT}Z" fill="{colour}"/>'
        for x, top, wide, colour in peaks
    ]
    return [_disc(dice.choice((110, 560)), 84, 50, second), hills[1], hills[0], hills[2]]


def pillars(dice: Random, scheme: Scheme) -> list[str]:
    """Round-topped columns of different heights."""
    _, first, second, third = scheme
    colours, shapes = (first, second, third), []
    for index in range(6):
        height = dice.choice((110, 170, 230, 290))
        x, wide = 35 + index * 97, 84
        colour = colours[(index + dice.randrange(2)) % 3]
        shapes.append(
            f'<path d="M{x} {HEIGHT}V{HEIGHT - height + wide / 2}a{wide / 2} {wide / 2} 0 0 1 {wide} 0V{HEIGHT}Z" fill="{colour}"/>'
        )
    return shapes


def leaves(dice: Random, scheme: Scheme) -> list[str]:
    """Petals made of two arcs, in rows."""
    _, first, second, third = scheme
    shapes, size = [], 128
    for row in range(3):
        for column in range(5):
            x, y = column * size, row * size - 12
            colour = (first, second, third)[(row + column + dice.randrange(2)) % 3]
            flip = (row + column) % 2
            start, end = ((x, y), (x + size, y + size)) if flip else ((x + size, y), (x, y + size))
            arc = f"{size} {size} 0 0 1"
            shapes.append(
                f'<path d="M{start[0]} {start[1]}A{arc} {end[0]} {end[1]}A{arc} {start[0]} {start[1]}Z" fill="{colour}"/>'
            )
    return shapes


FAMILIES: tuple[Callable[[Random, Scheme], list[str]], ...] = (arcs, stairs, waves, grid, orbits, sails, pillars, leaves)


def _number(text: str, salt: str = "") -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}:{text}".encode()).digest()[:8])


def _disc(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'


def _box(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" fill="{colour}"/>'


def _half(x: float, y: float, radius: float, colour: str, turn: int) -> str:
    path = f"M{x - radius:g} {y:g}a{radius:g} {radius:g} 0 0 1 {2 * radius:g} 0z"
    return f'<path d="{path}" fill="{colour}" transform="rotate({turn} {x:g} {y:g})"/>'


def _quarter(x: float, y: float, radius: float, colour: str, left: bool) -> str:
    way = 1 if left else -1
    path = f"M{x:g} {y:g}h{way * radius:g}a{radius:g} {radius:g} 0 0 {int(left)} {-way * radius:g} {radius:g}z"
    return f'<path d="{path}" fill="{colour}"/>'
