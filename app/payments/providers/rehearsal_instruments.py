"""Typed details become instruments; real ones are refused, because a rehearsal has no business holding them."""

import re
from collections.abc import Container

from app.payments.providers.base import Instrument, InstrumentRefused, Kind


def upi(details: dict[str, str]) -> Instrument:
    """`upi_id`; any that looks like one is played."""
    upi_id = details.get("upi_id", "").strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9.\-_]{1,63}@[a-z][a-z0-9]{1,31}", upi_id, re.ASCII):
        raise InstrumentRefused("upi_id", "A UPI ID looks like name@bank.")
    name, bank_name = upi_id.split("@")
    return Instrument(Kind.UPI, upi_id, f"UPI {name[:2]}••@{bank_name}")


def card(details: dict[str, str], *, played: Container[str]) -> Instrument:
    """`card_number`, one of those the script plays."""
    number = re.sub(r"[ -]", "", details.get("card_number", ""))
    if not re.fullmatch(r"\d{12,19}", number, re.ASCII):
        raise InstrumentRefused("card_number", "A card number has 12 to 19 digits.")
    if number not in played:
        raise InstrumentRefused("card_number", "This is a rehearsal: use the test card 4242 4242 4242 4242, never a real one.")
    return Instrument(Kind.CARD, number, f"Card •••• {number[-4:]}")


def bank(details: dict[str, str], *, played: Container[str]) -> Instrument:
    """`account_number` with one of the last four digits the script plays, and `ifsc`."""
    account = details.get("account_number", "").replace(" ", "")
    ifsc = details.get("ifsc", "").strip().upper()
    if not re.fullmatch(r"\d{9,18}", account, re.ASCII):
        raise InstrumentRefused("account_number", "An account number has 9 to 18 digits.")
    if account[-4:] not in played:
        raise InstrumentRefused("account_number", "This is a rehearsal: use the test account 000123456789, never a real one.")
    if not re.fullmatch(r"[A-Z]{4}0[A-Z0-9]{6}", ifsc, re.ASCII):
        raise InstrumentRefused("ifsc", "An IFSC is four letters, a zero and six more characters.")
    return Instrument(Kind.BANK, f"{account}/{ifsc}", f"Bank •••• {account[-4:]}")
