"""Settings: one frozen object read from the environment.

Every name stands in `.env.example` with a sentence. Production fails closed: what is missing or unsafe is listed all at once.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from flask import current_app

from app.kernel.bank_numbers import is_iban, is_upi_id
from app.kernel.turn_urls import read_turn_url

ROOT = Path(__file__).resolve().parent.parent
COST_OF_PRODUCTION = "standard"
REHEARSAL_SWITCH = re.compile(r"delay=[0-9]{1,6}|duplicate|reorder|drop=[0-9]{1,6}")


class Misconfigured(RuntimeError):
    """The environment does not make a safe configuration; the text lists every reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ between two installations of the same code."""

    env: str
    secret_key: str
    fernet_keys: tuple[str, ...]
    base_url: str
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    realtime_endpoints: tuple[str, ...]
    turn_urls: tuple[str, ...]
    turn_secret: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_publishable_key: str
    stripe_api_base: str
    manual_bank_details: str
    manual_upi_id: str
    manual_payee_name: str
    manual_bank_days: int
    manual_upi_hours: int
    payment_provider: str
    may_rehearse_in_production: bool
    rehearsal_events: tuple[str, ...]
    rehearsal_webhook_url: str
    admin_path: str
    tax_rule: str
    plugins: tuple[str, ...]
    currency: str
    password_hash_cost: str
    platform_fee_bps: int
    gift_fee_bps: int
    gift_min: int
    gift_max: int
    gift_max_per_day: int
    learner_no_show_refund_pct: int
    recording_days: int
    storage_url: str
    storage_endpoint: str
    metrics_token: str
    trusted_proxies: int
    instance_path: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the environment; Misconfigured lists everything that is wrong."""
        env = dict(os.environ if environ is None else environ)
        kind = env.get("PEERLEARN_ENV", "development")
        instance = Path(env.get("PEERLEARN_INSTANCE") or ROOT / "instance").resolve()
        own = _development_secrets(instance) if kind != "production" else {}
        base_url = env.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        settings = cls(
            env=kind,
            secret_key=env.get("SECRET_KEY") or own.get("SECRET_KEY", ""),
            fernet_keys=_words(env.get("FERNET_KEYS") or own.get("FERNET_KEYS", "")),
            base_url=base_url,
            database_url=normalised_database_url(env.get("DATABASE_URL") or f"sqlite:///{instance / 'peerlearn.db'}"),
            redis_url=env.get("REDIS_URL", ""),
            smtp_url=env.get("SMTP_URL", ""),
            mail_from=env.get("MAIL_FROM", f"PeerLearn <hello@{urlsplit(base_url).hostname}>"),
            realtime_endpoints=_words(env.get("REALTIME_ENDPOINTS", "")),
            turn_urls=_words(env.get("TURN_URLS", "")),
            turn_secret=env.get("TURN_SECRET", ""),
            stripe_secret_key=env.get("STRIPE_SECRET_KEY", ""),
            stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", ""),
            stripe_publishable_key=env.get("STRIPE_PUBLISHABLE_KEY", ""),
            stripe_api_base=env.get("STRIPE_API_BASE", "").rstrip("/"),
            **_by_hand(env),
            payment_provider=env.get("PAYMENT_PROVIDER", "rehearsal"),
            rehearsal_events=_words(env.get("REHEARSAL_EVENTS", "")),
            rehearsal_webhook_url=env.get("REHEARSAL_WEBHOOK_URL") or f"{base_url}/webhooks/rehearsal",
            may_rehearse_in_production=env.get("ALLOW_REHEARSAL_PAYMENTS", "") == "yes",
            admin_path=env.get("ADMIN_PATH", "/admin/"),
            tax_rule=env.get("TAX_RULE", "").strip(),
            plugins=_words(env.get("PLUGINS", "")),
            currency=env.get("CURRENCY", "USD").upper(),
            password_hash_cost=env.get("PASSWORD_HASH_COST", "standard"),
            platform_fee_bps=_whole(env.get("PLATFORM_FEE_BPS", "0")),
            gift_fee_bps=_whole(env.get("GIFT_FEE_BPS", "0")),
            gift_min=_whole(env.get("GIFT_MIN", "0")),
            gift_max=_whole(env.get("GIFT_MAX", "0")),
            gift_max_per_day=_whole(env.get("GIFT_MAX_PER_DAY", "0")),
            learner_no_show_refund_pct=_whole(env.get("LEARNER_NO_SHOW_REFUND_PCT", "100")),
            recording_days=_whole(env.get("RECORDING_DAYS", "30")),
            storage_url=env.get("STORAGE_URL", "").strip(),
            storage_endpoint=env.get("STORAGE_ENDPOINT", "").strip(),
            metrics_token=env.get("METRICS_TOKEN", ""),
            trusted_proxies=_whole(env.get("TRUSTED_PROXIES", "0")),
            instance_path=instance,
        )
        problems = settings.problems()
        if problems:
            raise Misconfigured("PeerLearn cannot start with these settings:\n" + "\n".join(f"- {p}" for p in problems))
        return settings

    @property
    def is_production(self) -> bool:
        """True where real people and real money are."""
        return self.env == "production"

    @property
    def is_by_hand(self) -> bool:
        """True when money is moved by people, without a gateway."""
        return self.payment_provider == "manual"

    @property
    def is_rehearsal(self) -> bool:
        """True when payments are played by the built-in rehearsal provider."""
        return self.payment_provider == "rehearsal"

    def problems(self) -> list[str]:
        """Everything that is wrong, in sentences; empty when all is well."""
        found = [text for bad, text in self._always_checked() if bad]
        if self.is_by_hand:
            found += [text for bad, text in self._checked_without_gateway() if bad]
        if self.is_production:
            found += [text for bad, text in self._checked_in_production() if bad]
        return found

    def _always_checked(self) -> list[tuple[bool, str]]:
        return [
            (self.env not in ("development", "test", "production"), "PEERLEARN_ENV must be development, test or production"),
            (self.password_hash_cost not in ("standard", "test"), "PASSWORD_HASH_COST must be standard or test"),
            (
                self.payment_provider not in ("rehearsal", "stripe", "manual"),
                "PAYMENT_PROVIDER must be rehearsal, stripe or manual",
            ),
            (
                self.payment_provider == "stripe" and not self.stripe_secret_key.startswith(("sk_", "rk_")),
                "PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY (it begins with sk_ or rk_)",
            ),
            (
                self.payment_provider == "stripe" and not self.stripe_webhook_secret.startswith("whsec_"),
                "PAYMENT_PROVIDER=stripe needs STRIPE_WEBHOOK_SECRET (it begins with whsec_)",
            ),
            (not 0 <= self.platform_fee_bps <= 5000, "PLATFORM_FEE_BPS must be a whole number from 0 to 5000"),
            (not 0 <= self.gift_fee_bps <= 5000, "GIFT_FEE_BPS must be a whole number from 0 to 5000"),
            (
                min(self.gift_min, self.gift_max, self.gift_max_per_day) < 0,
                "GIFT_MIN, GIFT_MAX and GIFT_MAX_PER_DAY must be whole numbers of the currency's units (0: our own)",
            ),
            (
                bool(self.gift_min and self.gift_max) and self.gift_min > self.gift_max,
                "GIFT_MIN must not be above GIFT_MAX",
            ),
            (not 0 <= self.learner_no_show_refund_pct <= 100, "LEARNER_NO_SHOW_REFUND_PCT must be a whole number from 0 to 100"),
            (not 1 <= self.recording_days <= 365, "RECORDING_DAYS must be a whole number from 1 to 365"),
            (
                "://" in self.storage_url and not re.fullmatch(r"s3://[a-z0-9.-]{3,63}(/[A-Za-z0-9._/-]*)?", self.storage_url),
                "STORAGE_URL must be a folder or s3://bucket/prefix",
            ),
            (len(self.currency) != 3 or not self.currency.isalpha(), "CURRENCY must be a three-letter code such as USD"),
            (not self.base_url.startswith(("http://", "https://")), "BASE_URL must be a full address"),
            (bool(self.plugins), f"PLUGINS names {', '.join(self.plugins)}, which is not installed"),
            (bool(self.turn_urls) and not self.turn_secret, "TURN_URLS needs TURN_SECRET"),
            (
                not all(read_turn_url(url) for url in self.turn_urls),
                "TURN_URLS must be addresses such as turn:host:3478?transport=udp or turns:host:443?transport=tcp",
            ),
            (not re.fullmatch(r"[A-Za-z0-9_.~+/=-]*", self.turn_secret), "TURN_SECRET may hold letters, digits and _.~+/=- only"),
            (
                not all(REHEARSAL_SWITCH.fullmatch(word) for word in self.rehearsal_events),
                "REHEARSAL_EVENTS knows delay=SECONDS, duplicate, reorder and drop=N",
            ),
            ("*" in self.realtime_endpoints, "REALTIME_ENDPOINTS must name each address, never *"),
        ]

    def _checked_without_gateway(self) -> list[tuple[bool, str]]:
        account = self.manual_bank_details
        is_readable = all(re.fullmatch(r"[^:]+:[^:]*\S[^:]*", part) for part in account.split(";") if part.strip())
        iban = re.search(r"\bIBAN\s*:([^;]*)", account, re.IGNORECASE)
        is_typo = iban is not None and not is_iban(re.sub(r"\s", "", iban[1]).upper())
        return [
            (
                not account and not self.manual_upi_id,
                "PAYMENT_PROVIDER=manual needs an account to pay into: MANUAL_BANK_DETAILS, or MANUAL_UPI_ID with CURRENCY=INR",
            ),
            (not is_readable, "MANUAL_BANK_DETAILS must be written as Label: value; Label: value"),
            (is_typo, "MANUAL_BANK_DETAILS holds an IBAN whose check digits are wrong"),
            (bool(self.manual_upi_id) and not is_upi_id(self.manual_upi_id), "MANUAL_UPI_ID must look like name@bank"),
            (bool(self.manual_upi_id) and self.currency != "INR", "MANUAL_UPI_ID needs CURRENCY=INR: UPI knows no other currency"),
            (not 1 <= len(self.manual_payee_name) <= 70, "MANUAL_PAYEE_NAME must be the account holder’s name, at most 70 letters"),
            (not 1 <= self.manual_bank_days <= 10, "MANUAL_BANK_DAYS must be a whole number from 1 to 10"),
            (not 1 <= self.manual_upi_hours <= 72, "MANUAL_UPI_HOURS must be a whole number from 1 to 72"),
        ]

    def _checked_in_production(self) -> list[tuple[bool, str]]:
        return [
            (len(self.secret_key) < 32, "SECRET_KEY must be set to at least 32 random characters"),
            (not self.fernet_keys, "FERNET_KEYS must hold at least one key (bin/flask new-key prints one)"),
            (not self.base_url.startswith("https://"), "BASE_URL must begin with https://"),
            (not self.redis_url, "REDIS_URL must be set"),
            (
                bool(self.turn_urls) and len(self.turn_secret) < 20,
                "TURN_SECRET must be at least 20 random characters: whoever guesses it uses your relay",
            ),
            (not self.smtp_url, "SMTP_URL must be set, or nobody gets mail"),
            (
                self.is_rehearsal and not self.may_rehearse_in_production,
                "PAYMENT_PROVIDER is the rehearsal, which moves no real money (ALLOW_REHEARSAL_PAYMENTS=yes for a demonstration)",
            ),
            (
                self.payment_provider == "stripe" and self.stripe_secret_key.startswith(("sk_test_", "rk_test_")),
                "STRIPE_SECRET_KEY is a test key, which moves no real money",
            ),
            (bool(self.stripe_api_base), "STRIPE_API_BASE is for tests: production talks to Stripe itself"),
            (self.password_hash_cost != COST_OF_PRODUCTION, "PASSWORD_HASH_COST=test makes passwords easy to guess"),
            ("postgres:postgres@" in self.database_url, "DATABASE_URL still has the default password"),
        ]


