"""Withdrawals, chargebacks and charges beyond what was due: each movement in writing once, and what it takes from is named."""

from datetime import timedelta

import pytest

from app.accounts.closing import disable_account
from app.accounts.models import User
from app.bookings import jobs as booking_jobs
from app.bookings import service
from app.bookings.models import Booking
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.notifications.enclosures import enclosed
from app.notifications.models import Mail
from app.payments import jobs, ledger, receipts
from app.payments.documents import document_payment
from app.payments.payout_methods import add_payout_method
from app.payments.payout_models import Payout, PayoutState
from app.payments.payouts import Withdrawal, withdraw
from app.payments.provider_models import StrayCharge
from app.payments.providers.registry import provider
from app.payments.receipt_models import ReceiptKind, ReceiptWanted
from app.payments.refunds import want_refund
from tests import factories, post
from tests.app.payments.books import MINUTE, unheard
from tests.app.payments.papers import of, said

pytestmark = pytest.mark.database

CLOSED = {"account_number": "000123450001", "ifsc": "TEST0123456"}


def withdrawn(mentor: User, kind: str = "upi", details: dict[str, str] | None = None) -> Payout:
    """$40 of $100, to its end."""
    factories.verified(mentor)
    entries = {ledger.available_to(mentor.id): Money(10_000, "USD"), ledger.provider_account("rehearsal"): Money(-10_000, "USD")}
    with factories.transaction():
        ledger.post("test", str(mentor.id), entries)
    method = add_payout_method(mentor, kind, details or {"upi_id": "success@upi"}, factories.PASSWORD)
    payout = withdraw(mentor, Withdrawal("40", method_id=method.id))
    for seconds in (0, 20, 20):
        with clock.stopped(now() + timedelta(seconds=seconds)):
            jobs.carry_out_payouts()
    return payout


def charged_twice(learner: User, lesson, way: str = "success") -> Booking:
    """A call that was given up for lost arrives after the learner has paid again."""
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    key = booking.payment.attempts[0].key
    service.pay_again(learner, booking.id, factories.UPI)
    provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": f"{way}@upi"}), hold=False, key=key)
    return booking


def disputed(learner: User, lesson) -> Booking:
    """Paid, and a minute later its bank takes it back."""
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        post.hand_over_all()
    return booking


def test_a_withdrawal_that_arrived_is_documented_with_where_when_and_how_the_bank_calls_it(mentor) -> None:
    payout = withdrawn(mentor)
    [document] = of(mentor)
    assert (document.number, document.kind) == (f"W-{now():%Y}-000001", ReceiptKind.WITHDRAWAL)
    assert document.amount == Money(4000, "USD")
    words = said(document)
    assert words["Paid to"] == "UPI su••@upi"
    assert words["Paid to you"] == words["Withdrawn from your earnings"] == "40.00 USD"
    assert words["Reference"] == payout.provider_payout_id
    assert words["Asked for"].endswith("(UTC)")
    assert words["Arrived"].endswith("(UTC)")
    assert "success" not in str(document.wording), "where it went is told by its last characters only"


def test_the_letter_that_says_it_arrived_brings_the_document_and_no_other_letter_goes_out(mentor) -> None:
    withdrawn(mentor)
    [document] = of(mentor)
    [letter] = db.session.scalars(db.select(Mail).where(Mail.enclosure != ""))
    assert (letter.enclosure, letter.subject[:8]) == (f"receipt:{document.id}", "Paid out")
    assert f"/receipts/{document.number}" in letter.html


def test_a_withdrawal_that_came_back_moved_nothing_and_has_no_document(mentor) -> None:
    payout = withdrawn(mentor, "bank", CLOSED)
    assert payout.state is PayoutState.RETURNED
    factories.write_missing_documents()
    assert of(mentor) == []


def test_a_payer_whose_bank_took_the_money_back_reads_who_returned_it_and_from_which_receipt(learner, lesson) -> None:
    disputed(learner, lesson)
    receipt, counter = of(learner)
    assert (counter.kind, counter.cancels_id, counter.amount) == (ReceiptKind.CHARGEBACK, receipt.id, receipt.amount)
    assert counter.number == f"C-{now():%Y}-000001"
    words = said(counter)
    assert words["Takes from"] == f"Receipt {receipt.number}"
    assert words["Because"] == "Your bank took this payment back."
    assert words["Session"] == lesson.title
    assert words["Back from your bank"] == "18.00 USD"
    assert "Paid with" not in words
    assert "We send nothing besides." in receipts.wording_of(counter).notes[0]
    letters = db.session.scalars(db.select(Mail).where(Mail.enclosure == f"receipt:{counter.id}")).all()
    assert [letter.user_id for letter in letters] == [learner.id]


