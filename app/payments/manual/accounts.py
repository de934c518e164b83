"""Accounts money comes from and goes back to: what is typed, and how an operator reads it when they are to pay."""

import re

from app.kernel.bank_numbers import is_iban, is_upi_id, looks_like_iban
from app.payments.providers.base import Instrument, InstrumentRefused, Kind

UPI_FIELDS = ("upi_id",)
BANK_FIELDS = ("account_name", "account_number", "ifsc")
LONGEST_NAME, LONGEST_NUMBER, LONGEST_CODE = 70, 34, 20


def instrument_of(kind: Kind, details: dict[str, str], currency: str) -> Instrument:
    """Typed details as an instrument; InstrumentRefused with the field to mend."""
    return _upi(details) if kind is Kind.UPI else _bank(details, currency)


def _upi(details: dict[str, str]) -> Instrument:
    upi_id = details.get("upi_id", "").strip().lower()
    if not is_upi_id(upi_id):
        raise InstrumentRefused("upi_id", "A UPI ID looks like name@bank.")
    name, bank = upi_id.split("@")
    return Instrument(Kind.UPI, upi_id, f"UPI {name[:2]}••@{bank}")


def _bank(details: dict[str, str], currency: str) -> Instrument:
    """The token's three lines are number, code and holder."""
    number = re.sub(r"[\s-]", "", details.get("account_number", "")).upper()
    code = re.sub(r"[\s-]", "", details.get("ifsc", "")).upper()
    name = " ".join(details.get("account_name", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise InstrumentRefused("account_name", "Write the name the account is under, as the bank knows it.")
    if not re.fullmatch(rf"[A-Z0-9]{{6,{LONGEST_NUMBER}}}", number, re.ASCII) or not re.search(r"\d{4}", number):
        raise InstrumentRefused("account_number", "This does not look like an account number.")
    if currency == "INR":
        _check_indian(number, code)
    elif looks_like_iban(number):
        if not is_iban(number):
            raise InstrumentRefused("account_number", "This IBAN has a typo in it: please compare it once more.")
    elif not re.fullmatch(rf"[A-Z0-9]{{4,{LONGEST_CODE}}}", code, re.ASCII):
        raise InstrumentRefused("ifsc", "Write the bank’s code too, such as its BIC, sort code or routing number.")
    return Instrument(Kind.BANK, "\n".join((number, code, name)), f"Bank •••• {number[-4:]}")


def _check_indian(number: str, code: str) -> None:
    if not re.fullmatch(r"\d{9,18}", number, re.ASCII):
        raise InstrumentRefused("account_number", "An account number has 9 to 18 digits.")
    if not re.fullmatch(r"[A-Z]{4}0[A-Z0-9]{6}", code, re.ASCII):
        raise InstrumentRefused("ifsc", "An IFSC is four letters, a zero and six more characters.")


def written_out(kind: str, token: str) -> str:
    """Everything that is needed to send money there, for the eyes of whoever sends it."""
    if kind == Kind.UPI:
        return f"UPI {token}"
    number, code, name = token.split("\n")
    return f"{name}, account {number}" + (f", bank code {code}" if code else "")


def own_account(details: str) -> list[tuple[str, str]]:
    """`IBAN: …; BIC: …` of the settings as rows to show; ValueError when a part has no label or no value."""
    rows = []
    for part in details.split(";"):
        if not part.strip():
            continue
        label, colon, value = (piece.strip() for piece in part.partition(":"))
        if not (colon and label and value):
            raise ValueError(part.strip())
        rows.append((label, value))
    return rows
