"""How figures are printed: one line each, with the target and whether it is met."""

from collections.abc import Sequence


def line(name: str, value: float, unit: str, target: float | None = None, note: str = "", *, digits: int = 1) -> None:
    """`mentor home, p50    18.2 ms   target 25 ms   ok`; more than the target is "over"."""
    met = "" if target is None else f"target {target:g} {unit}  {'ok' if value <= target else 'OVER'}"
    print(f"  {name:<44}{value:9.{digits}f} {unit:<4} {met:<24}{note}".rstrip())


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
