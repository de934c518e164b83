"""Money that comes by transfer: matched once, kept when it matches nothing, and the books agree after every step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.bookings import cancelling
from app.bookings import jobs as booking_jobs
from app.bookings import queries as bookings
from app.bookings import service as booking_service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.payments import ledger
from app.payments.events import PaymentCaptured
from app.payments.manual import deciding, outgoing
from app.payments.manual.incoming import import_statement
from app.payments.manual.models import HandTransfer, LineState, ManualPayment, StatementLine
from app.payments.methods import offered_kinds
from app.payments.models import PaymentState
from app.payments.provider_models import StrayCharge
from tests import by_hand, factories
from tests.at_once import at_once
from tests.by_hand import asked, assert_books_agree, at_the_bank, import_lines, reference_of

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _transfers_only(app, monkeypatch) -> None:
    by_hand.without_gateway(app, monkeypatch)


@pytest.fixture
def admin(app) -> User:
    return by_hand.admin()


def lines() -> list[StatementLine]:
    return list(db.session.scalars(select(StatementLine).order_by(StatementLine.id)))


def test_a_transfer_is_waited_for_and_the_mentor_may_accept_meanwhile(admin) -> None:
    booking = asked()
    assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.PROCESSING)
    booking_service.accept_booking(booking.lesson.mentor, booking.id)
    assert booking.state is BookingState.REQUESTED
    assert at_the_bank() == 0


def test_the_line_that_names_it_pays_it(admin, heard) -> None:
    booking = asked()
    booking_service.accept_booking(booking.lesson.mentor, booking.id)
    written = reference_of(booking).lower().replace("-", " ")
    done = import_lines(admin, ("18.00", f"TRANSFER from L Park {written} thank you"), ("-3.00", "fee"))
    assert (len(done.matched), len(done.unmatched), done.outgoing) == (1, 0, 1)
    assert (booking.state, booking.payment.state) == (BookingState.CONFIRMED, PaymentState.CAPTURED)
    assert len(heard.of(PaymentCaptured)) == 1
    assert at_the_bank() == 1800
    assert_books_agree()


def test_the_same_file_again_and_overlapping_ones_change_nothing(admin) -> None:
    first, second = asked(), asked()
    one, two = ("18.00", reference_of(first)), ("18.00", reference_of(second))
    import_lines(admin, one, ("5.00", "a gift from aunt"))
    again = import_lines(admin, one, ("5.00", "a  gift from  Aunt"))
    assert (again.known, len(again.matched), len(again.unmatched)) == (2, 0, 0)
    overlapping = import_lines(admin, one, ("5.00", "a gift from aunt"), two)
    assert (overlapping.known, len(overlapping.matched)) == (2, 1)
    assert at_the_bank() == 4100
    assert_books_agree()


def test_two_lines_that_are_alike_are_two_when_the_bank_says_so(admin) -> None:
    import_lines(admin, ("5.00", "cash"), ("5.00", "cash"))
    assert import_lines(admin, ("5.00", "cash"), ("5.00", "cash"), ("5.00", "cash")).known == 2
    assert len(lines()) == 3
    assert_books_agree()


def test_a_file_imported_twice_at_the_same_moment_counts_once(app, admin) -> None:
    booking = asked()
    admin_id, text = admin.id, reference_of(booking)

    def bring_in() -> tuple[int, int]:
        done = import_lines(db.session.get_one(User, admin_id), ("18.00", text), ("7.00", "stranger"))
        return len(done.matched) + len(done.unmatched), done.known

    results = at_once(app, bring_in, bring_in, bring_in)
    assert sorted(results) == sorted(results)
    assert sum(new for new, _ in results) == 2
    assert sum(known for _, known in results) == 4
    assert_books_agree()


@pytest.mark.parametrize(
    ("amount", "text", "reason"),
    [
        ("18.00", "hello", "no_reference"),
        ("18.00", "PL-2222-2223", "typo"),
        ("18.00", "PL-2222-2222", "unknown_reference"),
        ("17.99", "{ref}", "wrong_amount"),
        ("18.01", "{ref}", "wrong_amount"),
        ("36.00", "{ref} and {other}", "several_references"),
    ],
)
def test_what_matches_nothing_is_kept_with_its_reason_and_held(admin, amount, text, reason) -> None:
    booking, other = asked(), asked()
    done = import_lines(admin, (amount, text.format(ref=reference_of(booking), other=reference_of(other))))
    [line] = done.unmatched
    assert (line.state, line.reason) == (LineState.UNMATCHED, reason)
    assert booking.payment.state is PaymentState.PROCESSING
    assert ledger.balance(f"held:unmatched:{line.id}", "USD") == line.amount
    assert [one.id for one in deciding.unmatched(admin)] == [line.id]
    assert_books_agree()


def test_another_currency_pays_nothing(admin) -> None:
    booking = asked()
    raw = f"Date,Amount,Currency,Description\n2026-11-24,18.00,EUR,{reference_of(booking)}\n".encode()
    [line] = import_statement(admin, raw, "euro.csv").unmatched
    assert (line.reason, line.currency) == ("wrong_currency", "EUR")
    assert booking.payment.state is PaymentState.PROCESSING
    with pytest.raises(Conflict, match="came in EUR"):
        deciding.confirm_line(admin, line.id, reference_of(booking))
    assert_books_agree()


def test_a_second_transfer_for_one_number_is_held_and_may_pay_another(admin) -> None:
    booking, meant = asked(), asked()
    import_lines(admin, ("18.00", f"{reference_of(booking)} monday"))
    [line] = import_lines(admin, ("18.00", f"{reference_of(booking)} tuesday")).unmatched
    assert line.reason == "paid_already"
    with pytest.raises(Conflict, match="has its money already"):
        deciding.confirm_line(admin, line.id, reference_of(booking))
    deciding.confirm_line(admin, line.id, reference_of(meant))
    assert meant.payment.state is PaymentState.CAPTURED
    assert at_the_bank() == 3600
    assert_books_agree()


def test_an_admin_confirms_a_typo_once_and_it_is_written_down(admin) -> None:
    booking = asked()
    [line] = import_lines(admin, ("18.00", "PL 2222 2223 lev")).unmatched
    deciding.confirm_line(admin, line.id, reference_of(booking).removeprefix("PL-").lower())
    assert (line.state, line.decided_by_id, booking.payment.state) == (LineState.MATCHED, admin.id, PaymentState.CAPTURED)
    assert db.session.scalar(select(AuditEntry.actor_id).where(AuditEntry.tag == "statement:line:confirm")) == admin.id
    with pytest.raises(Conflict, match="decided already: paid PL-"):
        deciding.confirm_line(admin, line.id, reference_of(booking))
    assert_books_agree()


def test_what_was_paid_beyond_the_price_goes_back(admin) -> None:
    booking = asked()
    [line] = import_lines(admin, ("20.00", reference_of(booking))).unmatched
    deciding.confirm_line(admin, line.id, reference_of(booking))
    assert booking.payment.state is PaymentState.CAPTURED
    assert_books_agree()
    stray = db.session.scalars(select(StrayCharge)).one()
    assert stray.amount_minor == 200
    [transfer] = outgoing.to_send(admin)
    assert (transfer.amount_minor, transfer.account.split("\n")[0]) == (200, "000123456789")
    outgoing.mark_sent(admin, transfer.id, "B-1")
    assert at_the_bank() == 1800
    assert_books_agree()


def test_too_little_pays_nothing_and_can_go_back_to_its_payer(admin) -> None:
    booking = asked()
    [line] = import_lines(admin, ("10.00", reference_of(booking))).unmatched
    with pytest.raises(Conflict, match="Too little pays nothing"):
        deciding.confirm_line(admin, line.id, reference_of(booking))
    deciding.send_line_back(admin, line.id)
    assert_books_agree()
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_sent(admin, transfer.id, "B-2")
    assert (line.state, at_the_bank()) == (LineState.SENT_BACK, 0)
    assert_books_agree()


def test_a_strangers_money_needs_an_account_to_go_back_to(admin) -> None:
    [line] = import_lines(admin, ("10.00", "wrong number, sorry")).unmatched
    with pytest.raises(Invalid, match="say which account"):
        deciding.send_line_back(admin, line.id)
    with pytest.raises(Invalid, match="typo"):
        deciding.send_line_back(
            admin, line.id, kind="bank", details={"account_name": "A", "account_number": "DE89370400440532013001"}
        )
    iban = {"account_name": "A", "account_number": "DE89 3704 0044 0532 0130 00"}
    deciding.send_line_back(admin, line.id, kind="bank", details=iban)
    assert [one.amount_minor for one in outgoing.to_send(admin)] == [1000]
    assert_books_agree()


def test_interest_is_set_aside_and_leaves_the_books(admin) -> None:
    [line] = import_lines(admin, ("0.12", "interest")).unmatched
    with pytest.raises(Invalid, match="whose money"):
        deciding.set_line_aside(admin, line.id, " ")
    deciding.set_line_aside(admin, line.id, "the bank's interest")
    assert (at_the_bank(), deciding.unmatched(admin)) == (0, [])
    assert_books_agree()


def test_money_that_comes_when_the_seat_is_gone_goes_back(admin) -> None:
    booking = asked()
    text = reference_of(booking)
    asked_for = db.session.scalars(select(ManualPayment)).one()
    with clock.stopped(asked_for.expires_at):
        by_hand.sweep()
        assert (booking.state, booking.payment.state) == (BookingState.HELD, PaymentState.STARTED)
    with clock.stopped(asked_for.expires_at + timedelta(minutes=11)):
        booking_service.release_hold(booking.id)
        by_hand.sweep()
        assert (booking.state, booking.payment.state) == (BookingState.RELEASED, PaymentState.CANCELED)
        assert len(import_lines(admin, ("18.00", text)).matched) == 1
        assert booking.state is BookingState.RELEASED
        assert_books_agree()
        [transfer] = outgoing.to_send(admin)
        assert transfer.amount_minor == 1800
        outgoing.mark_sent(admin, transfer.id, "B-3")
        assert at_the_bank() == 0
        assert_books_agree()


def test_money_that_comes_just_before_the_seat_is_free_still_takes_it(admin) -> None:
    booking = asked()
    text = reference_of(booking)
    with clock.stopped(db.session.scalars(select(ManualPayment)).one().expires_at):
        by_hand.sweep()
        import_lines(admin, ("18.00", text))
        assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.CAPTURED)
        assert_books_agree()


def test_money_under_the_first_number_pays_the_second_try(admin) -> None:
    booking = asked()
    first = reference_of(booking)
    with clock.stopped(db.session.scalars(select(ManualPayment)).one().expires_at):
        by_hand.sweep()
        booking_service.pay_again(booking.learner, booking.id, by_hand.BANK)
        second = reference_of(booking)
        assert first != second
        assert len(import_lines(admin, ("18.00", first)).matched) == 1
        assert (booking.state, booking.payment.state) == (BookingState.REQUESTED, PaymentState.CAPTURED)
        [line] = import_lines(admin, ("18.00", second)).unmatched
        assert line.reason == "paid_already"
        assert_books_agree()


def test_canceling_stops_the_waiting_and_later_money_goes_back(admin) -> None:
    booking = asked()
    text = reference_of(booking)
    cancelling.cancel_booking(booking.learner, booking.id)
    by_hand.sweep()
    assert booking.payment.state is PaymentState.CANCELED
    import_lines(admin, ("18.00", text))
    assert_books_agree()
    assert [one.amount_minor for one in outgoing.to_send(admin)] == [1800]


def test_half_an_hour_before_the_start_an_accepted_seat_without_money_is_free(admin) -> None:
    booking = asked()
    booking_service.accept_booking(booking.lesson.mentor, booking.id)
    with factories.transaction():
        db.session.scalars(select(ManualPayment)).one().expires_at = now() + timedelta(days=30)
    with clock.stopped(booking.lesson.starts_at - timedelta(minutes=30)):
        booking_jobs.give_up_on_late_money()
        by_hand.sweep()
        assert bookings.by_id(booking.id).state is BookingState.EXPIRED
        assert_books_agree()


def test_a_fourth_promise_waits_until_one_is_kept(admin) -> None:
    student = factories.learner()
    kept = [asked(student) if n == 0 else _another(student, n) for n in range(4)]
    assert [one.state for one in kept] == [BookingState.REQUESTED] * 3 + [BookingState.HELD]
    assert kept[3].payment.attempts[-1].decline_code == "too_many_awaited"
    import_lines(admin, ("18.00", reference_of(kept[0])))
    booking_service.pay_again(student, kept[3].id, by_hand.BANK)
    assert kept[3].state is BookingState.REQUESTED


def _another(student: User, number: int):
    offered = factories.lesson(factories.mentor(), starts_in=by_hand.IN_TEN_DAYS + timedelta(hours=2 * number))
    return factories.request(student, offered, by_hand.BANK)


def test_a_transfer_is_offered_only_while_there_is_time_for_it(admin) -> None:
    assert [one.kind for one in offered_kinds(timedelta(days=3))] == ["bank"]
    assert offered_kinds(timedelta(days=3) - timedelta(minutes=1)) == []
    soon = factories.lesson(factories.mentor(), starts_in=timedelta(days=2))
    with pytest.raises(Invalid, match="longer than there is time"):
        factories.request(factories.learner(), soon, by_hand.BANK)


def test_only_admins_look_after_the_money(learner) -> None:
    booking = asked()
    for attempt in (
        lambda: import_lines(learner, ("18.00", reference_of(booking))),
        lambda: deciding.unmatched(learner),
        lambda: deciding.confirm_line(learner, 1, "x"),
        lambda: deciding.send_line_back(learner, 1),
        lambda: deciding.set_line_aside(learner, 1, "mine"),
        lambda: outgoing.to_send(learner),
        lambda: outgoing.mark_sent(learner, 1, "x"),
        lambda: outgoing.mark_failed(learner, 1, "x"),
        lambda: outgoing.send_elsewhere(learner, 1, "upi", {}),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert lines() == []


def test_what_is_not_there_is_not_found(admin) -> None:
    for number in (0, 99, 2**40):
        with pytest.raises(NotFound):
            deciding.confirm_line(admin, number, "PL-2222-2222")
    [line] = import_lines(admin, ("1.00", "x")).unmatched
    with pytest.raises(NotFound, match="no reference we gave out"):
        deciding.confirm_line(admin, line.id, "PL-2222-2222")


def test_texts_and_accounts_are_unreadable_in_the_database(admin) -> None:
    import_lines(admin, ("18.00", f"{reference_of(asked())} from Lev"))
    for column in ("statement_lines.text", "manual_payments.account"):
        table, name = column.split(".")
        [raw] = db.session.execute(db.text(f"SELECT {name} FROM {table}")).scalars()
        assert "Lev" not in raw
    assert not db.session.scalars(select(HandTransfer)).all()
