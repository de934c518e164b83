"""offers: coupons, what a first session costs less, and what a booking was discounted by."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TOLD_BY_THE_MODEL = (("discount_minor", sa.Integer(), "0"), ("is_trial", sa.Boolean(), sa.false()))
"""Columns whose rows of today get a value; afterwards the model gives it, and no default stays in the database."""


def upgrade() -> None:
    """Up."""
    op.create_table(
        "coupons",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_until", UtcDateTime(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(percent IS NULL) <> (amount_minor IS NULL)", name=op.f("ck_coupons_one_kind")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_coupons_percent")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_coupons_amount")),
        sa.CheckConstraint("most_uses >= 1 AND most_each >= 1", name=op.f("ck_coupons_uses")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_coupons_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("mentor_id", "code", name=op.f("uq_coupons_mentor_id_code")),
    )
    op.create_index("ix_coupons_code", "coupons", ["code"])
    op.create_table(
        "trials",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_trials_percent")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_trials_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sa.UniqueConstraint("mentor_id", name=op.f("uq_trials_mentor_id")),
    )
    for name, kind, value in TOLD_BY_THE_MODEL:
        with op.batch_alter_table("bookings") as batch:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table("bookings") as batch:
            batch.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("coupon_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_bookings_coupon_id_coupons"), "coupons", ["coupon_id"], ["id"])
        batch.create_index(batch.f("ix_bookings_coupon_id"), ["coupon_id"])


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("bookings") as batch:
        batch.drop_index(batch.f("ix_bookings_coupon_id"))
        batch.drop_constraint(batch.f("fk_bookings_coupon_id_coupons"), type_="foreignkey")
        for name in ("coupon_id", "is_trial", "discount_minor"):
            batch.drop_column(name)
    op.drop_table("trials")
    op.drop_table("coupons")
