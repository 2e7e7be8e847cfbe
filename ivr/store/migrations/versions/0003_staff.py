"""Who may sign in, who is signed in, and the log of what each did, which is only ever added to."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of staff."""
    _accounts()
    _sessions()
    _invites()
    _tries()
    _drafts()
    _audit()
    _only_added_to()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False, server_default=""),
        sa.Column("totp", sa.Text, nullable=False, server_default=""),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="-1"),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("created", Utc, nullable=False),
        sa.Column("signed_in", Utc),
    )


def _account_id(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("account_id", sa.Text, sa.ForeignKey("accounts.id"), nullable=False, primary_key=key)


def _sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Text, primary_key=True),
        _account_id(),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created", Utc, nullable=False),
        sa.Column("seen", Utc, nullable=False),
        sa.Column("ended", Utc),
    )
    op.create_index("ix_staff_sessions_account_id", "staff_sessions", ["account_id"])
    op.create_index("ix_staff_sessions_seen", "staff_sessions", ["seen"])


def _invites() -> None:
    op.create_table(
        "invites",
        sa.Column("id", sa.Text, primary_key=True),
        _account_id(),
        sa.Column("expires", Utc, nullable=False),
    )
    op.create_index("ix_invites_account_id", "invites", ["account_id"])
    op.create_table("recovery_codes", _account_id(key=True), sa.Column("id", sa.Text, primary_key=True))


def _tries() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("try_id", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_index("ix_sign_in_tries_try_id", "sign_in_tries", ["try_id"])
    op.create_index("ix_sign_in_tries_at", "sign_in_tries", ["at"])
    op.create_index("sign_in_tries_by_place", "sign_in_tries", ["place", "at"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, primary_key=True),
        _account_id(),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("box", sa.Text, nullable=False),
        sa.Column("created", Utc, nullable=False),
    )
    op.create_index("ix_drafts_account_id", "drafts", ["account_id"])
    op.create_index("ix_drafts_created", "drafts", ["created"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
    for name in ("who", "what", "about"):
        op.create_index(f"audit_by_{name}", "audit", [name, "number"])
    op.create_table(
        "audit_end",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )


def _only_added_to() -> None:
    """The database itself refuses to change or to delete what is in the log."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            refuse = "SELECT RAISE(ABORT, 'the audit log is only added to')"
            op.execute(f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit BEGIN {refuse}; END")
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
