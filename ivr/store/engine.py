"""One database, SQLite or PostgreSQL, as two ways in: transactions that write, and transactions that read."""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final
from weakref import WeakSet

from sqlalchemy import URL, Connection, Dialect, Engine, make_url
from sqlalchemy.exc import ArgumentError

from ivr.store.inflight import InFlight
from ivr.store.kept import Kept
from ivr.store.quick import Row, Statement, Values, with_driver
from ivr.store.sqlite import BUSY, File
from ivr.store.together import Together
from ivr.store.trouble import DATABASE_TROUBLE, StoreUnavailable, named_unavailable

EMPTIED: Final = 3.0
"""Seconds that whoever deletes waits for those who read to let SQLite's log be emptied."""
_PAUSE: Final = 0.05


def parsed(url: str) -> URL:
    """The database that `url` names. Raises ValueError for one the line cannot use; the address is not in its text."""
    with suppress(ArgumentError, ValueError):
        made = make_url(url)
        if made.drivername in {"sqlite", "postgresql"}:
            return made
    raise ValueError("a database address begins with sqlite:/// or postgresql://")


class Database:
    """Connections to one database, made when first needed. Safe to share between threads, and with a forked child."""

    def __init__(self, url: str, longest: float | None = None) -> None:
        """`longest`: seconds that a transaction may take, or wait for another; None: as long as a caller can wait."""
        self._url: Final = parsed(url)
        self._longest: Final = longest
        self._open()
        _OPEN.add(self)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction with the right to write; durable once the block is left without error.

        Raises what drivers and pools raise, after undoing everything.
        """
        with self._to_write() as connection:
            with _let_go_on_trouble(connection), connection.begin():
                yield connection
            if self._file is not None and self._file.replaced(connection):
                connection.invalidate()
                raise StoreUnavailable("the database file was put aside during a write")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that cannot write. Raises what drivers and pools raise."""
        with self._reads.entered(), self._reader.connect() as connection, _let_go_on_trouble(connection):
            yield connection

    def glance(self, statement: Statement, values: Values) -> Row | None:
        """The first row of one short question that every call asks, without a transaction: a third of the cost.

        Raises what drivers and pools raise.
        """
        dialect, found = self._reader.dialect, list[Row | None]()
        with_driver(dialect, lambda: found.append(self._glanced(statement, dialect, values)))
        return found[0]

    def _glanced(self, statement: Statement, dialect: Dialect, values: Values) -> Row | None:
        if self._file is not None:
            return self._file.glance(lambda cursor: statement.glance(dialect, cursor, values))
        held = self._reader.raw_connection()
        try:
            cursor = held.cursor()
            found = statement.glance(dialect, cursor, values)
            cursor.close()
        except BaseException:
            held.invalidate()
            raise
        held.close()
        return found

    @property
    def is_file(self) -> bool:
        """Whether it is SQLite, and so on this machine only."""
        return self._file is not None

    def checkpoint(self, wait: float = EMPTIED) -> bool:
        """Have all of SQLite's write-ahead log in the file, and the log empty; elsewhere there is nothing to do.

        False when somebody reads or writes all the time: then the log still holds what was deleted.
        """
        deadline = time.monotonic() + wait
        while self._file is not None and not self._emptied():
            if time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def _emptied(self) -> bool:
        with named_unavailable(), self._to_write() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone() or (1,)
            cursor.close()
        return not busy

    def close(self) -> None:
        """Let all connections go."""
        if self._kept:
            self._kept.close()
        self._writer.dispose()
        self._reader.dispose()
        if self._file:
            self._file.close()

    def forget_parent(self) -> None:
        """In a forked child: leave the parent's connections alone, not even closing them, and make own ones."""
        _LEFT_TO_PARENT.append((self._writer, self._reader, self._file, self._kept))
        self._open()

    def _open(self) -> None:
        self._file = File(self._url, self._longest or BUSY) if self._url.drivername == "sqlite" else None
        self._writer, self._reader = self._engines()
        self._kept = Kept(self._writer, self._file.replaced, self._longest or BUSY) if self._file else None
        self._reads = InFlight()
        self.together = Together(self.writing)

    def _to_write(self) -> AbstractContextManager[Connection]:
        """A connection outside a transaction: SQLite's is always the same."""
        return self._kept.taken() if self._kept else self._writer.connect()

    def _engines(self) -> tuple[Engine, Engine]:
        """For writing, and for reading. What PostgreSQL needs is loaded where there is one: a tenth of a start."""
        if self._file is not None:
            return self._file.writer(), self._file.reader()
        from ivr.store import postgres

        return postgres.writer(self._url, self._longest), postgres.reader(self._url)


@contextmanager
def _let_go_on_trouble(connection: Connection) -> Iterator[None]:
    """A connection that failed once may be to a file or a server that is no longer there: the next one is new."""
    try:
        yield
    except DATABASE_TROUBLE:
        connection.invalidate()
        raise


_OPEN: Final[WeakSet[Database]] = WeakSet()
_LEFT_TO_PARENT: Final[list[tuple[Engine, Engine, File | None, Kept | None]]] = []
"""Kept for ever, because letting go of a connection would close it under the parent."""


def _after_fork() -> None:
    for database in tuple(_OPEN):
        database.forget_parent()


def _before_fork() -> None:
    """SQLite's locks do not cross a fork, but its memory of them does: no file of ours is open across one."""
    for database in tuple(_OPEN):
        if database.is_file:
            database.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
