"""confirmed: what a mentor has agreed to, found without reading what they taught."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CONFIRMED = sa.text("state = 'confirmed'")


def upgrade() -> None:
    """Up."""
    op.create_index("ix_bookings_confirmed", "bookings", ["mentor_id"], sqlite_where=CONFIRMED, postgresql_where=CONFIRMED)


def downgrade() -> None:
    """Down."""
    op.drop_index("ix_bookings_confirmed", table_name="bookings")
