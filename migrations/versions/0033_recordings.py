"""Recordings: consent, when they ran, the pieces they are joined from."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "recordings",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_by", sa.Integer(), nullable=True),
        sa.Column("is_declined", sa.Boolean(), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("heard_at", UtcDateTime(), nullable=True),
        sa.Column(
            "joined",
            sa.Enum("not_yet", "joining", "ready", "empty", "failed", "expired", name="joined", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("joining_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("chapters", sa.JSON(), nullable=False),
        sa.Column("file_key", sa.String(length=120), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("pieces_kept", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recorder_id"], ["users.id"], name=op.f("fk_recordings_recorder_id_users")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_recordings_room_id_rooms")),
        sa.ForeignKeyConstraint(["stopped_by"], ["users.id"], name=op.f("fk_recordings_stopped_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recordings_public_id")),
        sa.UniqueConstraint("room_id", name=op.f("uq_recordings_room_id")),
    )
    op.create_index(op.f("ix_recordings_joined"), "recordings", ["joined"])
    op.create_table(
        "recording_consents",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_consents_recording_id_recordings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recording_consents_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_consents")),
        sa.UniqueConstraint("recording_id", "user_id", name=op.f("uq_recording_consents_recording_id_user_id")),
    )
    op.create_table(
        "recording_segments",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("recorder_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recorder_id"], ["users.id"], name=op.f("fk_recording_segments_recorder_id_users")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_segments_recording_id_recordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_segments")),
        sa.UniqueConstraint("recording_id", "client_id", name=op.f("uq_recording_segments_recording_id_client_id")),
    )
    op.create_table(
        "recording_stretches",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_stretches_recording_id_recordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_stretches")),
    )
    op.create_index(op.f("ix_recording_stretches_recording_id"), "recording_stretches", ["recording_id"])
    op.create_table(
        "recording_chunks",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["recording_segments.id"], name=op.f("fk_recording_chunks_segment_id_recording_segments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_chunks")),
        sa.UniqueConstraint("segment_id", "number", name=op.f("uq_recording_chunks_segment_id_number")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("recording_chunks")
    op.drop_table("recording_stretches")
    op.drop_table("recording_segments")
    op.drop_table("recording_consents")
    op.drop_table("recordings")
