"""Gifts in writing: the giver's receipt, and the mentor's statement once the gift is theirs to withdraw."""

from datetime import timedelta

import pytest

from app.bookings.models import Booking
from app.gifts import finishing, jobs
from app.gifts.models import Gift
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import jobs as payment_jobs
from app.payments import receipts
from app.payments.receipt_models import ReceiptKind
from tests import factories
from tests.app.payments.papers import of, said

pytestmark = pytest.mark.database


def given(taught: Booking, **more) -> Gift:
    """$5, final and released."""
    gift = give(taught.learner, taught.id, GiftDraft("5", ticket="t1", **more), factories.UPI)
    for later in (timedelta(minutes=1, seconds=1), timedelta(days=1, minutes=2)):
        with clock.stopped(now() + later):
            jobs.finish_gifts()
            jobs.release_tips()
    return gift


def test_the_mentor_has_a_statement_with_the_fee_once_it_is_theirs(taught: Booking, settings_with) -> None:
    settings_with(gift_fee_bps=1250)
    gift = give(taught.learner, taught.id, GiftDraft("5", ticket="t1"), factories.UPI)
    mentor = gift.mentor
    with clock.stopped(gift.undo_until):
        jobs.finish_gifts()
    assert of(mentor, ReceiptKind.TIP) == []
    with clock.stopped(gift.available_at):
        for _ in range(2):
            jobs.release_tips()
    [statement] = of(mentor, ReceiptKind.TIP)
    assert (statement.number, statement.amount) == (f"S-{now():%Y}-000001", Money(438, "USD"))
    words = said(statement)
    assert words["Gift"] == "5.00 USD"
    assert words["Platform fee (12.5 % of the gift)"] == "−0.62 USD"
    assert words["For you"] == "4.38 USD"
    assert (words["From"], words["Session"]) == ("Lev Park", "Knots")


def test_where_there_is_no_fee_no_line_speaks_of_one(taught: Booking) -> None:
    mentor = given(taught).mentor
    [statement] = of(mentor, ReceiptKind.TIP)
    assert not [label for label in said(statement) if "fee" in label]
    assert statement.amount == Money(500, "USD")


def test_a_private_gift_tells_neither_its_giver_nor_the_session(taught: Booking) -> None:
    mentor = given(taught, is_private=True).mentor
    [statement] = of(mentor, ReceiptKind.TIP)
    assert said(statement)["From"] == "Somebody"
    for secret in ("Lev", "Knots", f"No. {taught.id}"):
        assert secret not in str(statement.wording)
    assert (statement.about, statement.reference) == ("gift", str(1))


def test_the_givers_receipt_names_the_mentor_and_the_session(taught: Booking) -> None:
    given(taught)
    [receipt] = [one for one in of(taught.learner) if one.about == "gift"]
    words = said(receipt)
    assert (words["Mentor"], words["Session"], words["Gift to a mentor"]) == ("Mira Holm", "Knots", "5.00 USD")


def test_what_was_taken_back_within_the_minute_is_no_income_and_says_why(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, GiftDraft("5", ticket="t1"), factories.UPI)
    finishing.undo_gift(taught.learner, gift.id)
    payment_jobs.carry_out_refunds()
    factories.write_missing_documents()
    _receipt, credit = [one for one in of(taught.learner) if one.about == "gift"]
    assert said(credit)["Because"] == "You took it back within the minute."
    assert of(gift.mentor, ReceiptKind.TIP) == []


def test_a_statement_that_was_lost_is_written_by_the_sweep_once(taught: Booking, monkeypatch) -> None:
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    mentor = given(taught).mentor
    assert of(mentor, ReceiptKind.TIP) == []
    monkeypatch.undo()
    for _ in range(2):
        factories.write_missing_documents()
    assert len(of(mentor, ReceiptKind.TIP)) == 1
