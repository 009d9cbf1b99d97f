"""The audit trail is append-only: the database refuses UPDATE, DELETE and TRUNCATE."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit_event is append-only';
        END $$
    """)
    op.execute("CREATE TRIGGER audit_event_rows_stay BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()")
    op.execute("CREATE TRIGGER audit_event_table_stays BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()")


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_event_table_stays ON audit_event")
    op.execute("DROP TRIGGER audit_event_rows_stay ON audit_event")
    op.execute("DROP FUNCTION refuse_audit_change()")
