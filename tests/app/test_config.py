"""Settings fail closed, and say everything that is wrong at once."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.config import Misconfigured, Settings, normalised_database_url

SAFE = {
    "PEERLEARN_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "FERNET_KEYS": Fernet.generate_key().decode(),
    "BASE_URL": "https://learn.example",
    "DATABASE_URL": "postgresql://peerlearn:long-password@db/peerlearn",
    "REDIS_URL": "redis://cache/0",
    "SMTP_URL": "smtps://user:word@mail.example",
    "ALLOW_REHEARSAL_PAYMENTS": "yes",
}

BY_HAND = {"PAYMENT_PROVIDER": "manual", "MANUAL_BANK_DETAILS": "Bank: A; IBAN: DE89 3704 0044 0532 0130 00"}


def test_money_by_hand_starts_with_an_account_or_a_upi_id(tmp_path: Path) -> None:
    for account in (BY_HAND, {"PAYMENT_PROVIDER": "manual", "MANUAL_UPI_ID": "Peerlearn@OkBank", "CURRENCY": "INR"}):
        assert Settings.from_environment({**SAFE, **account, "PEERLEARN_INSTANCE": str(tmp_path)}).is_by_hand


def test_production_starts_with_everything_it_needs(tmp_path: Path) -> None:
    assert Settings.from_environment({**SAFE, "PEERLEARN_INSTANCE": str(tmp_path)}).is_production


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"FERNET_KEYS": ""}, "FERNET_KEYS"),
        ({"BASE_URL": "http://learn.example"}, "BASE_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"SMTP_URL": ""}, "SMTP_URL"),
        ({"ALLOW_REHEARSAL_PAYMENTS": ""}, "rehearsal"),
        ({"PASSWORD_HASH_COST": "test"}, "PASSWORD_HASH_COST"),
        ({"DATABASE_URL": "postgresql://postgres:postgres@db/x"}, "DATABASE_URL"),
        ({"REALTIME_ENDPOINTS": "*"}, "REALTIME_ENDPOINTS"),
        ({"PAYMENT_PROVIDER": "magic"}, "PAYMENT_PROVIDER"),
        ({"PAYMENT_PROVIDER": "stripe"}, "STRIPE_SECRET_KEY"),
        ({"PAYMENT_PROVIDER": "stripe", "STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRET"),
        ({"PAYMENT_PROVIDER": "stripe", "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, "test key"),
        ({"PAYMENT_PROVIDER": "manual"}, "needs an account to pay into"),
        ({**BY_HAND, "MANUAL_BANK_DETAILS": "just some words"}, "Label: value"),
        ({**BY_HAND, "MANUAL_BANK_DETAILS": "Bank: A; IBAN: DE89 3704 0044 0532 0130 01"}, "check digits are wrong"),
        ({**BY_HAND, "MANUAL_UPI_ID": "peerlearn@okbank"}, "needs CURRENCY=INR"),
        ({**BY_HAND, "MANUAL_UPI_ID": "peerlearn", "CURRENCY": "INR"}, "name@bank"),
        ({**BY_HAND, "MANUAL_PAYEE_NAME": " "}, "MANUAL_PAYEE_NAME"),
        ({**BY_HAND, "MANUAL_BANK_DAYS": "0"}, "MANUAL_BANK_DAYS"),
        ({**BY_HAND, "MANUAL_UPI_HOURS": "1000"}, "MANUAL_UPI_HOURS"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"REHEARSAL_EVENTS": "sometimes"}, "REHEARSAL_EVENTS"),
        ({"TURN_URLS": "turn:relay.example:3478"}, "TURN_SECRET"),
        ({"TURN_URLS": "turn:relay.example:3478", "TURN_SECRET": "easily-guessed"}, "at least 20 random characters"),
        ({"TURN_URLS": "turn:relay.example:3478", "TURN_SECRET": "with a blank in the middle"}, "may hold letters"),
        ({"TURN_URLS": "stun:relay.example:3478", "TURN_SECRET": "a-secret-long-enough-for-all"}, "TURN_URLS must be addresses"),
        ({"CURRENCY": "DOLLAR"}, "CURRENCY"),
        ({"PLATFORM_FEE_BPS": "-5"}, "PLATFORM_FEE_BPS"),
        ({"PLUGINS": "nothing_of_the_kind"}, "nothing_of_the_kind"),
    ],
)
def test_production_refuses_to_start_and_says_why(change: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=says):
        Settings.from_environment({**SAFE, "PEERLEARN_INSTANCE": str(tmp_path), **change})


def test_everything_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        Settings.from_environment({"PEERLEARN_ENV": "production", "PEERLEARN_INSTANCE": str(tmp_path)})
    assert str(caught.value).count("\n- ") >= 5


def test_development_makes_its_own_keys_and_keeps_them(tmp_path: Path) -> None:
    first = Settings.from_environment({"PEERLEARN_INSTANCE": str(tmp_path)})
    second = Settings.from_environment({"PEERLEARN_INSTANCE": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert first.fernet_keys == second.fernet_keys
    assert len(first.secret_key) >= 32


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"])
def test_postgresql_always_means_the_driver_that_does_not_block(url: str) -> None:
    assert normalised_database_url(url) == "postgresql+psycopg2://u:p@h/d"
