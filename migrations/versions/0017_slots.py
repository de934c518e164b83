"""slots: availability, what differs on some days, and offers by appointment."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    _availability()
    _deviations()
    _offers()
    with op.batch_alter_table("lessons") as batch:
        batch.add_column(sa.Column("offer_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(batch.f("fk_lessons_offer_id_offers"), "offers", ["offer_id"], ["id"])
        batch.create_index(batch.f("ix_lessons_offer_id"), ["offer_id"])


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("lessons") as batch:
        batch.drop_index(batch.f("ix_lessons_offer_id"))
        batch.drop_constraint(batch.f("fk_lessons_offer_id_offers"), type_="foreignkey")
        batch.drop_column("offer_id")
    for table in ("offer_topics", "offers", "deviations", "availabilities"):
        op.drop_table(table)


def _availability() -> None:
    op.create_table(
        "availabilities",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("daily_limit", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("buffer_before >= 0 AND buffer_after >= 0 AND notice >= 0", name=op.f("ck_availabilities_rules")),
        sa.CheckConstraint("horizon BETWEEN 1 AND 365", name=op.f("ck_availabilities_horizon")),
        sa.CheckConstraint("step BETWEEN 5 AND 240", name=op.f("ck_availabilities_step")),
        sa.CheckConstraint("daily_limit IS NULL OR daily_limit > 0", name=op.f("ck_availabilities_daily_limit")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_availabilities_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availabilities")),
        sa.UniqueConstraint("mentor_id", name=op.f("uq_availabilities_mentor_id")),
    )


def _deviations() -> None:
    op.create_table(
        "deviations",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ranges", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=280), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_deviations_order")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_deviations_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviations")),
    )
    op.create_index("ix_deviations_mentor_id_last_day", "deviations", ["mentor_id", "last_day"])


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_instant", sa.Boolean(), nullable=False),
        sa.Column("cancel_policy", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("duration_minutes BETWEEN 15 AND 240", name=op.f("ck_offers_duration")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offers_price")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_offers_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_mentor_id_state", "offers", ["mentor_id", "state"])
    op.create_table(
        "offer_topics",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_topics_offer_id_offers"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_offer_topics_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_topics")),
        sa.UniqueConstraint("offer_id", "topic_id", name=op.f("uq_offer_topics_offer_id_topic_id")),
    )
    op.create_index(op.f("ix_offer_topics_offer_id"), "offer_topics", ["offer_id"])
    op.create_index(op.f("ix_offer_topics_topic_id"), "offer_topics", ["topic_id"])
