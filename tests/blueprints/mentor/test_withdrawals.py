"""Withdraw and Confirm as a mentor meets them: the dialog, the list, the figures, the file."""

import csv
import io
from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import jobs, ledger
from app.payments.payout_methods import add_payout_method, payout_methods
from app.payments.payout_models import Payout, PayoutState
from app.web import paging
from app.web.spreadsheet import harmless
from tests import factories
from tests.blueprints.learner.test_payments import address_of
from tests.blueprints.reading import by_id, control, fault_of, fragment_of, read, text_of

HTMX = {"HX-Request": "true"}
DIALOG = "/dashboard/mentor/earnings/withdraw"
UPI = {"amount": "40", "method": "upi", "upi_id": "success@upi", "password": factories.PASSWORD}


@pytest.fixture
def rich(mentor):
    """Mira, verified, with $100 available."""
    factories.verified(mentor)
    entries = {ledger.available_to(mentor.id): Money(10_000, "USD"), ledger.provider_account("rehearsal"): Money(-10_000, "USD")}
    with factories.transaction():
        ledger.post("test", str(mentor.id), entries)
    return mentor


@pytest.fixture
def browser(client, rich):
    """Mira's browser."""
    return factories.signed_in(client, rich)


def dialog(browser):
    return browser.get(DIALOG, headers=HTMX)


def confirm(browser, **data):
    return browser.post(DIALOG, data=data, headers=HTMX)


def all_payouts() -> list[Payout]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Payout).order_by(Payout.id)))


def rows_of(answer) -> list[int]:
    """The numbers of the withdrawals that are shown, in their order."""
    ids = [node.attributes.get("id", "") for node in read(answer).all() if node.tag == "tr"]
    return [int(one.removeprefix("payout-")) for one in ids if one.startswith("payout-")]


def test_the_page_has_the_button_and_an_invitation(browser):
    page = browser.get("/dashboard/mentor/withdrawals")
    assert read(page).buttons.count("Withdraw") == 1
    assert "Nothing withdrawn yet" in text_of(page)


def test_the_dialog_offers_everything_and_says_when_it_arrives(browser):
    answer = dialog(browser)
    assert control(answer, "Amount").attributes["value"] == "100.00"
    said = text_of(answer)
    assert "$100 is available." in said
    assert "Processed in 24 hrs. That is by tomorrow" in said
    assert "UTC" in said
    assert [label in said for label in ("Bank", "UPI", "Account number", "IFSC", "UPI ID", "Password")] == [True] * 6
    assert "Confirm" in read(answer).buttons
    assert all_payouts() == []


def test_with_a_saved_method_withdraw_and_confirm_are_two_taps(browser, rich):
    add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    answer = dialog(browser)
    sent = {node.attributes["name"]: node.attributes["value"] for node in read(answer).all() if is_sent(node)}
    answer = browser.post(DIALOG, data=sent, headers=HTMX)
    assert answer.status_code == 200
    assert "Processed in 24 hrs. $100 is due by tomorrow" in answer.headers["HX-Trigger"]
    assert "dialog:close" in answer.headers["HX-Trigger"]
    [payout] = all_payouts()
    assert (payout.amount, payout.label) == (Money(10_000, "USD"), "UPI su••@upi")


def is_sent(node) -> bool:
    """What a browser sends of the form as it came: hidden and typed values, and the radio that is chosen."""
    if node.tag != "input" or not node.attributes.get("value"):
        return False
    return node.attributes.get("type") != "radio" or "checked" in node.attributes


def test_the_first_withdrawal_keeps_the_method_typed_with_it(browser, rich):
    assert confirm(browser, **UPI).status_code == 200
    assert [payout.amount_minor for payout in all_payouts()] == [4000]
    assert [method.label for method in payout_methods(rich)] == ["UPI su••@upi"]
    radios = [node.attributes["value"] for node in read(dialog(browser)).all() if node.attributes.get("name") == "method"]
    assert radios == [f"saved:{payout_methods(rich)[0].id}", "bank", "upi"]


