"""The table of what staff did: one row for each thing done about a request, in the order in which it was done."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from ivr.store.tables import Utc, metadata

work: Final = Table(
    "work",
    metadata,
    Column("id", Text, primary_key=True),
    Column("request_id", Text, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    Column("step", Integer, nullable=False),  # the version of the request that it made
    Column("form", Text, nullable=False, unique=True),  # of the form that was sent: sent twice, it is done once
    Column("kind", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("about", Text, nullable=False, server_default=""),  # a recording, or a call, by Twilio's id
    Column("words", Text, nullable=False, server_default=""),  # sealed
    Column("staff", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("work_by_request", "request_id", "step"),
    Index("work_by_kind", "kind", "at", "staff"),
)
