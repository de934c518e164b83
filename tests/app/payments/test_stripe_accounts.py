"""Where a mentor's money goes at Stripe: made once, asked about, never believed from a browser; and what withdrawals do there.

Stripe's own client drives a stand-in over real HTTP (tests/setup/stripe_stand_in.py).
"""

from datetime import timedelta

import pytest

from app.accounts.models import User
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Money
from app.notifications.queries import latest
from app.payments import jobs, ledger
from app.payments.payout_accounts import account_of, come_back, set_up
from app.payments.payout_methods import payout_methods, remove_payout_method
from app.payments.payout_models import Payout, PayoutState
from app.payments.payouts import Withdrawal, withdraw
from app.payments.providers.base import Readiness
from app.payments.providers.stripe_accounts import in_words
from tests import factories
from tests.setup.stripe_stand_in import Refusal
from tests.stripe_side import CONNECT_SECRET, at_stripe, tell

pytestmark = pytest.mark.database
__all__ = ["at_stripe"]
RESTRICTED = "requirements.past_due"


@pytest.fixture
def rich(at_stripe, mentor: User) -> User:
    """Mira, verified, with $100 available at Stripe."""
    factories.verified(mentor)
    entries = {ledger.available_to(mentor.id): Money(10_000, "USD"), ledger.provider_account("stripe"): Money(-10_000, "USD")}
    with factories.transaction():
        ledger.post("test", str(mentor.id), entries)
    return mentor


@pytest.fixture
def connected(at_stripe, rich: User) -> User:
    """Mira, whose account at Stripe is ready."""
    set_up(rich, factories.PASSWORD)
    at_stripe.finish(name_of(rich))
    assert come_back(rich)
    return rich


def name_of(mentor: User) -> str:
    found = account_of(mentor)
    assert found is not None
    assert found.token is not None
    return found.token


def accounts(at_stripe) -> list[str]:
    return list(at_stripe.objects["accounts"])


def balances(mentor: User) -> tuple[int, int]:
    """Available and on its way, in cents."""
    assert ledger.imbalance() == {}
    return tuple(
        ledger.balance(name, "USD").amount_minor for name in (ledger.available_to(mentor.id), ledger.in_payout_of(mentor.id))
    )  # type: ignore[return-value]


def forty(mentor: User) -> Payout:
    return withdraw(mentor, Withdrawal("40", method_id=payout_methods(mentor)[-1].id))


def again(payout: Payout) -> Payout:
    jobs.carry_out_payouts()
    db.session.expire_all()
    return payout


def test_a_mentor_goes_to_stripes_page_and_comes_back_ready(at_stripe, rich) -> None:
    address = set_up(rich, factories.PASSWORD)
    assert address.startswith("https://connect.stripe.com/setup/")
    [name] = accounts(at_stripe)
    assert at_stripe.objects["accounts"][name]["metadata"] == {"peerlearn_mentor": str(rich.id)}
    assert payout_methods(rich) == []
    at_stripe.finish(name)
    assert come_back(rich)
    [method] = payout_methods(rich)
    assert (method.label, method.kind, method.token) == ("Bank •••• 6789", "bank", f"{name}/ba_1")
    assert method.usable_from <= now(), "the first place can be used at once"
    assert "Bank •••• 6789" in latest(rich, 1)[0].body
    raw = db.session.execute(db.text("SELECT token FROM payout_accounts UNION ALL SELECT token FROM payout_methods")).scalars()
    assert not any("acct_" in stored for stored in raw), "encrypted in the database"


def test_without_the_password_nobody_is_asked(at_stripe, rich) -> None:
    for wrong in ("", "not it"):
        with pytest.raises(Invalid) as refusal:
            set_up(rich, wrong)
        assert set(refusal.value.fields) == {"password"}
    assert at_stripe.calls == []
    assert account_of(rich) is None


@pytest.mark.parametrize("when", ["hangs_up_after", "hangs_up_before"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=30)])
def test_a_lost_answer_makes_no_second_account(at_stripe, rich, when, later) -> None:
    getattr(at_stripe, when).add("/v1/accounts")
    with pytest.raises(Conflict, match="nothing is made twice"):
        set_up(rich, factories.PASSWORD)
    getattr(at_stripe, when).clear()
    at_stripe._keys.clear()  # a day has passed, or might have: Stripe remembers no key
    assert account_of(rich) is not None
    with clock.stopped(now() + later):
        assert set_up(rich, factories.PASSWORD).startswith("https://connect.stripe.com/")
        assert set_up(rich, factories.PASSWORD).startswith("https://connect.stripe.com/")
    assert accounts(at_stripe) == [name_of(rich)]