@pytest.mark.parametrize(
    ("changes", "label", "says"),
    [
        ({"amount": ""}, "Amount", "Say how much you want to withdraw."),
        ({"amount": "-1"}, "Amount", "Write an amount above zero."),
        ({"amount": "100.01"}, "Amount", "You can withdraw up to $100."),
        ({"amount": "٤٠"}, "Amount", "Write an amount such as 18 or 18.50."),
        ({"amount": "9" * 300}, "Amount", "Use at most 100 characters."),
        ({"upi_id": "me"}, "UPI ID", "A UPI ID looks like name@bank."),
        ({"password": "wrong"}, "Password", "This is not your password."),
        (
            {"method": "bank", "account_number": "12", "ifsc": "TEST0123456"},
            "Account number",
            "An account number has 9 to 18 digits.",
        ),
        ({"method": "gold"}, "Payout method", "Choose where the money goes."),
        ({"method": ""}, "Payout method", "Choose where the money goes."),
    ],
)
def test_a_mistake_stays_in_the_dialog_with_what_was_typed(browser, changes, label, says):
    answer = confirm(browser, **{**UPI, **changes})
    assert answer.status_code == 422
    assert fault_of(answer, label) == says
    assert control(answer, "UPI ID").attributes["value"] == changes.get("upi_id", "success@upi")
    assert factories.PASSWORD not in answer.get_data(as_text=True)
    assert all_payouts() == []


def test_another_method_is_kept_for_tomorrow_and_moves_no_money(browser, rich):
    add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    typed = {"method": "bank", "account_number": "000123456789", "ifsc": "TEST0123456", "password": factories.PASSWORD}
    answer = confirm(browser, amount="40", **typed)
    assert "can withdraw to it from tomorrow" in answer.headers["HX-Trigger"]
    assert all_payouts() == []
    later = payout_methods(rich)[-1]
    refused = confirm(browser, amount="40", method=f"saved:{later.id}")
    assert (refused.status_code, "a day after it was added" in fault_of(refused, "Payout method")) == (422, True)
    assert "New: Tomorrow" in text_of(browser.get("/dashboard/mentor/withdrawals"))


def test_the_list_says_what_became_of_each_the_newest_first(browser, rich):
    confirm(browser, **UPI)
    jobs.carry_out_payouts()
    with clock.stopped(now() + timedelta(seconds=10)):
        jobs.carry_out_payouts()
    confirm(browser, amount="10", method=f"saved:{payout_methods(rich)[0].id}")
    assert [payout.state for payout in all_payouts()] == [PayoutState.PAID, PayoutState.WANTED]
    rows = [node.text for node in read(browser.get("/dashboard/mentor/earnings/withdrawals")).all() if node.tag == "tr"][1:]
    assert "$10" in rows[0]
    assert "On its way Due by tomorrow" in rows[0]
    assert "$40" in rows[1]
    assert "Paid Arrived today" in rows[1]


def test_the_newest_five_stand_there_and_show_more_brings_every_earlier_one(browser, monkeypatch):
    monkeypatch.setattr(paging, "STEP", 2)
    for _ in range(10):
        confirm(browser, **{**UPI, "amount": "1", "method": "saved:1" if all_payouts() else "upi"})
    numbers = [payout.id for payout in reversed(all_payouts())]
    answer = browser.get("/dashboard/mentor/withdrawals")
    first = next(node.attributes["hx-get"] for node in read(answer).all() if node.attributes.get("id") == "withdrawals-first")
    stretches = [rows_of(answer)]
    while "Show more" in text_of(answer):
        answer = browser.get(address_of(answer, "Show more"))
        stretches.append(rows_of(answer))
    assert stretches == [numbers[:5], numbers[5:7], numbers[7:9], numbers[9:]]
    confirm(browser, **{**UPI, "amount": "1", "method": "saved:1"})
    assert rows_of(browser.get(first)) == [all_payouts()[-1].id, *numbers[:5]], "nothing is shown twice or left out"
    assert "Nothing earlier" in text_of(browser.get("/dashboard/mentor/withdrawals?before=1.0.1"))


def test_what_was_withdrawn_in_another_tab_is_told_in_the_dialog(browser):
    confirm(browser, **{**UPI, "amount": "100"})
    answer = confirm(browser, amount="100", method="saved:1")
    assert (answer.status_code, fault_of(answer, "Amount")) == (422, "There is nothing to withdraw now.")
    assert by_id(answer, "withdraw") is not None


def test_what_came_back_says_why(browser):
    details = {"account_number": "000123450001", "ifsc": "TEST0123456"}
    confirm(browser, amount="40", method="bank", password=factories.PASSWORD, **details)
    jobs.carry_out_payouts()
    with clock.stopped(now() + timedelta(seconds=16)):
        jobs.carry_out_payouts()
    assert "Came back The bank returned it. It is available again." in text_of(browser.get("/dashboard/mentor/withdrawals"))


def test_the_four_figures(browser):
    confirm(browser, **UPI)
    jobs.carry_out_payouts()
    with clock.stopped(now() + timedelta(seconds=10)):
        jobs.carry_out_payouts()
        confirm(browser, **{**UPI, "amount": "25", "method": "saved:1"})
    for path in ("/dashboard/mentor/earnings/figures", "/dashboard/mentor/snapshot"):
        said = text_of(browser.get(path))
        for part in ("Available now $35", "Held $0", "In payout $25", "Paid out $40"):
            assert part in said, path


