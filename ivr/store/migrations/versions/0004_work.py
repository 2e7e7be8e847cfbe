"""What staff make of requests, and what the queue is read along."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITS = "CASE WHEN status IN ('done', 'closed') THEN 0 ELSE 1 END"
TURN_DAY = "CASE WHEN again_day > due THEN again_day ELSE due END"


def upgrade() -> None:
    """Add to requests what staff need; older code goes on without it."""
    op.add_column("requests", sa.Column("version", sa.Integer, nullable=False, server_default="0"))
    op.add_column("requests", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("requests", sa.Column("claimed_by", sa.Text, nullable=False, server_default=""))
    op.add_column("requests", sa.Column("disposition", sa.Text, nullable=False, server_default=""))
    for name in ("claimed_until", "again", "closed"):
        op.add_column("requests", sa.Column(name, Utc))
    op.add_column("requests", sa.Column("again_day", sa.Date))
    _worked_out("waits", sa.Integer(), WAITS)
    _worked_out("turn_day", sa.Date(), TURN_DAY)
    _worked_out("turn_at", Utc(), "COALESCE(again, created)")
    _worked_out("ending", sa.Text(), "substr(phone, length(phone) - 2)")
    op.create_index("requests_in_turn", "requests", ["waits", "turn_day", "turn_at", "id"])
    op.create_index("requests_by_ending", "requests", ["ending", "created", "id"])
    op.create_index("requests_by_claim", "requests", ["claimed_until"])
    op.create_index("promises_by_reference", "promises", ["reference"])
    _work()


def _worked_out(name: str, kind: Any, how: str) -> None:
    """SQLite can add such a column only when it is worked out anew at each reading, PostgreSQL 15 only kept."""
    kept = op.get_bind().dialect.name == "postgresql"
    op.add_column("requests", sa.Column(name, kind, sa.Computed(how, persisted=kept)))


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("form", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False, server_default=""),
        sa.Column("about", sa.Text, nullable=False, server_default=""),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_index("work_by_request", "work", ["request_id", "step"])
    op.create_index("work_by_kind", "work", ["kind", "at", "staff"])
