"""How much one gift may be, how much a day; in major units of the instance's currency, scaled where a unit is small."""

from dataclasses import dataclass
from datetime import timedelta

from app.config import settings
from app.kernel.errors import Invalid
from app.kernel.money import Money, exponent, parse_money, why_no_amount

UNDO = timedelta(seconds=60)
"""How long a gift may be taken back (R19)."""
AVAILABLE_AFTER = timedelta(hours=24)
"""From final to withdrawable (R18)."""
GIVING = timedelta(days=7)
"""How long after a session its mentor can be given something."""
DAY = timedelta(hours=24)
UNPAID = timedelta(minutes=10)
"""How long a gift waits for another try; then it is given up and nothing is taken."""
LONGEST_NOTE = 140

LEAST, MOST, MOST_A_DAY = 1, 200, 500
PRESETS = (2, 5, 10, 20)
SCALE = {"JPY": 100, "INR": 50, "KRW": 1000, "VND": 20_000, "CLP": 1000}
"""What stands for one dollar or euro in currencies of small units, roughly."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most of one gift, the most one person gives in a day, and what the dialog offers."""

    least: Money
    most: Money
    a_day: Money
    presets: tuple[Money, ...]


def limits() -> Limits:
    """Those of this instance."""
    own, scale = settings(), SCALE.get(settings().currency, 1)
    least, most = _major(own.gift_min or LEAST * scale), _major(own.gift_max or MOST * scale)
    offered = [_major(count * scale) for count in PRESETS]
    presets = tuple(amount for amount in offered if least <= amount <= most)
    return Limits(least, most, _major(own.gift_max_per_day or MOST_A_DAY * scale), presets)


def read_gift_amount(text: str) -> Money:
    """Major units as typed; Invalid with a sentence for "amount" when that cannot be given."""
    currency, allowed = settings().currency, limits()
    try:
        amount = parse_money(text, currency)
    except ValueError:
        raise Invalid(fields={"amount": why_no_amount(text, currency) or "Say how much you want to give."}) from None
    if not allowed.least <= amount <= allowed.most:
        raise Invalid(fields={"amount": f"A gift can be {allowed.least} to {allowed.most}."})
    return amount


def _major(units: int) -> Money:
    currency = settings().currency
    return Money(units * 10 ** exponent(currency), currency)
