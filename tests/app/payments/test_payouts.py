"""Withdrawals: never more than there is, never twice, whoever crashes in between."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts.models import User
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import Money
from app.notifications.models import Mail
from app.notifications.queries import latest
from app.payments import jobs, ledger, payouts
from app.payments.events import PayoutPaid, PayoutReturned, PayoutWanted
from app.payments.payout_methods import add_payout_method, payout_methods, remove_payout_method
from app.payments.payout_models import Payout, PayoutState
from app.payments.payouts import Withdrawal, withdraw
from app.payments.providers.base import Result, Status
from app.payments.providers.registry import provider
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

GOOD_BANK = {"account_number": "000123456789", "ifsc": "TEST0123456"}
BAD_BANK = {"account_number": "000123450001", "ifsc": "TEST0123456"}


@pytest.fixture
def rich(mentor: User) -> User:
    """Mira, verified, with $100 available."""
    return with_earnings(factories.verified(mentor))


def with_earnings(mentor: User, amount_minor: int = 10_000) -> User:
    amount = Money(amount_minor, "USD")
    entries = {ledger.available_to(mentor.id): amount, ledger.provider_account("rehearsal"): Money(-amount_minor, "USD")}
    with factories.transaction():
        ledger.post("test", str(mentor.id), entries)
    return mentor


def upi(name: str = "success", amount: str = "40") -> Withdrawal:
    return Withdrawal(amount, kind="upi", details={"upi_id": f"{name}@upi"}, password=factories.PASSWORD)


def bank(details: dict[str, str], amount: str = "40") -> Withdrawal:
    return Withdrawal(amount, kind="bank", details=details, password=factories.PASSWORD)


def balances(mentor: User) -> tuple[int, int, int]:
    """Available, in payout, and what lies at the provider, in cents."""
    accounts = ledger.available_to(mentor.id), ledger.in_payout_of(mentor.id), ledger.provider_account("rehearsal")
    available, in_payout, there = (ledger.balance(account, "USD").amount_minor for account in accounts)
    assert ledger.imbalance() == {}
    return available, in_payout, -there


def sent_by_the_bank() -> list[int]:
    """The amounts the rehearsal's own books say were sent."""
    return list(db.session.scalars(text("SELECT amount_minor FROM rehearsal_payouts")))


def sweep_after(**later: int) -> None:
    with clock.stopped(now() + timedelta(**later)):
        jobs.carry_out_payouts()


def test_what_is_withdrawn_leaves_at_once_and_arrives(heard, rich) -> None:
    payout = withdraw(rich, upi())
    assert balances(rich) == (6000, 4000, 10_000)
    assert payout.due_at - payout.wanted_at == timedelta(hours=24)
    jobs.carry_out_payouts()
    assert payout.state is PayoutState.SENT
    sweep_after(seconds=9)
    assert payout.state is PayoutState.PAID
    assert balances(rich) == (6000, 0, 6000)
    assert payouts.withdrawn_by(rich, "USD") == (Money(0, "USD"), Money(4000, "USD"))
    assert [len(heard.of(fact)) for fact in (PayoutWanted, PayoutPaid, PayoutReturned)] == [1, 1, 0]
    assert latest(rich)[0].body == "$40 has arrived: UPI su••@upi."


