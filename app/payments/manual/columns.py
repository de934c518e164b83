"""Which column of a statement is which: every bank has its own names for the same five things."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.payments.manual.amounts import plain

DATE = {
    "date", "booking date", "value date", "transaction date", "txn date", "tran date", "posting date", "posted date",
    "completed date", "buchungstag", "buchungsdatum", "valutadatum", "wertstellung", "datum", "fecha", "date operation", "data",
}  # fmt: skip
AMOUNT = {"amount", "amount inr", "amount eur", "amount usd", "transaction amount", "betrag", "umsatz", "importe", "montant"}
IN = {
    "credit", "credits", "credit amount", "credit amt", "deposit", "deposits", "deposit amt", "deposit amount", "paid in",
    "money in", "cr", "haben", "gutschrift", "abono",
}  # fmt: skip
OUT = {
    "debit", "debits", "debit amount", "debit amt", "withdrawal", "withdrawals", "withdrawal amt", "withdrawal amount", "paid out",
    "money out", "dr", "soll", "lastschrift", "cargo",
}  # fmt: skip
SIGN = {"dr/cr", "cr/dr", "debit/credit", "credit/debit", "type", "transaction type", "soll/haben", "s/h"}
CURRENCY = {"currency", "ccy", "wahrung", "waehrung", "währung", "moneda", "devise"}
TEXT = {
    "description", "transaction description", "reference", "payment reference", "narration", "details", "transaction details",
    "particulars", "remarks", "transaction remarks", "memo", "message", "purpose", "text", "note", "notes", "concepto", "libelle",
    "verwendungszweck", "buchungstext", "payee", "payer", "name", "counterparty", "beneficiary/remitter",
    "beguenstigter/zahlungspflichtiger", "auftraggeber", "zahlungsempfanger", "sender", "utr", "ref no", "chq/ref no",
}  # fmt: skip
INCOMING = {"CR", "C", "CREDIT", "H", "HABEN", "IN", "DEPOSIT"}
OUTGOING = {"DR", "D", "DEBIT", "S", "SOLL", "OUT", "WITHDRAWAL"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in a row; `amount` is signed, or `sign` says so, or `money_in` and `money_out` are two columns."""

    day: int
    amount: int | None
    money_in: int | None
    money_out: int | None
    sign: int | None
    currency: int | None
    texts: tuple[int, ...]


def columns_of(header: Sequence[str]) -> Columns | None:
    """What a row names, if it is the row of names: it has a day, money and a text."""
    names = [_name(cell) for cell in header]
    day, amount, money_in = _first(names, DATE), _first(names, AMOUNT), _first(names, IN)
    texts = tuple(number for number, name in enumerate(names) if name in TEXT)
    if day is None or (amount is None and money_in is None) or not texts:
        return None
    return Columns(day, amount, money_in, _first(names, OUT), _first(names, SIGN), _first(names, CURRENCY), texts)


def _first(names: Sequence[str], known: set[str]) -> int | None:
    return next((number for number, name in enumerate(names) if name in known), None)


def _name(cell: str) -> str:
    """Small letters, without what banks add in brackets, marks and double spaces."""
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", plain(cell).casefold())
    return " ".join(re.sub(r"[.:*\"_-]", " ", text).split())
