"""Statements as banks write them, and files that are none."""

from datetime import date

import pytest

from app.kernel.errors import Invalid
from app.payments.manual.statement import read_statement


def amounts(raw: bytes, currency: str = "USD") -> list[tuple[int, str]]:
    return [(row.amount.amount_minor, row.amount.currency) for row in read_statement(raw, currency).rows]


def test_semicolons_decimal_commas_and_a_byte_order_mark() -> None:
    text = "\ufeffKontoauszug\n\nBuchungstag;Verwendungszweck;Betrag (EUR);Währung\n24.11.26;PL-7K3M-92WD Größe;1.234,50;EUR\n"
    [row] = read_statement(text.encode(), "EUR").rows
    assert (row.amount.amount_minor, row.booked_on, row.number) == (123450, date(2026, 11, 24), 4)
    assert row.text == "PL-7K3M-92WD Größe"


def test_latin_1_tabs_and_windows_lines() -> None:
    raw = "Datum\tText\tBetrag\r\n24.11.2026\tfür Müller\t18,00\r\n".encode("latin-1")
    [row] = read_statement(raw, "EUR").rows
    assert (row.text, row.amount.amount_minor) == ("für Müller", 1800)


def test_utf_16_as_excel_saves_it() -> None:
    assert amounts("Date\tAmount\tDescription\n2026-11-24\t18.00\tx\n".encode("utf-16")) == [(1800, "USD")]


def test_two_columns_for_credits_and_debits_and_indian_thousands() -> None:
    raw = (
        b"Txn Date,Narration,Withdrawal Amt.,Deposit Amt.,Closing Balance\n"
        b'24/11/26,UPI-PL7K,,"1,23,456.00","9,99,999.00"\n'
        b'24/11/26,RENT,"5,000.00",,"9,94,999.00"\n'
        b"24/11/26,UPI-2,0.00,18.00,1\n"
    )
    statement = read_statement(raw, "INR")
    assert [row.amount.amount_minor for row in statement.rows] == [12_345_600, 1800]
    assert statement.outgoing == 1


def test_digits_of_other_scripts() -> None:
    assert amounts("Date,Amount,Description\n٢٠٢٦-١١-٢٤,١٬٢٣٤٫٥٠,x\n2026-11-24,१८,y\n".encode()) == [(123450, "USD"), (1800, "USD")]


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("18", 1800), ("18.5", 1850), ("$18.50", 1850), ("18.00 USD", 1800), ("+18.00", 1800), ("18.00 CR", 1800), ("1 234,50", 123450),
        ("1'234.50", 123450), ("1.234.567,89", 123456789), ("1,234", 123400), ("Rs. 18.00", 1800), (".50", 50), ("18.-", 1800),
    ],
)  # fmt: skip
def test_money_that_came_is_read_however_it_is_written(written: str, minor: int) -> None:
    assert amounts(f'Date,Amount,Description\n2026-11-24,"{written}",x\n'.encode()) == [(minor, "USD")]


@pytest.mark.parametrize("written", ["-18.00", "18.00-", "(18.00)", "18.00 DR", "−18.00", "$-18"])
def test_money_that_left_is_counted_and_left_alone(written: str) -> None:
    statement = read_statement(f'Date,Amount,Description\n2026-11-24,"{written}",x\n'.encode(), "USD")
    assert (statement.rows, statement.outgoing) == ([], 1)


def test_a_column_may_say_which_way_money_went() -> None:
    raw = b"Date,Amount,Dr/Cr,Description\n2026-11-24,18.00,CR,a\n2026-11-24,18.00,DR,b\n"
    statement = read_statement(raw, "USD")
    assert ([row.text for row in statement.rows], statement.outgoing) == (["a"], 1)


def test_lines_that_cannot_be_read_are_named_and_stop_nothing_else() -> None:
    raw = (
        b"Date,Amount,Description\n"
        b"2026-11-24,18.00,good\n"
        b"\n"
        b"yesterday,18.00,x\n"
        b"2026-11-24,about 18,x\n"
        b"2026-11-24,12.345678,x\n"
        b"2026-11-24\n"
        b"2026-13-45,1,x\n"
        b"2026-11-24,,x\n"
        b"2026-11-25,19.00,good too\n"
        b",,Closing balance\n"
    )
    statement = read_statement(raw, "USD")
    assert [row.text for row in statement.rows] == ["good", "good too"]
    assert {unread.number for unread in statement.unread} == {4, 5, 6, 7, 8, 9, 11}
    assert "“yesterday” is no date" in [unread.why for unread in statement.unread]
    assert "“about 18” is no amount" in [unread.why for unread in statement.unread]


def test_a_currency_that_is_none_is_named() -> None:
    [unread] = read_statement(b"Date,Amount,Currency,Description\n2026-11-24,18,dollars,x\n", "USD").unread
    assert unread.why == "“DOLLARS” is no currency"


def test_a_text_over_two_lines_is_one_entry_and_its_number_is_where_it_begins() -> None:
    raw = b'Date,Amount,Description\n2026-11-24,18.00,"PL-7K3M\n92WD"\nbroken,1,x\n'
    statement = read_statement(raw, "USD")
    assert [row.text for row in statement.rows] == ["PL-7K3M 92WD"]
    assert [unread.number for unread in statement.unread] == [4]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    raw = b'Date,Amount,Description\n2026-11-24,18.00,"open\n2026-11-24,19.00,lost\n'
    with pytest.raises(Invalid, match="line 2 is never closed. Nothing was imported"):
        read_statement(raw, "USD")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "an Excel workbook"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"Date,Amount,Description\n\x00\x00", "not a text file"),
        (b"Hello,World\n1,2\n", "name no columns we know"),
        (b"Date,Description\n2026-11-24,x\n", "name no columns we know"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        (b"\xff\xfeD", "not a text file"),
    ],
)
def test_what_is_no_statement_is_refused_with_the_reason(raw: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_statement(raw, "USD")


def test_lines_that_are_alike_are_told_apart() -> None:
    raw = b"Date,Amount,Description\n2026-11-24,18.00,same\n2026-11-24,18.00,same\n2026-11-25,18.00,same\n"
    assert [row.turn for row in read_statement(raw, "USD").rows] == [1, 2, 1]
