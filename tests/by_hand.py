"""An instance whose money people move: its settings, its admin, statements of its bank, and the proof that its books agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.transaction import transaction
from app.payments import jobs, ledger
from app.payments.manual import incoming
from app.payments.manual.incoming import Imported
from app.payments.manual.references import shown
from app.payments.methods import Choice
from app.proof import service as proof
from tests import factories

BANK = Choice(kind="bank", details={"account_name": "Lev Park", "account_number": "000123456789", "ifsc": "026009593"})
UPI = Choice(kind="upi", details={"upi_id": "lev@okbank"})
IN_TEN_DAYS = timedelta(days=10)


ACCOUNT = "Bank: First Bank; Account: 12345678; Routing: 026009593"


def without_gateway(app: Flask, monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
    """The settings of an instance that takes dollars by bank transfer; `more` changes them."""
    own = {"payment_provider": "manual", "manual_bank_details": ACCOUNT, **more}
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **own))


def admin(name: str = "Ada Min") -> User:
    """Somebody who looks after the money."""
    user = factories.person(name)
    with transaction():
        user.is_admin = True
    return user


def asked(student: User | None = None, price: int = 1800, **extra: object) -> Booking:
    """A booking whose learner was given a reference number."""
    offered = factories.lesson(factories.mentor(), starts_in=IN_TEN_DAYS, price=price)
    return factories.request(student or factories.learner(), offered, extra.get("choice", BANK))


def reference_of(booking: Booking) -> str:
    """As its payer types it."""
    db.session.refresh(booking.payment)
    return shown(booking.payment.provider_payment_id)


def statement(*lines: tuple[str, str], day: str = "2026-11-24") -> bytes:
    """A bank's file: (amount, text) per line."""
    rows = [f'{day},"{amount}","{text}"' for amount, text in lines]
    return "\n".join(["Date,Amount,Description", *rows, ""]).encode()


def import_lines(actor: User, *lines: tuple[str, str], day: str = "2026-11-24") -> Imported:
    """A file with these lines comes in."""
    return incoming.import_statement(actor, statement(*lines, day=day), "statement.csv")


def sweep() -> None:
    """Everything that is due is looked at."""
    jobs.give_up_late_transfers()
    jobs.reconcile_payments()
    jobs.carry_out_refunds()
    jobs.give_back_strays()
    jobs.carry_out_payouts()


def assert_books_agree() -> None:
    """The nightly proof finds nothing, the bank's side included."""
    sweep()
    checks = proof.check_all()
    assert [check for check in checks if check.wrong] == []
    assert any(check.name == "manual.account" for check in checks)


def at_the_bank(currency: str = "USD") -> int:
    """What the ledger says lies at our bank, in minor units."""
    return -ledger.balance(ledger.provider_account("manual"), currency).amount_minor