def test_a_refund_that_the_bank_made_needless_has_no_second_document(learner, lesson) -> None:
    booking = disputed(learner, lesson)
    with clock.stopped(now() + timedelta(days=2)):
        booking_jobs.expire_requests()
        jobs.carry_out_refunds()
        document_payment(booking.payment.id)
    assert booking.payment.refunds, "it was to go back"
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT, ReceiptKind.CHARGEBACK]


def test_after_a_dispute_that_is_won_the_payer_has_a_receipt_again_and_credit_notes_take_from_that(learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute-won"))
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        receipt, counter, again = of(learner)
        assert (again.kind, again.cancels_id, again.amount) == (ReceiptKind.PUT_BACK, counter.id, receipt.amount)
        assert again.number.startswith("R-")
        words = said(again)
        assert words["Takes from"] == f"Document {counter.number}"
        assert (words["Session"], words["Paid after all"]) == (lesson.title, "18.00 USD")
        want_refund(booking.payment.id, 500, "kindness")
        jobs.carry_out_refunds()
        factories.write_missing_documents()
    credit = of(learner)[-1]
    assert (credit.kind, credit.cancels_id, credit.amount_minor) == (ReceiptKind.CREDIT, again.id, 500)
    assert said(credit)["Takes from"] == f"Receipt {again.number}"
    assert [label for label in said(credit) if label == "Put back"] == []


def test_a_refund_made_before_the_bank_took_the_rest_but_heard_of_after_it_was_put_back_takes_from_the_first_receipt(
    learner, lesson, monkeypatch
) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute-won"))
    want_refund(booking.payment.id, 1200, "kindness")
    with monkeypatch.context() as lost:
        lost.setattr(provider(), "refund", unheard(provider().refund))
        jobs.carry_out_refunds()
    with clock.stopped(now() + MINUTE):
        jobs.look_for_chargebacks()
        assert booking.payment.refunds[0].done_at is None
        jobs.carry_out_refunds()
        want_refund(booking.payment.id, 400, "late kindness")
        jobs.carry_out_refunds()
        factories.write_missing_documents()
    receipt, _taken, again, early, late = of(learner)
    assert (again.kind, again.amount_minor) == (ReceiptKind.PUT_BACK, 600)
    assert [(one.cancels_id, one.amount_minor) for one in (early, late)] == [(receipt.id, 1200), (again.id, 400)]
    assert said(late)[f"Paid with receipt {again.number}"] == "6.00 USD"


def test_what_went_back_before_and_what_the_bank_took_are_each_documented(learner, lesson) -> None:
    booking = factories.request(learner, lesson, factories.upi("dispute"))
    want_refund(booking.payment.id, 500, "kindness")
    jobs.carry_out_refunds()
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
    receipt, *counters = of(learner)
    assert [(one.kind, one.amount_minor) for one in counters] == [(ReceiptKind.CREDIT, 500), (ReceiptKind.CHARGEBACK, 1300)]
    assert {one.cancels_id for one in counters} == {receipt.id}


def test_a_chargeback_touches_no_mentors_statement(mentor, learner, lesson) -> None:
    """The loss is the platform's: what the statement says stays true."""
    booking = factories.completed(learner, lesson, factories.upi("dispute"))
    with clock.stopped(booking.release_at):
        booking_jobs.release_due_earnings()
        post.hand_over_all()
        post.hand_over_all()
        factories.write_missing_documents()
    assert booking.payment.charged_back_at is not None
    assert [one.kind for one in of(mentor)] == [ReceiptKind.STATEMENT]
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT, ReceiptKind.CHARGEBACK]


def test_a_charge_too_many_is_receipted_and_its_return_names_that_receipt(learner, lesson) -> None:
    booking = charged_twice(learner, lesson)
    post.hand_over_all()
    bought, surplus = of(learner)
    assert (surplus.kind, surplus.number) == (ReceiptKind.STRAY, f"R-{now():%Y}-000002")
    words = said(surplus)
    assert words["Taken beyond what was due"] == words["To go back to you"] == "18.00 USD"
    assert words["Session"] == said(bought)["Session"] == lesson.title
    jobs.give_back_strays()
    jobs.give_back_strays()
    *_before, back = of(learner)
    assert (back.kind, back.cancels_id, back.amount) == (ReceiptKind.STRAY_BACK, surplus.id, booking.price)
    assert said(back)["Takes from"] == f"Receipt {surplus.number}"
    assert said(back)["Goes back to you"] == "18.00 USD"
    assert said(back)["Reference"] == said(surplus)["Reference"]
    assert len(of(learner)) == 3
    assert receipts.countering(bought) == [], "what was bought is bought"


