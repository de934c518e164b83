"""the guards: what the database itself refuses.

Nobody is in two places at once (busy_times), and neither the ledger nor the audit trail can be rewritten.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("ledger_transactions", "ledger_entries", "audit_entries")


def upgrade() -> None:
    """Up."""
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    """Down."""
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("ALTER TABLE busy_times DROP CONSTRAINT busy_overlap")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute("DROP TRIGGER busy_overlap_insert")
    op.execute("DROP TRIGGER busy_overlap_update")


def _guard_postgresql() -> None:
    # int8range instead of `person_id WITH =`, which would need the btree_gist extension. Half-open ranges: back-to-back is fine.
    op.execute(
        "ALTER TABLE busy_times ADD CONSTRAINT busy_overlap EXCLUDE USING gist ("
        "int8range(person_id, person_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
    )
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _guard_sqlite() -> None:
    overlaps = (
        "WHEN EXISTS (SELECT 1 FROM busy_times WHERE person_id = NEW.person_id AND lesson_id <> NEW.lesson_id "
        "AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at) BEGIN SELECT RAISE(ABORT, 'busy_overlap'); END"
    )
    op.execute(f"CREATE TRIGGER busy_overlap_insert BEFORE INSERT ON busy_times FOR EACH ROW {overlaps}")
    op.execute(f"CREATE TRIGGER busy_overlap_update BEFORE UPDATE ON busy_times FOR EACH ROW {overlaps}")
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            )