@pytest.mark.parametrize(("element", "path"), [("withdrawals", "withdrawals"), ("snapshot", "figures"), ("payout-methods", "methods")])
def test_each_fragment_is_word_for_word_the_part_of_the_page(browser, element, path):
    confirm(browser, **UPI)
    page, fragment = browser.get("/dashboard/mentor/withdrawals"), browser.get(f"/dashboard/mentor/earnings/{path}", headers=HTMX)
    assert fragment_of(page, element) == fragment_of(fragment, element)


def test_with_nothing_to_withdraw_the_dialog_says_when_there_will_be(client, mentor):
    answer = dialog(factories.signed_in(client, factories.verified(mentor)))
    assert "There is nothing to withdraw now." in text_of(answer)
    assert "Confirm" not in read(answer).buttons


def test_an_unverified_mentor_is_told_what_to_do(client, mentor):
    browser = factories.signed_in(client, mentor)
    assert "Verify your address first." in text_of(dialog(browser))
    assert confirm(browser, **UPI).status_code == 422
    assert all_payouts() == []


def test_somebody_else_s_method_is_not_found(app, browser, rich):
    theirs = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    stranger = factories.verified(factories.mentor("Stranger"))
    app.config["WTF_CSRF_ENABLED"] = False
    other = factories.signed_in(app.test_client(), stranger)
    assert other.post(DIALOG, data={"amount": "1", "method": f"saved:{theirs.id}"}, headers=HTMX).status_code == 404
    assert other.post(f"/dashboard/mentor/earnings/methods/{theirs.id}/removal", headers=HTMX).status_code == 404
    for nonsense in ("saved:", "saved:x", "saved:-1", "saved:" + "9" * 30):
        assert confirm(browser, amount="1", method=nonsense).status_code == 404


def test_a_method_can_be_forgotten(browser, rich):
    theirs = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    answer = browser.post(f"/dashboard/mentor/earnings/methods/{theirs.id}/removal", headers=HTMX)
    assert "Forgotten" in answer.headers["HX-Trigger"]
    assert by_id(answer, f"payout-method-{theirs.id}") is None
    assert list(payout_methods(rich)) == []


def test_the_twenty_first_try_waits(browser):
    answers = [confirm(browser, **{**UPI, "password": f"guess {number}"}).status_code for number in range(21)]
    assert answers == [422] * 20 + [429]


def test_without_scripts_the_page_opens_the_dialog_and_confirm_comes_back_to_it(browser):
    assert browser.get(DIALOG).location == "/dashboard/mentor/withdrawals?withdraw=1"
    assert (
        f'hx-get="{DIALOG}" hx-target="#dialog-host" hx-trigger="load"' in browser.get("/dashboard/mentor/withdrawals?withdraw=1").text
    )
    assert browser.post(DIALOG, data=UPI).location == "/dashboard/mentor/withdrawals"


def test_the_file_holds_earnings_and_withdrawals_and_runs_no_formula(browser, rich, learner):
    factories.confirmed(learner, factories.lesson(rich, title="=1+1 knots"))
    confirm(browser, **UPI)
    answer = browser.get("/dashboard/mentor/earnings.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert head == ["Date", "Kind", "What", "Who", "Gross", "Fee", "Tip", "Net", "Currency", "Status", "Note", "Documents"]
    assert [row[1:9] for row in rows] == [
        ["Session", "'=1+1 knots", "Lev Park", "18.00", "0.00", "", "18.00", "USD"],
        ["Withdrawal", "", "UPI su••@upi", "", "", "", "40.00", "USD"],
    ]


def test_what_arrived_has_its_document_in_its_row_and_its_number_in_the_file(browser, rich):
    confirm(browser, **UPI)
    assert "/receipts/" not in browser.get("/dashboard/mentor/withdrawals").get_data(as_text=True)
    for seconds in (0, 20):
        with clock.stopped(now() + timedelta(seconds=seconds)):
            jobs.carry_out_payouts()
    number = f"W-{now():%Y}-000001"
    row = text_of(browser.get("/dashboard/mentor/earnings/withdrawals"))
    assert f"Document {number}" in row
    assert browser.get("/dashboard/mentor/earnings.csv").get_data(as_text=True).rstrip().endswith(number)
    sheet = browser.get(f"/receipts/{number}").get_data(as_text=True)
    for words in ("Withdrawal", "UPI su••@upi", "40.00 USD", "To your withdrawals"):
        assert words in sheet
    assert browser.get(f"/receipts/{number}.pdf").data.startswith(b"%PDF-")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_is_text(cell):
    assert harmless(cell) == "'" + cell
    assert harmless("Knots = braids") == "Knots = braids"