def test_what_the_bank_returns_is_available_again_and_the_mentor_reads_why(rich) -> None:
    payout = withdraw(rich, bank(BAD_BANK))
    jobs.carry_out_payouts()
    sweep_after(seconds=16)
    assert payout.state is PayoutState.RETURNED
    assert payouts.reason_of(payout) == "The bank returned it."
    assert balances(rich) == (10_000, 0, 10_000)
    notice = latest(rich)[0]
    assert (notice.title, notice.body[:35]) == ("Withdrawal came back", "The bank returned it. $40 to Bank •")
    assert withdraw(rich, Withdrawal("100", method_id=payout_methods(rich)[0].id)).amount == Money(10_000, "USD")


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("", "Say how much you want to withdraw."),
        ("  ", "Say how much you want to withdraw."),
        ("0", "Write an amount above zero."),
        ("0.00", "Write an amount above zero."),
        ("-5", "Write an amount above zero."),
        ("−5", "Write an amount above zero."),
        ("100.01", "You can withdraw up to $100."),
        ("999999999", "You can withdraw up to $100."),
        ("1.234", "USD has 2 digits after the point."),
        ("ten", "Write an amount such as 18 or 18.50."),
        ("١٨", "Write an amount such as 18 or 18.50."),
        ("1e3", "Write an amount such as 18 or 18.50."),
        ("1,000", "Write an amount such as 18 or 18.50."),
        ("$18", "Write an amount such as 18 or 18.50."),
        ("NaN", "Write an amount such as 18 or 18.50."),
        ("1.2.3", "Write an amount such as 18 or 18.50."),
        ("9" * 40, "Write an amount such as 18 or 18.50."),
    ],
)
def test_an_amount_that_cannot_be_is_refused_in_plain_words(rich, amount, says) -> None:
    with pytest.raises(Invalid) as refused:
        withdraw(rich, upi(amount=amount))
    assert refused.value.fields == {"amount": says}
    assert balances(rich) == (10_000, 0, 10_000)
    assert list(payout_methods(rich)) == [], "what was refused leaves nothing behind"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Withdrawal("40", kind="card", details={}, password=factories.PASSWORD), "method"),
        (Withdrawal("40", kind="", password=factories.PASSWORD), "method"),
        (Withdrawal("40", kind="upi", details={"upi_id": "nobody"}, password=factories.PASSWORD), "upi_id"),
        (bank({"account_number": "12", "ifsc": "TEST0123456"}), "account_number"),
        (bank({"account_number": "000123454321", "ifsc": "TEST0123456"}), "account_number"),
        (bank({"account_number": "000123456789", "ifsc": "?"}), "ifsc"),
        (Withdrawal("40", kind="upi", details={"upi_id": "success@upi"}, password="wrong"), "password"),
        (Withdrawal("40", kind="upi", details={"upi_id": "success@upi"}), "password"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_its_field(rich, wanted, field) -> None:
    with pytest.raises(Invalid) as refused:
        withdraw(rich, wanted)
    assert list(refused.value.fields) == [field]
    assert balances(rich) == (10_000, 0, 10_000)


def test_every_fault_is_told_at_once(rich) -> None:
    with pytest.raises(Invalid) as refused:
        withdraw(rich, Withdrawal("x", kind="upi", details={"upi_id": "?"}))
    assert set(refused.value.fields) == {"amount", "upi_id"}


def test_who_has_not_verified_an_address_cannot_withdraw(mentor) -> None:
    with pytest.raises(Invalid, match="Verify your address first"):
        withdraw(with_earnings(mentor), upi())
    assert balances(mentor) == (10_000, 0, 10_000)


def test_the_first_method_works_at_once_and_a_later_one_after_a_day(rich) -> None:
    withdraw(rich, upi())
    later = add_payout_method(rich, "bank", GOOD_BANK, factories.PASSWORD)
    with pytest.raises(Invalid) as refused:
        withdraw(rich, Withdrawal("10", method_id=later.id))
    assert "a day after it was added" in refused.value.fields["method"]
    with clock.stopped(now() + timedelta(hours=24, seconds=1)):
        assert withdraw(rich, Withdrawal("10", method_id=later.id)).label == "Bank •••• 6789"


def test_removing_the_first_method_is_no_way_around_the_day_of_waiting(rich) -> None:
    first = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    remove_payout_method(rich, first.id)
    again = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    assert (again.id, len(payout_methods(rich))) == (first.id, 1)
    assert again.usable_from > now()
    assert add_payout_method(rich, "bank", GOOD_BANK, factories.PASSWORD).usable_from > now()


def test_the_owner_hears_of_a_new_method_by_mail_too(rich) -> None:
    add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    assert "UPI su••@upi was added to your account" in latest(rich)[0].body
    assert "New payout method" in db.session.scalars(db.select(Mail).order_by(Mail.id.desc())).first().subject


def test_the_same_method_twice_is_one(rich) -> None:
    one, two = (add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD) for _ in range(2))
    assert one.id == two.id
    assert len(latest(rich)) == 1


