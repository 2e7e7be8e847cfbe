"""The tables, as the newest migration leaves them; a test holds the two equal.

Three indexes hold only what is ever looked for: migration 0010 says how. Here it would load PostgreSQL's part as well.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator

SCHEMA: Final = "0010"
"""The migration that this code needs. Migrations are numbered, and only add: older code works on a newer schema."""


class Utc(TypeDecorator[datetime]):
    """An aware time, kept as UTC. SQLite has no zones, so there the zone is left out and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a time without its zone: ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata: Final = MetaData()


def _work(name: str, kind: Any, *how: Computed, **more: Any) -> Column[Any]:
    return Column(name, kind, *how, info={"line": False}, **more)


def _worked_out(name: str, kind: Any, how: str) -> Column[Any]:
    return _work(name, kind, Computed(how))


requests: Final = Table(
    "requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("call_sid", Text, nullable=False, unique=True),  # the call that made it
    Column("phone", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("best_time", Text, nullable=False),
    Column("safe_message", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("pace", Text, nullable=False),
    Column("notice", Text, nullable=False, server_default=""),  # version of the privacy notice that was told
    Column("created", Utc, nullable=False),
    Column("due", Date, nullable=False),
    Column("confirmed", Utc),
    Column("finished", Utc),
    # What staff make of it: the line itself writes none of these.
    _work("version", Integer, nullable=False, server_default="0"),
    _work("attempts", Integer, nullable=False, server_default="0"),
    _work("claimed_by", Text, nullable=False, server_default=""),
    _work("claimed_until", Utc),
    _work("again", Utc),  # when the next try is to be
    _work("again_day", Date),  # the day of that in London
    _work("closed", Utc),
    _work("disposition", Text, nullable=False, server_default=""),
    # Worked out by the database itself, so that the queue, and a search by last digits, are read along an index.
    _worked_out("waits", Integer, "CASE WHEN status IN ('done', 'closed') THEN 0 ELSE 1 END"),
    _worked_out("turn_day", Date, "CASE WHEN again_day > due THEN again_day ELSE due END"),
    _worked_out("turn_at", Utc, "COALESCE(again, created)"),
    _worked_out("ending", Text, "substr(phone, length(phone) - 2)"),
    Index("requests_in_turn", "waits", "turn_day", "turn_at", "id"),
    Index("requests_by_ending", "ending", "created", "id"),
    Index("requests_by_claim", "claimed_until"),
    Index("requests_by_phone", "phone", "created"),
    Index("requests_by_status", "status", "due", "created", "id"),
)

calls: Final = Table(
    "calls",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("requests.id")),
    Column("drafted", Text),  # a keyed number that is not confirmed
    Column("turn", Integer, nullable=False, server_default="-1"),
    Column("node", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, server_default=""),
    Column("stage", Integer, nullable=False, server_default="-1"),
    Column("sequence", Integer, nullable=False, server_default="-1"),
    Column("seconds", Integer, nullable=False, server_default="-1"),
    Column("created", Utc, nullable=False),
    Column("ended", Utc),
    Index("ix_calls_request_id", "request_id"),
)

promises: Final = Table(
    "promises",
    metadata,
    Column("call_sid", Text, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
    Column("reference", Text, nullable=False, server_default=""),
    Column("merged", Boolean, nullable=False, server_default=false()),
    Column("at", Utc, nullable=False),
    Index("promises_by_reference", "reference"),
)

messages: Final = Table(
    "messages",
    metadata,
    Column("call_sid", Text, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("recording_sid", Text, primary_key=True),  # empty when the line was not told it
    Column("seconds", Integer, nullable=False),
    Column("at", Utc, nullable=False),
)

recordings: Final = Table(
    "recordings",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("call_sid", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("error", Integer, nullable=False),
    Column("at", Utc, nullable=False),
)

listened: Final = Table(
    "listened",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("call_sid", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("at", Utc, nullable=False, index=True),
    Column("node", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("pace", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("went", Text, nullable=False, server_default=""),
)

jobs: Final = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("payload", Text, nullable=False),  # JSON: ids, never a number or a name
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease", Text, nullable=False, server_default=""),  # one word for each time it is claimed
    Column("trouble", Text, nullable=False, server_default=""),
    Column("due", Utc),  # when it may be claimed next: while it runs, when its lease ends; none once it has ended
    Column("created", Utc, nullable=False),
    Column("ended", Utc),
    Index("jobs_by_due", "due", "id"),
    Index("jobs_by_status", "status", "created"),
)

texts: Final = Table(
    "texts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_sid", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("mark", Text, nullable=False),  # keyed hash of the number
    Column("number", Text, nullable=False),  # empty once nothing more is to be sent
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("sid", Text, nullable=False, server_default=""),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("created", Utc, nullable=False),
    Column("sending", Utc),  # when it was last handed to Twilio
    UniqueConstraint("call_sid", "prompt", name="texts_once"),
    Index("texts_by_mark", "mark", "created"),
    Index("texts_by_time", "created"),
    Index("texts_by_sid", "sid"),
)

privacy_words: Final = Table(
    "privacy_words",
    metadata,
    Column("version", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("since", Utc, nullable=False),  # when they were first said to a caller
)

places: Final = Table(
    "places",
    metadata,
    Column("mark", Text, primary_key=True),  # keyed hash of the number
    Column("place", Text, nullable=False),  # an encoded state; empty once the caller has moved on
    Column("at", Utc, nullable=False),
    Index("places_by_time", "at"),
)
