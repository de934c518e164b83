"""How documents say sums and moments, and whose they are: on the clock of whom they are for, as an account book has it."""

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.config import settings
from app.kernel.money import Money


def exact(money: Money) -> str:
    """With all its decimals and its currency, as an account book has it: `1,240.00 USD`."""
    return f"{Decimal(money.plain()):,} {money.currency}"


def minus(money: Money) -> str:
    """What is taken off."""
    return exact(money) if money.is_zero else f"−{exact(money)}"


def percent(basis_points: int) -> str:
    """`2.5 %`."""
    return f"{basis_points / 100:g} %"


def clock(moment: datetime, zone: str) -> str:
    """`Tue 24 Nov 2026, 18:30 (Asia/Kolkata)`: the zone is always named."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone.replace('_', ' ')})"


def issuer() -> str:
    """Who writes documents here."""
    return f"PeerLearn, {urlsplit(settings().base_url).netloc}"
