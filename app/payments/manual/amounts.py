"""Amounts and dates as banks write them: 1,234.50 and 1.234,50, with signs before, behind or in words, in any digits."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from app.kernel.money import Money, exponent

LARGEST = 2_000_000_000
"""Minor units of one line."""
_MARKS = {"٫": ".", "٬": "", "،": ",", "−": "-", "–": "-", "'": "", "’": "", "_": ""}
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%d-%m-%y")
_WORDED = ("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %b %y", "%d %B %Y", "%b %d %Y", "%Y/%m/%d", "%Y%m%d")


def plain(text: str) -> str:
    """Ordinary letters and ASCII digits, whichever width or script they came in."""
    folded = unicodedata.normalize("NFKC", text)
    marked = "".join(_MARKS.get(one, one) for one in folded)
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in marked).strip()


def read_amount(text: str, currency: str) -> Money:
    """A signed amount; ValueError with a few words when it cannot be one."""
    said = re.sub(r"\s|RS\.", "", plain(text).upper()).removesuffix(".-")  # "Rs. 18", and "18.-" for a round sum
    parts = re.fullmatch(r"(?P<before>[^\d.,]{0,4})(?P<figures>[\d.,]*\d)(?P<after>[^\d]{0,4})", said, re.ASCII)
    if parts is None:
        raise ValueError(f"“{text.strip()[:30]}” is no amount")
    figures, after = parts["figures"], parts["after"].strip(".,")
    is_out = "-" in parts["before"] or "(" in parts["before"] or "-" in after or after in ("DR", "D")
    value = Decimal(_with_point(figures, exponent(currency), text)).scaleb(exponent(currency))
    if value != value.to_integral_value() or value > LARGEST:
        raise ValueError(f"“{text.strip()[:30]}” is no amount in {currency}")
    return Money(-int(value) if is_out else int(value), currency)


def _with_point(figures: str, digits: int, text: str) -> str:
    """The figures with one point for the decimals and no marks between thousands."""
    last = max(figures.rfind("."), figures.rfind(","))
    if last < 0:
        return figures
    mark, other = figures[last], "," if figures[last] == "." else "."
    whole, rest = figures[:last], figures[last + 1 :]
    if mark in whole or (len(rest) == 3 and digits != 3):  # the mark stands between thousands
        if other in figures or not _GROUPED.fullmatch(figures):
            raise ValueError(f"“{text.strip()[:30]}” is no amount")
        return figures.replace(mark, "")
    if other in whole and not re.fullmatch(rf"\d{{1,3}}(?:\{other}\d{{2,3}})+", whole):
        raise ValueError(f"“{text.strip()[:30]}” is no amount")
    return f"{whole.replace(other, '') or '0'}.{rest or '0'}"


def read_date(text: str) -> date:
    """A day, the day before the month where both could be; ValueError with a few words when it is none."""
    said = plain(text).replace(",", " ")
    first = re.split(r"[T\s]+(?=\d{1,2}:)", said)[0].strip()
    for pattern in (*_DATES, *_WORDED):
        try:
            return datetime.strptime(" ".join(first.split()), pattern).date()  # noqa: DTZ007 (a day, no moment)
        except ValueError:
            continue
    raise ValueError(f"“{text.strip()[:30]}” is no date" if said else "there is no date")