def test_somebody_else_s_method_is_not_found(rich) -> None:
    theirs = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    stranger = with_earnings(factories.verified(factories.mentor("Stranger")))
    for act in (
        lambda: withdraw(stranger, Withdrawal("10", method_id=theirs.id)),
        lambda: remove_payout_method(stranger, theirs.id),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        withdraw(stranger, Withdrawal("10", method_id=2**70))


def test_details_are_unreadable_in_the_database(rich) -> None:
    withdraw(rich, upi("success.of.mira"))
    for table in ("payout_methods", "payouts"):
        row = db.session.execute(text(f"SELECT token, label FROM {table}")).one()
        assert "mira" not in row.token + row.label


def test_one_ticket_is_one_withdrawal(rich) -> None:
    wanted = Withdrawal("10", kind="upi", details={"upi_id": "success@upi"}, password=factories.PASSWORD, ticket="t" * 22)
    assert withdraw(rich, wanted).id == withdraw(rich, wanted).id
    assert balances(rich) == (9000, 1000, 10_000)


def test_a_lost_answer_is_asked_for_again_and_nothing_is_sent_twice(rich) -> None:
    payout = withdraw(rich, upi("timeout-after"))
    jobs.carry_out_payouts()
    assert payout.state is PayoutState.SENT
    for seconds in (1, 9, 9):
        sweep_after(seconds=seconds)
    assert payout.state is PayoutState.PAID
    assert balances(rich) == (6000, 0, 6000)
    assert sent_by_the_bank() == [4000]


def test_a_call_that_never_arrives_is_repeated_until_the_promised_time_and_then_the_money_is_back(rich, monkeypatch) -> None:
    payout = withdraw(rich, upi("timeout-before"))
    calls: list[str] = []
    create = provider().create_payout
    monkeypatch.setattr(provider(), "create_payout", lambda *args, key: calls.append(key) or create(*args, key=key))
    for hours in (0, 1, 23):
        sweep_after(hours=hours)
    assert calls == [payout.key] * 3
    sweep_after(hours=24, seconds=1)
    assert (len(calls), payout.state) == (3, PayoutState.SENT), "a last call may still be on the wire"
    sweep_after(hours=24, minutes=11)
    assert payout.state is PayoutState.RETURNED
    assert payouts.reason_of(payout) == "The bank could not be reached."
    assert balances(rich) == (10_000, 0, 10_000)


@pytest.mark.parametrize("crash", ["before the call", "after the call", "while the answer is written down"])
def test_a_crash_heals_with_the_next_sweep(rich, monkeypatch, crash) -> None:
    payout = withdraw(rich, upi())
    real = provider().create_payout

    def die(*args, key=None, **_details):
        if crash == "after the call":
            real(*args, key=key)
        raise SystemExit

    if crash == "while the answer is written down":
        jobs.carry_out_payouts()
        monkeypatch.setattr(payouts, "record", die)  # the last step before the commit: the entries are written already
    else:
        monkeypatch.setattr(provider(), "create_payout", die)
    with pytest.raises(SystemExit), clock.stopped(now() + timedelta(seconds=9)):
        payouts.carry_out(payout.id)
    assert balances(rich) == (6000, 4000, 10_000), "on its way, whatever happened"
    monkeypatch.undo()
    jobs.carry_out_payouts()
    sweep_after(seconds=30)
    assert db.session.get(Payout, payout.id).state is PayoutState.PAID
    assert balances(rich) == (6000, 0, 6000)
    assert sent_by_the_bank() == [4000]


def test_sweeping_twice_in_a_row_changes_nothing_more(heard, rich) -> None:
    withdraw(rich, upi())
    withdraw(rich, Withdrawal("10", method_id=payout_methods(rich)[0].id))
    for seconds in (0, 0, 20, 20, 20):
        sweep_after(seconds=seconds)
    assert balances(rich) == (5000, 0, 5000)
    assert len(heard.of(PayoutPaid)) == 2
    assert sorted(sent_by_the_bank()) == [1000, 4000]


def test_a_late_no_cannot_undo_a_yes_nor_the_other_way_round(rich, monkeypatch) -> None:
    paid, returned = withdraw(rich, upi()), withdraw(rich, Withdrawal("10", method_id=payout_methods(rich)[0].id))
    answers = {paid.key: Status.SUCCEEDED, returned.key: Status.FAILED}
    opposite = {Status.SUCCEEDED: Status.FAILED, Status.FAILED: Status.SUCCEEDED}

    def two_sweeps_at_once(_amount, _instrument, *, key):
        """While one sweep waits for its answer, another one has heard and written down the opposite."""
        first = answers[key]
        monkeypatch.setattr(provider(), "find_payout", lambda _key: Result(first))
        payouts.carry_out(paid.id if key == paid.key else returned.id)
        return Result(opposite[first])

    monkeypatch.setattr(provider(), "create_payout", two_sweeps_at_once)
    jobs.carry_out_payouts()
    assert (paid.state, returned.state) == (PayoutState.PAID, PayoutState.RETURNED)
    assert balances(rich) == (6000, 0, 6000)


def test_one_withdrawal_that_breaks_stops_no_other(rich, monkeypatch) -> None:
    broken = withdraw(rich, upi())
    other = withdraw(rich, Withdrawal("10", method_id=payout_methods(rich)[0].id))
    real = payouts.carry_out
    monkeypatch.setattr(payouts, "carry_out", lambda number: 1 / 0 if number == broken.id else real(number))
    jobs.carry_out_payouts()
    assert other.state is PayoutState.SENT


def test_the_rehearsal_sends_once_per_key(app) -> None:
    instrument = provider().payout_instrument("upi", {"upi_id": "success@upi"})
    first = provider().create_payout(Money(500, "USD"), instrument, key="one-key")
    assert provider().create_payout(Money(500, "USD"), instrument, key="one-key") == first
    assert first.status is Status.PROCESSING
    assert provider().find_payout("never-sent") is None


def test_twenty_withdrawals_at_once_never_exceed_the_balance(app, rich) -> None:
    mentor_id = rich.id
    method_id = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD).id
    db.session.commit()
    results = at_once(app, *[lambda: withdraw(db.session.get_one(User, mentor_id), Withdrawal("15", method_id=method_id)).id] * 20)
    taken = [result for result in results if isinstance(result, int)]
    assert len(taken) == 6, results
    assert all(isinstance(result, int | Invalid) for result in results), results
    assert balances(db.session.get_one(User, mentor_id)) == (1000, 9000, 10_000)