def test_an_account_whose_answer_was_lost_is_found_by_the_sweep_too(at_stripe, rich) -> None:
    at_stripe.hangs_up_after.add("/v1/accounts")
    with pytest.raises(Conflict):
        set_up(rich, factories.PASSWORD)
    at_stripe.hangs_up_after.clear()
    with clock.stopped(now() + timedelta(minutes=6)):
        jobs.look_at_payout_accounts()
    assert name_of(rich) == accounts(at_stripe)[0]


def test_a_refusal_of_stripe_is_told_and_can_be_tried_again(at_stripe, rich) -> None:
    at_stripe.refuses["/v1/accounts"] = Refusal(400, "invalid_request_error", "", "You can only create accounts with Connect.")
    with pytest.raises(Conflict, match="does not open this account"):
        set_up(rich, factories.PASSWORD)
    at_stripe.refuses.clear()
    with clock.stopped(now() + timedelta(minutes=3)):
        assert set_up(rich, factories.PASSWORD), "with a key of its own: Stripe repeats the first answer to the old one"


def test_back_unfinished_nothing_is_kept_and_it_says_what_is_missing(at_stripe, rich) -> None:
    set_up(rich, factories.PASSWORD)
    assert come_back(rich)
    found = account_of(rich)
    assert (found.readiness, payout_methods(rich)) == (Readiness.UNFINISHED, [])
    assert found.missing == "a bank account, details about you, what you do and your yes to its terms"
    at_stripe.check(name_of(rich))
    assert come_back(rich)
    assert (account_of(rich).readiness, payout_methods(rich)) == (Readiness.CHECKING, [])


def test_a_message_that_is_lost_is_found_by_asking(at_stripe, rich) -> None:
    set_up(rich, factories.PASSWORD)
    at_stripe.check(name_of(rich))
    come_back(rich)
    at_stripe.finish(name_of(rich))
    with clock.stopped(now() + timedelta(minutes=9)):
        jobs.look_at_payout_accounts()
        assert payout_methods(rich) == []
    with clock.stopped(now() + timedelta(minutes=11)):
        jobs.look_at_payout_accounts()
    assert [one.label for one in payout_methods(rich)] == ["Bank •••• 6789"]


def test_another_bank_at_stripe_is_a_new_place_and_waits_a_day(at_stripe, connected, client) -> None:
    at_stripe.finish(name_of(connected), last4="1111", bank="ba_2")
    for number in ("evt_same", "evt_same", "evt_other"):
        assert tell(client, "account.updated", name_of(connected), secret=CONNECT_SECRET, number=number) == 200
    db.session.expire_all()
    old, new = payout_methods(connected)
    assert (old.stopped_at is None, new.stopped_at) == (False, None)
    assert new.label == "Bank •••• 1111"
    assert new.usable_from > now() + timedelta(hours=23)
    with pytest.raises(Invalid, match="No money can be sent there now"):
        withdraw(connected, Withdrawal("40", method_id=old.id))
    with pytest.raises(Invalid, match="a day after"):
        withdraw(connected, Withdrawal("40", method_id=new.id))
    with clock.stopped(now() + timedelta(days=1, minutes=1)):
        payout = again(withdraw(connected, Withdrawal("40", method_id=new.id)))
    assert at_stripe.objects["payouts"][payout.provider_payout_id or sent(at_stripe)]["destination"] == "ba_2"


def sent(at_stripe) -> str:
    [name] = at_stripe.objects["payouts"]
    return name


def test_a_place_that_was_forgotten_comes_back_only_when_its_owner_asks(at_stripe, connected, client) -> None:
    remove_payout_method(connected, payout_methods(connected)[0].id)
    tell(client, "account.updated", name_of(connected), secret=CONNECT_SECRET)
    assert payout_methods(connected) == []
    assert set_up(connected, factories.PASSWORD).startswith("https://connect.stripe.com/express/")
    come_back(connected)
    [method] = payout_methods(connected)
    assert method.usable_from > now() + timedelta(hours=23)


