"""put back: what a payer's bank puts back after a dispute that was won; and how calmly a payment on its way is asked about."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.add_column("payments", sa.Column("put_back_at", UtcDateTime(), nullable=True))
    op.add_column("payments", sa.Column("put_back_minor", sa.Integer(), nullable=True))
    op.add_column("payments", sa.Column("ask_again_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    op.drop_column("payments", "ask_again_at")
    op.drop_column("payments", "put_back_minor")
    op.drop_column("payments", "put_back_at")