def test_ten_taps_with_one_ticket_at_once_take_one_amount(app, rich) -> None:
    mentor_id = rich.id
    method_id = add_payout_method(rich, "upi", {"upi_id": "success@upi"}, factories.PASSWORD).id
    db.session.commit()
    wanted = Withdrawal("10", method_id=method_id, ticket="t" * 22)
    results = at_once(app, *[lambda: withdraw(db.session.get_one(User, mentor_id), wanted).id] * 10)
    assert len(set(results)) == 1, results
    assert balances(db.session.get_one(User, mentor_id)) == (9000, 1000, 10_000)


def test_six_sweeps_at_once_pay_once(app, rich) -> None:
    payout_id = withdraw(rich, upi()).id
    db.session.commit()
    at_once(app, *[lambda: payouts.carry_out(payout_id)] * 6)
    with clock.stopped(now() + timedelta(seconds=9)):
        at_once(app, *[lambda: payouts.carry_out(payout_id)] * 6)
    assert balances(rich) == (6000, 0, 6000)
    assert sent_by_the_bank() == [4000]


def test_a_late_withdrawal_alerts_the_admins_once_and_tells_the_mentor_honestly(rich: User) -> None:
    admin = factories.person("Ada Admin")
    with factories.transaction():
        admin.is_admin = True
    payout = withdraw(rich, upi("pending"))
    with clock.stopped(payout.due_at - timedelta(seconds=1)):
        jobs.tell_late_payouts()
    assert not [notice for notice in latest(admin) if notice.kind == "payout.overdue"]
    for later in (timedelta(0), timedelta(hours=1)):
        with clock.stopped(payout.due_at + later):
            jobs.tell_late_payouts()
    assert [notice.kind for notice in latest(admin)] == ["payout.overdue"]
    assert [notice.title for notice in latest(rich) if notice.kind == "payout.late"] == ["Your withdrawal is late"]


def test_a_withdrawal_that_arrived_in_time_alerts_nobody(rich: User) -> None:
    payout = withdraw(rich, upi())
    sweep_after(seconds=0)
    sweep_after(hours=1)
    with clock.stopped(payout.due_at + timedelta(days=1)):
        jobs.tell_late_payouts()
    assert payout.late_told_at is None
