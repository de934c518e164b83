"""Reference numbers that a payer types into their bank's form: `PL-7K3M-92WD`.

No two characters of the alphabet look alike (no 0 O Q, 1 I L, B, S, Z, G, U V, F), and the last one is a check digit: with 23
characters, a prime number, and weights 1 to 8 every single wrong character and every two that changed places are noticed.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ACDEHJKMNPRTWXY"
PREFIX = "PL"
LENGTH = 8
_CELLS = re.compile(f"(?={PREFIX}([{ALPHABET}]{{{LENGTH}}}))")
_MEANT = re.compile(rf"\b{PREFIX}[\s-]*[0-9A-Z]{{3,5}}[\s-]+[0-9A-Z]{{3,5}}\b|\b{PREFIX}(?=[A-Z]*\d)[0-9A-Z]{{7,9}}\b")


def new_reference() -> str:
    """Eight characters, the last of them the check digit."""
    head = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return head + _check_digit(head)


def shown(reference: str) -> str:
    """As people read it."""
    return f"{PREFIX}-{reference[:4]}-{reference[4:]}"


def is_reference(text: str) -> bool:
    """Whether eight characters are a reference: of the alphabet, with the right check digit."""
    return len(text) == LENGTH and all(one in ALPHABET for one in text) and text[-1] == _check_digit(text[:-1])


def found_in(text: str) -> list[str]:
    """Every reference in a free text, whatever spaces, dashes, case or digits were used; each once."""
    found = (match[1] for match in _CELLS.finditer(_letters_only(text)))
    return list(dict.fromkeys(one for one in found if is_reference(one)))


def is_meant_in(text: str) -> bool:
    """Whether somebody wrote what was to be a reference, for saying that there is a typo in it."""
    return _MEANT.search(_plain(text)) is not None


def _letters_only(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", _plain(text))


def _plain(text: str) -> str:
    """Capital letters and the ten ASCII digits, whichever script the digits came in."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in folded)


def _check_digit(head: str) -> str:
    total = sum(weight * ALPHABET.index(one) for weight, one in enumerate(head, start=1))
    prime = len(ALPHABET)
    return ALPHABET[-total * pow(LENGTH, -1, prime) % prime]
