"""The tables of staff: who may sign in, who is signed in, and what each did."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from ivr.store.tables import Utc, metadata

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),  # in lower case
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),  # invited, active, disabled, or rehearsal
    Column("password", Text, nullable=False, server_default=""),  # argon2id; empty where there is none
    Column("totp", Text, nullable=False, server_default=""),  # sealed; empty where there is none
    Column("totp_step", BigInteger, nullable=False, server_default="-1"),  # the newest step whose code was used
    Column("subject", Text, nullable=False, server_default=""),  # who it is at the provider of single sign-on
    Column("telephone", Text, nullable=False, server_default=""),  # their own, for calls by click
    Column("created", Utc, nullable=False),
    Column("signed_in", Utc),
)

staff_sessions: Final = Table(
    "staff_sessions",
    metadata,
    Column("id", Text, primary_key=True),  # a hash of the word in the cookie
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("stage", Text, nullable=False),  # password, then full
    Column("tries", Integer, nullable=False, server_default="0"),  # wrong codes of the second step
    Column("browser", Text, nullable=False, server_default=""),  # what it is called, to be known by
    Column("created", Utc, nullable=False),
    Column("seen", Utc, nullable=False, index=True),
    Column("ended", Utc),
)

invites: Final = Table(
    "invites",
    metadata,
    Column("id", Text, primary_key=True),  # a hash of the word in the link
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("expires", Utc, nullable=False),
)

recovery_codes: Final = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("id", Text, primary_key=True),  # a hash of the code
)

sign_in_tries: Final = Table(
    "sign_in_tries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("try_id", Text, nullable=False, index=True),
    Column("place", Text, nullable=False),  # keyed hash of an account, an address or a device
    Column("at", Utc, nullable=False, index=True),
    Index("sign_in_tries_by_place", "place", "at"),
)

drafts: Final = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("box", Text, nullable=False),  # what was typed, sealed
    Column("created", Utc, nullable=False, index=True),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("who", Text, nullable=False),  # an account's id, or what did it: ivr, provider
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),  # what it was done to, as kind:id
    Column("detail", Text, nullable=False),  # JSON, canonical
    Column("key_id", Text, nullable=False),
    Column("seal", Text, nullable=False),  # over the entry and the seal before it
    Index("audit_by_who", "who", "number"),
    Index("audit_by_what", "what", "number"),
    Index("audit_by_about", "about", "number"),
)

audit_end: Final = Table(
    "audit_end",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("number", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("seal", Text, nullable=False),  # over the number and the seal of the last entry
)

audit_start: Final = Table(
    "audit_start",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1; no row as long as nothing has gone
    Column("number", BigInteger().with_variant(Integer, "sqlite"), nullable=False),  # of the last entry that has gone
    Column("last", Text, nullable=False),  # and its seal, which the first that is left goes on from
    Column("key_id", Text, nullable=False),
    Column("seal", Text, nullable=False),  # over both
)
