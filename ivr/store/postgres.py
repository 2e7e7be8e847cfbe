"""PostgreSQL, by URL: short waits, commits flushed before they count, connections that mend themselves."""

from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from ivr.store.patience import LONGEST, Patience

WAIT: Final = 2
"""Most seconds to connect, to wait for a lock, for a statement, and for a connection of the pool."""
READERS: Final = 4
_ONE_WRITER: Final = 7_370_741
"""The advisory lock that writers hold for one transaction. With it both databases write one after another, so that
what is read before a write still holds when it is written, and no two writes can ever wait for each other."""

_SETTINGS: Final = {
    "statement_timeout": f"{WAIT}s",
    "lock_timeout": f"{WAIT}s",
    "idle_in_transaction_session_timeout": "5s",
    "synchronous_commit": "on",
    "TimeZone": "UTC",
}


def writer(url: URL, longest: float | None = None) -> Engine:
    """One connection, whose transactions begin by taking the lock that all writers take.

    `longest`: seconds that a transaction may take or wait for another, more than usual only to change the schema.
    """
    # Locks too: another process may be changing it. And idle: between two steps their files are read, which takes time.
    slow = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    engine = _engine(url, 1, longest or LONGEST, **(dict.fromkeys(slow, f"{longest:.0f}s") if longest else {}))
    event.listen(engine, "begin", _begin_alone)
    return engine


def reader(url: URL) -> Engine:
    """A few connections that cannot write; they never wait for a writer."""
    return _engine(url, READERS, LONGEST, default_transaction_read_only="on")


def _engine(url: URL, size: int, longest: float, **more: str) -> Engine:
    given = url.query.get("options", ())
    options = (*([given] if isinstance(given, str) else given), *(f"-c {k}={v}" for k, v in (_SETTINGS | more).items()))
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": WAIT,
            "client_encoding": "utf8",  # an old server may keep words without saying how they are written
            "options": " ".join(options),
            "tcp_user_timeout": WAIT * 1000,
            "application_name": "plainline",
        },
        pool_size=size,
        max_overflow=0,
        pool_timeout=WAIT,
        hide_parameters=True,
    )
    Patience(engine, longest)
    return engine


def _begin_alone(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
