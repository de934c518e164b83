"""Receipts: every movement of money in writing, once, numbered without gaps, and never changed."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from app.accounts.models import User
from app.accounts.service import ProfileDraft, update_profile
from app.bookings import service, settlement
from app.config import settings
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import jobs as payment_jobs
from app.payments import receipts, refunds
from app.payments.receipt_models import Receipt, ReceiptKind, ReceiptWanted
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import Draft
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

WORDS = Wording("Receipt", "PeerLearn", "Lev Park", "now", (), (Line("a seat", "18.00 USD"),), Line("Paid", "18.00 USD"))


def draft(person: User, subject_id: int) -> Draft:
    return Draft(ReceiptKind.RECEIPT, subject_id, person.id, Money(1800, "USD"), "booking", str(subject_id), WORDS)


def documents(person: User, booking_id: int) -> list[Receipt]:
    return receipts.of_references(person, "booking", [booking_id]).get(str(booking_id), [])


def said(receipt: Receipt) -> dict[str, str]:
    """Everything a document says, by label."""
    words = receipts.wording_of(receipt)
    return {line.label: line.text for line in (*words.facts, *words.sums, words.total)}


def test_what_is_taken_is_receipted_at_once(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    (receipt,) = documents(learner, booking.id)
    assert receipt.number == f"R-{now():%Y}-000001"
    assert receipt.amount == Money(1800, "USD")
    words = said(receipt)
    assert words["Session"] == lesson.title
    assert words["Mentor"] == "Mira Holm"
    assert words["Paid with"].startswith("UPI")
    assert words["Paid in all"] == "18.00 USD"
    assert words["When"].endswith("(UTC), 60 min")


def test_money_that_is_only_held_or_on_its_way_has_no_receipt_yet(mentor, learner, lesson) -> None:
    held = factories.request(learner, lesson, factories.CARD)
    arriving = factories.request(learner, factories.lesson(mentor, starts_in=timedelta(days=3)), factories.BANK)
    assert documents(learner, held.id) == documents(learner, arriving.id) == []
    service.accept_booking(mentor, held.id)
    assert [one.kind for one in documents(learner, held.id)] == [ReceiptKind.RECEIPT]


def test_all_that_goes_back_has_a_counter_document_that_names_its_receipt(mentor, learner, lesson) -> None:
    booking = factories.rejected(learner, lesson)
    with clock.stopped(now() + timedelta(minutes=1)):
        payment_jobs.carry_out_refunds()
    receipt, credit = documents(learner, booking.id)
    assert (receipt.kind, credit.kind) == (ReceiptKind.RECEIPT, ReceiptKind.CREDIT)
    assert credit.cancels_id == receipt.id
    assert credit.amount == receipt.amount
    assert said(credit)["Takes from"] == f"Receipt {receipt.number}"
    assert said(credit)["Because"] == "The mentor could not teach it."


def test_each_part_that_goes_back_has_one_of_its_own(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    for number, amount in enumerate((300, 450)):
        refunds.want_refund(booking.payment_id, amount, f"part {number}")
        payment_jobs.carry_out_refunds()
    _receipt, *credits = documents(learner, booking.id)
    assert [credit.amount.amount_minor for credit in credits] == [300, 450]
    assert [credit.number[-6:] for credit in credits] == ["000001", "000002"]


def test_a_hold_that_was_let_go_leaves_no_paper(mentor, learner, lesson) -> None:
    booking = factories.rejected(learner, lesson, factories.CARD)
    with clock.stopped(now() + timedelta(minutes=1)):
        payment_jobs.carry_out_refunds()
    factories.write_missing_documents()
    assert documents(learner, booking.id) == []


def test_the_mentor_reads_what_the_learner_paid_the_fee_and_the_rest(app, monkeypatch, mentor, learner, lesson) -> None:
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings(), platform_fee_bps=1250))
    booking = factories.completed(learner, lesson)
    assert documents(mentor, booking.id) == []
    with clock.stopped(booking.release_at):
        settlement.release_earnings(booking.id)
    (statement,) = documents(mentor, booking.id)
    assert statement.number == f"S-{now():%Y}-000001"
    assert statement.amount == Money(1575, "USD")
    words = said(statement)
    assert words["Price of the seat"] == "18.00 USD"
    assert words["Platform fee (12.5 % of what is kept)"] == "−2.25 USD"
    assert words["For you"] == "15.75 USD"
    assert words["Learner"] == "Lev Park"


def test_a_document_says_for_ever_what_was_so_when_it_was_written(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    before = said(documents(learner, booking.id)[0])
    update_profile(mentor, ProfileDraft("Somebody Else", "", "", None))
    with transaction():
        lesson.title, lesson.starts_at = "Quite another thing", lesson.starts_at + timedelta(days=1)
    refunds.want_full_refund(booking.payment_id, "declined")
    payment_jobs.carry_out_refunds()
    receipt, credit = documents(learner, booking.id)
    assert said(receipt) == before
    assert said(credit)["Mentor"] == "Mira Holm", "what a credit note takes back is what the receipt said"


def test_the_database_refuses_to_change_or_delete_one(app, mentor, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    for statement in ("UPDATE receipts SET amount_minor = 1", "DELETE FROM receipts"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="append only"):
            connection.execute(text(statement))


def test_twenty_at_once_get_twenty_numbers_in_a_row(app, learner) -> None:
    learner_id = learner.id
    db.session.commit()

    def write(subject_id: int):
        return lambda: receipts.write(draft(db.session.get_one(User, learner_id), subject_id)).number

    results = at_once(app, *(write(subject_id) for subject_id in range(1, 21)))
    assert sorted(results) == [f"R-{now():%Y}-{number:06d}" for number in range(1, 21)]


def test_the_same_twenty_times_at_once_is_one_document(app, learner) -> None:
    learner_id = learner.id
    db.session.commit()
    results = at_once(app, *[lambda: receipts.write(draft(db.session.get_one(User, learner_id), 7)).number] * 20)
    assert set(results) == {f"R-{now():%Y}-000001"}


def test_a_number_that_is_rolled_back_is_given_again(app, learner) -> None:
    def fail_afterwards() -> None:
        with transaction():
            receipts.write(draft(learner, 1))
            raise ZeroDivisionError

    pytest.raises(ZeroDivisionError, fail_afterwards)
    assert receipts.write(draft(learner, 2)).number == f"R-{now():%Y}-000001"


def test_each_year_begins_anew(app, learner) -> None:
    receipts.write(draft(learner, 1))
    with clock.stopped(now() + timedelta(days=366)):
        assert receipts.write(draft(learner, 2)).number == f"R-{now():%Y}-000001"


def test_what_a_crash_left_out_the_sweep_writes_once(app, monkeypatch, mentor, learner, lesson) -> None:
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    booking = factories.confirmed(learner, lesson)
    factories.meet(booking)
    with clock.stopped(lesson.ends_at):
        settlement.settle(booking.id)
    with clock.stopped(lesson.ends_at + timedelta(days=2)):
        settlement.release_earnings(booking.id)
    assert documents(learner, booking.id) == documents(mentor, booking.id) == []
    monkeypatch.undo()
    for _ in range(2):
        factories.write_missing_documents()
    assert [one.kind for one in documents(learner, booking.id)] == [ReceiptKind.RECEIPT]
    assert [one.kind for one in documents(mentor, booking.id)] == [ReceiptKind.STATEMENT]


def test_a_credit_note_that_was_lost_is_written_by_the_sweep(app, monkeypatch, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    refunds.want_refund(booking.payment_id, 100, "kindness")
    payment_jobs.carry_out_refunds()
    monkeypatch.undo()
    assert len(documents(learner, booking.id)) == 1
    for _ in range(2):
        factories.write_missing_documents()
    assert [one.kind for one in documents(learner, booking.id)] == [ReceiptKind.RECEIPT, ReceiptKind.CREDIT]


def test_nobody_reads_anybody_elses(mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    (receipt,) = documents(learner, booking.id)
    assert receipts.of_person(learner, receipt.number) == receipt
    with pytest.raises(NotFound):
        receipts.of_person(mentor, receipt.number)


def test_looking_for_what_is_missing_costs_the_same_however_old_the_books_are(app, mentor, learner, lesson) -> None:
    """The sweep reads the table of what is wanted, never payments, refunds or bookings; and that table is empty between times."""
    factories.confirmed(learner, lesson)

    def plans() -> list[str]:
        asked: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            factories.write_missing_documents()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return [statement for statement in asked if statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]

    few = plans()
    assert few == [statement for statement in few if "FROM receipts_wanted" in statement and "JOIN" not in statement]
    assert len(few) == len(ReceiptKind)
    for day in range(2, 7):
        factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=day)))
    assert plans() == few
    assert db.session.scalar(select(func.count()).select_from(ReceiptWanted)) == 0


def test_what_is_wanted_comes_and_goes_with_the_money_and_the_document(app, monkeypatch, learner, lesson) -> None:
    wanted = select(ReceiptWanted.kind, ReceiptWanted.subject_id)
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    booking = factories.confirmed(learner, lesson)
    assert db.session.execute(wanted).all() == [(ReceiptKind.RECEIPT, booking.payment_id)]
    refunds.want_refund(booking.payment_id, 100, "kindness")
    payment_jobs.carry_out_refunds()
    assert [kind for kind, _subject in db.session.execute(wanted)] == [ReceiptKind.RECEIPT, ReceiptKind.CREDIT]
    monkeypatch.undo()
    factories.write_missing_documents()
    assert db.session.execute(wanted).all() == []