def test_where_the_payers_bank_was_quicker_it_says_so(learner, lesson) -> None:
    charged_twice(learner, lesson, "dispute")
    with clock.stopped(now() + MINUTE):
        post.hand_over_all()
        jobs.give_back_strays()
    surplus, back = of(learner, ReceiptKind.STRAY, ReceiptKind.STRAY_BACK)
    assert back.cancels_id == surplus.id
    assert said(back)["Because"] == "Your bank took it back before we could send it."
    assert said(back)["Back from your bank"] == "18.00 USD"
    assert of(learner, ReceiptKind.CHARGEBACK) == []


def test_a_second_hold_that_is_let_go_moved_nothing(learner, lesson) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    service.pay_again(learner, booking.id, factories.UPI)
    card = provider().instrument("card", {"card_number": "4242424242424242"})
    provider().create_payment(booking.price, card, hold=True, key=booking.payment.attempts[0].key)
    post.hand_over_all()
    jobs.give_back_strays()
    document_payment(booking.payment.id)
    assert db.session.scalars(db.select(StrayCharge.is_taken)).all() == [False]
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT]


def test_money_that_came_after_all_was_over_is_receipted_though_nothing_was_bought(learner, lesson, monkeypatch) -> None:
    booking = service.book(learner, lesson.id, factories.upi("timeout-before"))
    jobs.reconcile_payments()
    key = booking.payment.attempts[0].key
    with clock.stopped(now() + timedelta(hours=1)):
        booking_jobs.release_holds()
        jobs.carry_out_refunds()
        provider().create_payment(booking.price, provider().instrument("upi", {"upi_id": "success@upi"}), hold=False, key=key)
        post.hand_over_all()
        jobs.give_back_strays()
    assert [one.kind for one in of(learner)] == [ReceiptKind.STRAY, ReceiptKind.STRAY_BACK]


def test_whatever_a_crash_left_out_the_sweeps_write_once(monkeypatch, mentor, learner, lesson) -> None:
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    withdrawn(mentor)
    charged_twice(learner, lesson)
    post.hand_over_all()
    jobs.give_back_strays()
    other = factories.learner("Two")
    disputed(other, factories.lesson(mentor, starts_in=timedelta(days=3)))
    assert of(mentor) == of(learner) == of(other) == []
    monkeypatch.undo()
    for _ in range(2):
        factories.write_missing_documents()
    assert [one.kind for one in of(mentor)] == [ReceiptKind.WITHDRAWAL]
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT, ReceiptKind.STRAY, ReceiptKind.STRAY_BACK]
    assert [one.kind for one in of(other)] == [ReceiptKind.RECEIPT, ReceiptKind.CHARGEBACK]


def test_each_movement_wants_its_own_document_and_leans_on_no_other(monkeypatch, mentor, learner, lesson) -> None:
    """Only what stands beside the entries is looked for: a movement that forgot to ask would never be documented."""
    real, late = receipts.write, {ReceiptKind.CHARGEBACK, ReceiptKind.STRAY, ReceiptKind.STRAY_BACK}
    monkeypatch.setattr(receipts, "write", lambda draft: 1 / 0 if draft.kind in late else real(draft))
    charged_twice(learner, lesson)
    post.hand_over_all()
    jobs.give_back_strays()
    disputed(factories.learner("Two"), factories.lesson(mentor, starts_in=timedelta(days=3)))
    assert set(db.session.scalars(db.select(ReceiptWanted.kind))) == late


def test_whoever_lost_their_account_still_gets_the_document_by_mail(learner, lesson) -> None:
    charged_twice(learner, lesson)
    disable_account(None, learner.id, "A test of what follows.")
    post.hand_over_all()
    [surplus] = of(learner, ReceiptKind.STRAY)
    [letter] = db.session.scalars(db.select(Mail).where(Mail.enclosure == f"receipt:{surplus.id}"))
    file = enclosed(letter.enclosure, learner.id)
    assert file is not None
    assert file.name == f"{surplus.number}.pdf"


def test_a_document_that_cannot_be_written_keeps_no_other_one_waiting(monkeypatch, learner, lesson) -> None:
    charged_twice(learner, lesson)
    real = receipts.write
    monkeypatch.setattr(receipts, "write", lambda draft: 1 / 0 if draft.kind is ReceiptKind.STRAY else real(draft))
    post.hand_over_all()
    factories.write_missing_documents()
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT]
    monkeypatch.undo()
    factories.write_missing_documents()
    assert [one.kind for one in of(learner)] == [ReceiptKind.RECEIPT, ReceiptKind.STRAY]
