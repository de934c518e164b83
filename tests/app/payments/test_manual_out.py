"""Money that people send: a list, what became of each, and the refund or withdrawal behind it hears of it at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.bookings import service as booking_service
from app.bookings import settlement
from app.bookings.cancelling import cancel_booking
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.notifications.queries import latest
from app.payments import ledger, payouts
from app.payments.events import PaymentReturned, PayoutPaid, PayoutReturned
from app.payments.manual import outgoing, redirecting
from app.payments.manual.models import HandTransfer, TransferState
from app.payments.models import PaymentState, RefundState
from app.payments.payout_models import PayoutState
from app.payments.payouts import Withdrawal
from app.payments.providers.registry import provider
from tests import by_hand, factories
from tests.by_hand import asked, assert_books_agree, at_the_bank, import_lines, reference_of

pytestmark = pytest.mark.database

IBAN = {"account_name": "Mira Holm", "account_number": "DE89370400440532013000", "ifsc": ""}


@pytest.fixture(autouse=True)
def _transfers_only(app, monkeypatch) -> None:
    by_hand.without_gateway(app, monkeypatch)


@pytest.fixture
def admin(app) -> User:
    return by_hand.admin()


def paid(admin: User):
    """A booking whose money has come."""
    booking = asked()
    import_lines(admin, ("18.00", reference_of(booking)))
    return booking


def rejected(admin: User):
    """One that goes back, and is on the list."""
    booking = paid(admin)
    cancel_booking(booking.learner, booking.id)
    by_hand.sweep()
    return booking


def rich_mentor(admin: User) -> User:
    """A mentor with $18 available, earned by a transfer."""
    booking = paid(admin)
    booking_service.accept_booking(booking.lesson.mentor, booking.id)
    factories.meet(booking)
    with clock.stopped(booking.lesson.ends_at):
        settlement.settle(booking.id)
    with clock.stopped(booking.lesson.ends_at + timedelta(days=2)):
        settlement.release_earnings(booking.id)
    return factories.verified(booking.lesson.mentor)


def withdrawn(admin: User):
    mentor = rich_mentor(admin)
    asked_for = Withdrawal("18", kind="bank", details=IBAN, password=factories.PASSWORD)
    payout = payouts.withdraw(mentor, asked_for)
    by_hand.sweep()
    return payout


def test_a_refund_is_on_the_list_until_somebody_has_sent_it(admin, heard) -> None:
    booking = rejected(admin)
    [transfer] = outgoing.to_send(admin)
    assert (transfer.amount_minor, transfer.words) == (1800, f"Refund {reference_of(booking)}")
    assert transfer.account.split("\n") == ["000123456789", "026009593", "Lev Park"]
    assert (booking.payment.refunds[0].state, at_the_bank()) == (RefundState.WANTED, 1800)
    assert_books_agree()
    outgoing.mark_sent(admin, transfer.id, " BANK-77 ")
    assert (booking.payment.state, booking.payment.refunds[0].state) == (PaymentState.REFUNDED, RefundState.DONE)
    assert (transfer.state, transfer.bank_reference, transfer.done_by_id) == (TransferState.DONE, "BANK-77", admin.id)
    assert (at_the_bank(), len(heard.of(PaymentReturned))) == (0, 1)
    assert_books_agree()


def test_the_list_does_not_grow_however_often_the_sweep_looks(admin) -> None:
    rejected(admin)
    for _ in range(3):
        by_hand.sweep()
    assert len(outgoing.to_send(admin)) == 1


def test_done_said_twice_is_done_once(admin) -> None:
    rejected(admin)
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_sent(admin, transfer.id, "B-1")
    outgoing.mark_sent(admin, transfer.id, "B-1")
    with pytest.raises(Conflict, match="sent as B-1"):
        outgoing.mark_sent(admin, transfer.id, "B-2")
    with pytest.raises(Conflict, match="answered already"):
        outgoing.mark_failed(admin, transfer.id, "no")
    assert at_the_bank() == 0
    assert_books_agree()


def test_a_refund_the_bank_did_not_take_is_still_owed_to_another_account(admin) -> None:
    booking = rejected(admin)
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_failed(admin, transfer.id, "account closed")
    assert (transfer.state, booking.payment.refunds[0].state) == (TransferState.RETURNED, RefundState.WANTED)
    assert [one.reason for one in outgoing.to_send(admin)] == ["account closed"]
    assert_books_agree()
    with pytest.raises(Invalid, match="typo"):
        outgoing.send_elsewhere(admin, transfer.id, "bank", {**IBAN, "account_number": "DE89370400440532013001"})
    outgoing.send_elsewhere(admin, transfer.id, "bank", IBAN)
    assert (transfer.state, transfer.account.split("\n")[0]) == (TransferState.WANTED, IBAN["account_number"])
    outgoing.mark_sent(admin, transfer.id, "B-9")
    assert booking.payment.state is PaymentState.REFUNDED
    assert_books_agree()


def test_a_withdrawal_goes_out_by_hand(admin, heard) -> None:
    payout = withdrawn(admin)
    [transfer] = outgoing.to_send(admin)
    assert (payout.state, transfer.amount_minor) == (PayoutState.SENT, 1800)
    with clock.stopped(now() + timedelta(days=30)):
        by_hand.sweep()  # silence is no failure: somebody is still to send it
        assert payout.state is PayoutState.SENT
    outgoing.mark_sent(admin, transfer.id, "B-5")
    assert (payout.state, len(heard.of(PayoutPaid))) == (PayoutState.PAID, 1)
    assert at_the_bank() == 0
    assert_books_agree()


def test_a_withdrawal_that_failed_is_the_mentors_again(admin, heard) -> None:
    payout = withdrawn(admin)
    [transfer] = outgoing.to_send(admin)
    with pytest.raises(Conflict, match="goes where its mentor said"):
        outgoing.send_elsewhere(admin, transfer.id, "bank", IBAN)
    outgoing.mark_failed(admin, transfer.id, "name does not match")
    assert (payout.state, len(heard.of(PayoutReturned))) == (PayoutState.RETURNED, 1)
    assert ledger.balance(ledger.available_to(payout.mentor_id), "USD").amount_minor == 1800
    assert outgoing.to_send(admin) == []
    assert_books_agree()


def test_a_part_that_goes_back_is_a_part_of_what_came(admin) -> None:
    booking = paid(admin)
    db.session.refresh(booking.payment)
    name, amount = booking.payment.provider_payment_id, booking.payment.amount
    too_much = provider().refund(name, amount + amount, key="k1")
    assert too_much.decline_code == "over_refund"
    assert provider().refund("22222222", amount, key="k2").decline_code == "nothing_came"
    assert db.session.scalars(select(HandTransfer)).all() == []


@pytest.mark.parametrize(("number", "words"), [(0, "x"), (77, "x"), (2**40, "x")])
def test_what_is_not_on_the_list_is_not_found(admin, number, words) -> None:
    for answer in (outgoing.mark_sent, outgoing.mark_failed):
        with pytest.raises(NotFound):
            answer(admin, number, words)


def test_neither_answer_goes_without_words(admin) -> None:
    rejected(admin)
    [transfer] = outgoing.to_send(admin)
    with pytest.raises(Invalid, match="bank’s reference"):
        outgoing.mark_sent(admin, transfer.id, "  ")
    with pytest.raises(Invalid, match="what went wrong"):
        outgoing.mark_failed(admin, transfer.id, "")


def test_the_commands_do_a_whole_day(app, admin, tmp_path) -> None:
    run = app.test_cli_runner().invoke
    booking = asked()
    file = tmp_path / "bank.csv"
    file.write_bytes(by_hand.statement(("18.00", reference_of(booking)), ("9.00", "who is this"), ("x", "broken")))
    said = run(args=["money", "import", str(file)])
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "1 paid, 1 unmatched, 0 known already, 0 outgoing, 1 not read")
    assert "line 4 was not read: “x” is no amount" in said.output
    assert "1 paid, 1 unmatched" not in run(args=["money", "import", str(file)]).output
    assert "no reference in the text" in run(args=["money", "unmatched"]).output
    wrong = run(args=["money", "confirm", "2", "PL-2222-2222"])
    assert (wrong.exit_code, "no reference we gave out" in wrong.output) == (1, True)
    assert "on the list" in run(args=["money", "return", "2", "--account", "Eve", "DE89370400440532013000", "-"]).output
    todo = run(args=["money", "todo"]).output
    assert "to Eve, account DE89370400440532013000" in todo
    assert "sent" in run(args=["money", "done", "1", "--reference", "B-1"]).output
    assert "Nothing to send." in run(args=["money", "todo"]).output
    assert run(args=["money", "prove"]).exit_code == 0
    by_hand.admin("Second Admin")
    assert "Say who you are" in run(args=["money", "todo"]).output
    assert run(args=["money", "todo", "--as", "nobody@example.com"]).exit_code == 1


def test_a_file_that_is_no_statement_is_refused_in_a_sentence(app, admin, tmp_path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"PK\x03\x04")
    said = app.test_cli_runner().invoke(args=["money", "import", str(file)])
    assert (said.exit_code, "This is an Excel workbook, not a CSV file" in said.output) == (1, True)


def test_whose_refund_came_back_is_asked_for_another_account(admin) -> None:
    booking = rejected(admin)
    [transfer] = outgoing.to_send(admin)
    for turn, kind in ((1, "closed"), (2, "closed too")):
        outgoing.mark_failed(admin, transfer.id, kind)
        told = [one for one in latest(booking.learner, 20) if one.kind == "refund.came_back"]
        assert (len(told), told[0].link) == (turn, f"/dashboard/learner/refunds/{transfer.id}")
        assert kind in told[0].body
        redirecting.choose_account(booking.learner, transfer.id, "bank", IBAN)
    assert transfer.account.startswith("DE89")
    with pytest.raises(Conflict, match="on its way already"):
        redirecting.choose_account(booking.learner, transfer.id, "bank", IBAN)
    with pytest.raises(NotFound):
        redirecting.choose_account(booking.lesson.mentor, transfer.id, "bank", IBAN)
    assert_books_agree()
