"""ways to book: private and instant sessions, and the policies of cancelling."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOLD_BY_THE_MODEL = (
    ("lessons", "is_listed", sa.Boolean(), sa.true()),
    ("lessons", "is_instant", sa.Boolean(), sa.false()),
    ("lessons", "cancel_policy", sa.String(length=40), "flexible"),
    ("bookings", "cancel_policy", sa.String(length=40), "flexible"),
)
"""Columns whose rows of today get a value; afterwards the model gives it, and no default stays in the database."""


def upgrade() -> None:
    """Up."""
    for table, name, kind, value in TOLD_BY_THE_MODEL:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as batch:
            batch.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("lessons") as batch:
        batch.add_column(sa.Column("link_token", sa.String(length=40), nullable=True))
        batch.create_unique_constraint(batch.f("uq_lessons_link_token"), ["link_token"])
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("canceled_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_bookings_canceled_by_id_users"), "users", ["canceled_by_id"], ["id"])


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("bookings") as batch:
        batch.drop_constraint(batch.f("fk_bookings_canceled_by_id_users"), type_="foreignkey")
        batch.drop_column("canceled_by_id")
        batch.drop_column("cancel_policy")
    with op.batch_alter_table("lessons") as batch:
        batch.drop_constraint(batch.f("uq_lessons_link_token"), type_="unique")
        for name in ("link_token", "cancel_policy", "is_instant", "is_listed"):
            batch.drop_column(name)
