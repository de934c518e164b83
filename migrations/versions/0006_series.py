"""series: sessions that were published together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("lessons") as batch:
        batch.add_column(sa.Column("series_key", sa.String(length=40), nullable=True))
        batch.create_index(batch.f("ix_lessons_series_key"), ["series_key"])


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("lessons") as batch:
        batch.drop_index(batch.f("ix_lessons_series_key"))
        batch.drop_column("series_key")
