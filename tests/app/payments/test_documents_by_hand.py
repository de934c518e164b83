"""Documents of an instance whose money people move: the bank's own reference, and what was sent beyond the price."""

import pytest

from app.accounts.models import User
from app.extensions import db
from app.payments.manual import deciding, outgoing
from app.payments.receipt_models import ReceiptKind
from tests import by_hand
from tests.app.payments.papers import of, said
from tests.app.payments.test_manual_out import withdrawn
from tests.by_hand import asked, assert_books_agree, import_lines, reference_of

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _transfers_only(app, monkeypatch) -> None:
    by_hand.without_gateway(app, monkeypatch)


@pytest.fixture
def admin(app) -> User:
    return by_hand.admin()


def test_a_withdrawal_names_the_banks_own_reference(admin) -> None:
    payout = withdrawn(admin)
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_sent(admin, transfer.id, "BANK-4711")
    [document] = of(db.session.get_one(User, payout.mentor_id), ReceiptKind.WITHDRAWAL)
    assert said(document)["Reference"] == "BANK-4711"
    assert said(document)["Paid to you"] == "18.00 USD"
    assert_books_agree()


def test_a_withdrawal_the_bank_did_not_take_has_no_document(admin) -> None:
    payout = withdrawn(admin)
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_failed(admin, transfer.id, "account closed")
    assert of(db.session.get_one(User, payout.mentor_id), ReceiptKind.WITHDRAWAL) == []
    assert_books_agree()


def test_what_was_sent_beyond_the_price_is_receipted_when_it_comes_and_noted_when_it_is_back(admin) -> None:
    booking = asked()
    [line] = import_lines(admin, ("20.00", reference_of(booking))).unmatched
    deciding.confirm_line(admin, line.id, reference_of(booking))
    by_hand.sweep()
    receipt, surplus = of(booking.learner)
    assert (receipt.amount_minor, surplus.kind, surplus.amount_minor) == (1800, ReceiptKind.STRAY, 200)
    assert said(surplus)["Taken beyond what was due"] == "2.00 USD"
    assert "Reference" not in said(surplus), "a part of a transfer has no name of its own"
    [transfer] = outgoing.to_send(admin)
    outgoing.mark_sent(admin, transfer.id, "BANK-1")
    [back] = of(booking.learner, ReceiptKind.STRAY_BACK)
    assert (back.cancels_id, back.amount_minor) == (surplus.id, 200)
    assert_books_agree()

