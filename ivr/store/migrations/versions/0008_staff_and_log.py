"""What staff keep of themselves, and where the log begins once its oldest entries have gone."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONLY = "the audit log is only added to"
BEGUN = "COALESCE((SELECT number FROM audit_start WHERE id = 1), 0)"


def upgrade() -> None:
    """Add to accounts and sessions; let entries go that the log's sealed beginning says are gone, and no other."""
    op.add_column("accounts", sa.Column("telephone", sa.Text, nullable=False, server_default=""))
    op.add_column("staff_sessions", sa.Column("browser", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "audit_start",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("last", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    op.execute("DROP TRIGGER audit_no_delete")
    op.execute(
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN OLD.number > {BEGUN} "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY}'); END"
    )


def _guard_postgresql() -> None:
    op.execute("DROP TRIGGER audit_only_added_to ON audit")
    op.execute(
        "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
    op.execute(
        "CREATE FUNCTION audit_refuse_but_the_oldest() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF OLD.number > {BEGUN} THEN RAISE EXCEPTION '{ONLY}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_begins_later BEFORE DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse_but_the_oldest()"
    )
