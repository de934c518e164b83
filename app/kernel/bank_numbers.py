"""Numbers of bank accounts: whether they can be right, told by their own check digits."""

import re


def is_upi_id(text: str) -> bool:
    """`name@bank`, in small letters."""
    return re.fullmatch(r"[a-z0-9][a-z0-9.\-_]{1,63}@[a-z][a-z0-9]{1,31}", text, re.ASCII) is not None


def is_iban(text: str) -> bool:
    """An IBAN without spaces whose check digits are right (ISO 13616: the rest of a division by 97 is 1)."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text, re.ASCII):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def looks_like_iban(text: str) -> bool:
    """Whether somebody meant an IBAN: two letters and two digits in front."""
    return re.match(r"[A-Z]{2}\d{2}", text, re.ASCII) is not None