def settings() -> Settings:
    """The settings of the running app."""
    return current_app.extensions["settings"]


def normalised_database_url(url: str) -> str:
    """Name psycopg2 outright: SQLAlchemy 2.1 takes `postgresql://` for psycopg 3, which stops the event loop."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url.removeprefix(prefix)
    return url


def _by_hand(env: Mapping[str, str]) -> dict[str, Any]:
    """The settings of money that people move."""
    return {
        "manual_bank_details": env.get("MANUAL_BANK_DETAILS", "").strip(),
        "manual_upi_id": env.get("MANUAL_UPI_ID", "").strip().lower(),
        "manual_payee_name": env.get("MANUAL_PAYEE_NAME", "PeerLearn").strip(),
        "manual_bank_days": _whole(env.get("MANUAL_BANK_DAYS", "3")),
        "manual_upi_hours": _whole(env.get("MANUAL_UPI_HOURS", "24")),
    }


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _development_secrets(instance: Path) -> dict[str, str]:
    """Keys made once per instance folder, so that sessions and encrypted rows outlive a restart in development."""
    path = instance / "development-secrets.json"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        made = {"SECRET_KEY": secrets.token_urlsafe(32), "FERNET_KEYS": Fernet.generate_key().decode()}
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)  # fails when another process was first: then its keys count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text())
