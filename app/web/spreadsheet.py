"""Cells that a spreadsheet shows and never runs."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet: somebody's session title must not run on another's machine."""


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it, never as it would run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
