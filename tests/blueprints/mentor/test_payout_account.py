"""Set up payouts as a mentor meets it: one button, the password, Stripe's page, and honest words while it is not ready."""

import pytest

from app.kernel.money import Money
from app.payments import ledger
from app.payments.payout_accounts import account_of
from tests import factories
from tests.blueprints.reading import fault_of, read, text_of
from tests.stripe_side import at_stripe

pytestmark = pytest.mark.database
__all__ = ["at_stripe"]
HTMX = {"HX-Request": "true"}
PAGE, DIALOG = "/dashboard/mentor/withdrawals", "/dashboard/mentor/earnings/payout-account"
WITHDRAW, BACK = "/dashboard/mentor/earnings/withdraw", DIALOG + "/return"


@pytest.fixture
def rich(mentor):
    """Mira, verified, with $100 available."""
    factories.verified(mentor)
    entries = {ledger.available_to(mentor.id): Money(10_000, "USD"), ledger.provider_account("stripe"): Money(-10_000, "USD")}
    with factories.transaction():
        ledger.post("test", str(mentor.id), entries)
    return mentor


@pytest.fixture
def browser(at_stripe, client, rich):
    """Mira's browser, at an instance that uses Stripe."""
    return factories.signed_in(client, rich)


def go(browser, **headers):
    return browser.post(DIALOG, data={"password": factories.PASSWORD}, headers=headers)


def test_the_page_and_the_withdraw_dialog_both_lead_there(browser) -> None:
    page = browser.get(PAGE)
    assert "Not set up" in text_of(page)
    assert "Set up payouts" in read(page).buttons
    assert "UPI" not in text_of(page), "Stripe pays to banks"
    dialog = browser.get(WITHDRAW, headers=HTMX)
    assert "Set up payouts" in read(dialog).buttons
    assert "Confirm" not in read(dialog).buttons


def test_the_password_then_stripes_page(browser) -> None:
    assert "Go on to Stripe" in read(browser.get(DIALOG, headers=HTMX)).buttons
    wrong = browser.post(DIALOG, data={"password": "no"}, headers=HTMX)
    assert (wrong.status_code, fault_of(wrong, "Password")) == (422, "This is not your password.")
    assert go(browser, **HTMX).headers["HX-Redirect"].startswith("https://connect.stripe.com/setup/")


def test_without_scripts_a_link_leads_there(browser) -> None:
    answer = go(browser)
    assert answer.status_code == 200
    assert 'href="https://connect.stripe.com/setup/' in answer.text


def test_coming_back_believes_nothing_of_the_address(browser, rich) -> None:
    assert browser.get(BACK).status_code == 302, "even when nothing was ever set up"
    go(browser, **HTMX)
    said = browser.get(BACK + "?account=acct_1&payouts_enabled=true&details_submitted=1", follow_redirects=True)
    assert "Not finished" in text_of(said)
    assert "Stripe still needs something from you: a bank account" in text_of(said)
    assert "Go on" in read(said).buttons


def test_each_state_is_said_and_the_next_step_with_it(browser, at_stripe, rich) -> None:
    go(browser, **HTMX)
    name = account_of(rich).token
    at_stripe.check(name)
    said = text_of(browser.get(BACK, follow_redirects=True))
    assert "Being checked" in said
    at_stripe.finish(name)
    ready = browser.get(BACK, follow_redirects=True)
    assert "Bank •••• 6789" in text_of(ready)
    assert "Change at Stripe" in read(ready).buttons
    dialog = browser.get(WITHDRAW, headers=HTMX)
    assert "Confirm" in read(dialog).buttons
    assert "Another method" not in text_of(dialog)
    at_stripe.restrict(name)
    stopped = text_of(browser.get(BACK, follow_redirects=True))
    assert "No money can be sent there now" in stopped
    assert "waits here" in stopped
    at_stripe.restrict(name, "rejected.fraud")
    assert "does not pay out to you" in text_of(browser.get(BACK, follow_redirects=True))


def test_two_taps_withdraw(browser, at_stripe, rich) -> None:
    go(browser, **HTMX)
    at_stripe.finish(account_of(rich).token)
    browser.get(BACK)
    form = browser.get(WITHDRAW, headers=HTMX)
    method = next(node.attributes["value"] for node in read(form).all() if node.attributes.get("name") == "method")
    done = browser.post(WITHDRAW, data={"amount": "40", "method": method}, headers=HTMX)
    assert "Processed in 24 hrs. $40 is due" in done.headers["HX-Trigger"]


def test_stripes_silence_is_told_with_the_next_step(browser, at_stripe) -> None:
    at_stripe.hangs_up_before.add("/v1/accounts")
    answer = go(browser, **HTMX)
    assert answer.status_code == 409
    assert "Nothing is lost" in text_of(answer)
    assert "try again" in text_of(answer)
    assert "Set up payouts" in read(browser.get(PAGE)).buttons


def test_where_mentors_type_it_on_our_page_there_is_no_such_page(client, rich) -> None:
    mira = factories.signed_in(client, rich)
    assert mira.get(DIALOG).status_code == 404
    assert mira.get(BACK).status_code == 404
    assert "Where your money goes" not in text_of(mira.get(PAGE))
