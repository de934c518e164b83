"""Money is a whole number of minor units with a currency; never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
"""Digits after the point where it is not two (ISO 4217)."""

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}


def exponent(currency: str) -> int:
    """How many digits the currency has after the point."""
    return EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents, paise, yen) of an ISO 4217 currency."""

    amount_minor: int
    currency: str

    def __str__(self) -> str:
        """As people write it: `$18`, `$18.50`, `-₹1,200`."""
        digits = exponent(self.currency)
        sign = "-" if self.amount_minor < 0 else ""
        whole, rest = divmod(abs(self.amount_minor), 10**digits)
        text = f"{whole:,}" + (f".{rest:0{digits}d}" if rest else "")
        symbol = SYMBOLS.get(self.currency)
        return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        """Sum of two amounts of one currency; ValueError for two currencies."""
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Difference of two amounts of one currency; ValueError for two currencies."""
        self._same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")

    @property
    def is_zero(self) -> bool:
        """True for nothing at all."""
        return self.amount_minor == 0

    def plain(self) -> str:
        """Major units without symbol or grouping, as a form field holds it: `18.50`."""
        digits = exponent(self.currency)
        return str(Decimal(self.amount_minor).scaleb(-digits))


def parse_money(text: str, currency: str) -> Money:
    """Read major units typed by a person ("18", "18.50").

    ASCII digits with one point only; ValueError for signs, exponents, other digits, too many decimals or more than nine digits.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > 13 or not all(c in "0123456789." for c in stripped):
        raise ValueError("not an amount")
    try:
        scaled = Decimal(stripped).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    if scaled != scaled.to_integral_value() or scaled > 10**11:
        raise ValueError("not an amount")
    return Money(int(scaled), currency)


def why_no_amount(text: str, currency: str) -> str:
    """Why something typed is no amount that can be moved, in a sentence; empty for nothing typed at all."""
    typed, digits = text.strip(), exponent(currency)
    if not typed:
        return ""
    if typed.startswith(("-", "−")):
        return "Write an amount above zero."
    whole, _, rest = typed.partition(".")
    if (whole + rest).isascii() and (whole + rest).isdigit() and len(rest.rstrip("0")) > digits:
        return f"{currency} has {digits} digits after the point." if digits else f"{currency} has no digits after the point."
    return "Write an amount such as 18 or 18.50." if digits else "Write an amount such as 1800."


def share(amount: Money, basis_points: int) -> Money:
    """A part of an amount in hundredths of a percent, rounded down (the rest is one subtraction, never a second rounding)."""
    return Money(amount.amount_minor * basis_points // 10_000, amount.currency)
