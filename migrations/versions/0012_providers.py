"""providers: their messages, approvals, stray charges, and the rehearsal's fuller books."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import EncryptedText, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TOLD_BY_THE_CODE = (
    ("payment_attempts", "keep", sa.Boolean(), sa.false()),
    ("rehearsal_payments", "hold", sa.Boolean(), sa.false()),
    ("rehearsal_payments", "instrument", sa.String(length=64), ""),
    ("rehearsal_payments", "return_url", sa.Text(), ""),
    ("rehearsal_payouts", "is_told", sa.Boolean(), sa.true()),
)
"""Columns whose rows of today get a value; afterwards the code gives it, and no default stays in the database."""


def upgrade() -> None:
    """Up."""
    for table, name, kind, value in TOLD_BY_THE_CODE:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as batch:
            batch.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("payment_attempts") as batch:
        batch.add_column(sa.Column("action_url", sa.Text(), nullable=True))
    _what_providers_tell()
    _what_the_rehearsal_keeps()


def _what_providers_tell() -> None:
    op.create_table(
        "provider_events",
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("object_id", sa.String(length=100), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "provider", name=op.f("pk_provider_events")),
    )
    op.create_table(
        "stray_charges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("provider_payment_id", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_stray_charges_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_charges")),
        sa.UniqueConstraint("key", name=op.f("uq_stray_charges_key")),
        sa.UniqueConstraint("provider_payment_id", name=op.f("uq_stray_charges_provider_payment_id")),
    )
    op.create_index(op.f("ix_stray_charges_payment_id"), "stray_charges", ["payment_id"])
    op.create_index(op.f("ix_stray_charges_state"), "stray_charges", ["state"])


def _what_the_rehearsal_keeps() -> None:
    op.create_table(
        "rehearsal_instruments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("details", EncryptedText(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_instruments")),
        sa.UniqueConstraint("token", name=op.f("uq_rehearsal_instruments_token")),
    )
    op.create_index(op.f("ix_rehearsal_instruments_payer"), "rehearsal_instruments", ["payer"])
    op.create_table(
        "rehearsal_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_rehearsal_events_event_id")),
    )
    op.create_index(op.f("ix_rehearsal_events_next_at"), "rehearsal_events", ["next_at"])


def downgrade() -> None:
    """Down."""
    for table in ("rehearsal_events", "rehearsal_instruments", "stray_charges", "provider_events"):
        op.drop_table(table)
    with op.batch_alter_table("payment_attempts") as batch:
        batch.drop_column("action_url")
    for table, name, _kind, _value in TOLD_BY_THE_CODE:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