def test_a_withdrawal_arrives(at_stripe, connected) -> None:
    payout = again(forty(connected))
    assert payout.state is PayoutState.SENT
    assert balances(connected) == (6000, 4000)
    at_stripe.settle(sent(at_stripe), "paid")
    assert again(payout).state is PayoutState.PAID
    assert balances(connected) == (6000, 0)
    assert at_stripe.balance(name_of(connected)) == 0
    assert ledger.balance(ledger.provider_account("stripe"), "USD").amount_minor == -6000


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("when", ["hangs_up_after", "hangs_up_before"])
def test_a_lost_answer_sends_nothing_twice(at_stripe, connected, path, when) -> None:
    getattr(at_stripe, when).add(path)
    payout = again(forty(connected))
    assert payout.state is PayoutState.SENT
    getattr(at_stripe, when).clear()
    again(payout)
    at_stripe.settle(sent(at_stripe), "paid")
    assert again(payout).state is PayoutState.PAID
    assert len(at_stripe.objects["transfers"]) == len(at_stripe.objects["payouts"]) == 1


def test_what_the_mentors_bank_returns_comes_all_the_way_home(at_stripe, connected) -> None:
    payout = again(forty(connected))
    at_stripe.settle(sent(at_stripe), "failed")
    at_stripe.hangs_up_after.add(f"/v1/transfers/{next(iter(at_stripe.objects['transfers']))}/reversals")
    assert again(payout).state is PayoutState.SENT, "not before we know that it is home"
    at_stripe.hangs_up_after.clear()
    assert again(payout).state is PayoutState.RETURNED
    assert balances(connected) == (10_000, 0)
    assert at_stripe.balance(name_of(connected)) == 0
    assert [one["reversed"] for one in at_stripe.objects["transfers"].values()] == [True]


def test_a_withdrawal_that_meets_a_restricted_account_comes_back_at_once(at_stripe, connected) -> None:
    payout = forty(connected)
    at_stripe.restrict(name_of(connected))
    assert again(payout).state is PayoutState.RETURNED
    assert balances(connected) == (10_000, 0)
    assert at_stripe.objects["transfers"] == {}


def test_an_account_restricted_between_the_two_legs_keeps_nothing(at_stripe, connected) -> None:
    at_stripe.hangs_up_before.add("/v1/payouts")
    payout = again(forty(connected))
    assert at_stripe.balance(name_of(connected)) == 4000, "the first leg is done"
    at_stripe.hangs_up_before.clear()
    at_stripe.restrict(name_of(connected))
    assert again(payout).state is PayoutState.RETURNED
    assert at_stripe.balance(name_of(connected)) == 0
    assert balances(connected) == (10_000, 0)


def test_when_its_time_is_over_what_lies_half_way_comes_home_first(at_stripe, connected) -> None:
    at_stripe.hangs_up_before.add("/v1/payouts")
    payout = again(forty(connected))
    at_stripe.hangs_up_before.clear()
    with clock.stopped(payout.due_at + timedelta(minutes=11)):
        assert again(payout).state is PayoutState.RETURNED
    assert at_stripe.balance(name_of(connected)) == 0, "or it would be withdrawn twice"
    assert balances(connected) == (10_000, 0)


def test_a_restricted_account_stops_withdrawals_in_plain_words_and_loses_nothing(at_stripe, connected, client) -> None:
    at_stripe.restrict(name_of(connected))
    assert tell(client, "account.updated", name_of(connected), secret=CONNECT_SECRET) == 200
    with pytest.raises(Invalid, match="Nothing is lost"):
        forty(connected)
    assert balances(connected) == (10_000, 0)
    told = latest(connected, 1)[0]
    assert "a picture of an identity document" in told.body
    at_stripe.finish(name_of(connected))
    tell(client, "account.updated", name_of(connected), secret=CONNECT_SECRET)
    assert forty(connected).state is PayoutState.WANTED, "the same bank as before needs no day of waiting"


def test_a_rejected_account_is_an_end_that_is_told(at_stripe, connected, client) -> None:
    at_stripe.restrict(name_of(connected), "rejected.other")
    tell(client, "account.updated", name_of(connected), secret=CONNECT_SECRET)
    assert account_of(connected).readiness is Readiness.REJECTED
    with pytest.raises(Conflict, match="refused"):
        set_up(connected, factories.PASSWORD)


def test_a_message_about_a_strangers_account_changes_nothing(at_stripe, connected, client) -> None:
    at_stripe.objects["accounts"]["acct_999"] = {**at_stripe.objects["accounts"][name_of(connected)], "id": "acct_999"}
    assert tell(client, "account.updated", "acct_999", secret=CONNECT_SECRET) == 200
    assert len(payout_methods(connected)) == 1
    assert tell(client, "account.updated", name_of(connected), secret="whsec_of_nobody") == 400


def test_what_is_missing_is_said_in_words() -> None:
    assert in_words([]) == ""
    assert in_words(["external_account"]) == "a bank account"
    assert in_words(["individual.dob.day", "individual.dob.month"]) == "details about you"
