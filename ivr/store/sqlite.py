"""SQLite: one file, write-ahead log, every commit flushed to disk before it counts."""

import os
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from ivr.store.baton import Baton

BUSY: Final = 2.0
"""Seconds that a caller can wait for another process that writes, and for a connection of the pool."""
READERS: Final = 4
LOG: Final = 4000
"""Pages of the write-ahead log, 16 MB, after which they go into the file. A page that many callers changed goes there
once: with SQLite's own 1,000 an eighth of the time that a promise takes is spent on pages that change again at once."""
_SETTINGS: Final = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


T = TypeVar("T")


class _Opened(sqlite3.Connection):
    """A connection that knows which file it is to: device and inode."""

    identity: tuple[int, int]


class File:
    """The database file and its connections. It is never created here, and one that was put aside is never written."""

    def __init__(self, url: URL, patience: float = BUSY) -> None:
        """`patience`: most seconds to wait for another process that writes, and for a connection of the pool."""
        self.path: Final = path_of(url)
        self._name: Final = str(self.path)
        self._patience: Final = patience
        self._baton: Final = Baton(self.path.parent, patience)
        self._glancing: Final[deque[_Opened]] = deque()

    def writer(self) -> Engine:
        """One long-lived connection, whose transactions take the write lock when they begin."""
        engine = self._engine(self._connect_to_write, 1)
        event.listen(engine, "begin", self._begin_to_write)
        return engine

    def reader(self) -> Engine:
        """A few connections that cannot write; they never wait for a writer."""
        engine = self._engine(self._connect_to_read, READERS)
        event.listen(engine, "begin", _begin)
        return engine

    def glance(self, ask: Callable[[DBAPICursor], T]) -> T:
        """Ask one short question, without a pool between: by a connection that cannot write and is kept for these.

        Raises sqlite3.Error, and OSError when there is no file.
        """
        opened = self._for_a_glance()
        try:
            found = ask(cast("DBAPICursor", opened.cursor()))
        except BaseException:
            opened.close()
            raise
        self._glancing.append(opened)
        return found

    def _for_a_glance(self) -> _Opened:
        """One that nobody uses just now, and that is to the file of today; there are never more than threads."""
        identity = self._identity()
        with suppress(IndexError):
            while True:
                opened = self._glancing.pop()
                if opened.identity == identity:
                    return opened
                opened.close()
        return self._connect_to_read()

    def replaced(self, connection: Connection) -> bool:
        """Whether the path no longer leads to the file that a connection is to: it was removed, or restored by a copy.

        SQLite itself would go on writing to the file that nobody can open any more. Raises OSError when there is none.
        """
        return _opened(connection).identity != self._identity()

    def close(self) -> None:
        """Let the folder go, and what was used to glance; other connections belong to the engines."""
        self._baton.close()
        with suppress(IndexError):
            while True:
                self._glancing.pop().close()

    def _begin_to_write(self, connection: Connection) -> None:
        self._baton.begin(_opened(connection))

    def _engine(self, connect: Callable[[], sqlite3.Connection], size: int) -> Engine:
        engine = create_engine(
            "sqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            pool_timeout=self._patience,
            hide_parameters=True,
        )
        event.listen(engine, "checkout", self._refuse_replaced)
        return engine

    def _refuse_replaced(self, opened: "_Opened", _record: object, _proxy: object) -> None:
        """The pool closes a connection that is refused here, and opens another."""
        if opened.identity != self._identity():
            raise DisconnectionError

    def _connect_to_write(self) -> _Opened:
        # Once it is open it never waits by itself: the baton does, and asks more often.
        return self._connect("journal_mode=WAL", f"wal_autocheckpoint={LOG}", *_SETTINGS, "busy_timeout=0")

    def _connect_to_read(self) -> _Opened:
        return self._connect(*_SETTINGS, "query_only=ON")

    def _connect(self, *settings: str) -> _Opened:
        # Looked at before it is opened, so that a file swapped in between is noticed by the next look.
        identity = self._identity()
        address = f"file:{quote(str(self.path))}?mode=rw"
        connection = sqlite3.connect(
            address, timeout=self._patience, isolation_level=None, check_same_thread=False, factory=_Opened, uri=True
        )
        connection.identity = identity
        try:
            for setting in settings:
                connection.execute(f"PRAGMA {setting}").close()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _identity(self) -> tuple[int, int]:
        seen = os.stat(self._name)  # noqa: PTH116 (every write and every glance asks)
        return seen.st_dev, seen.st_ino


def _opened(connection: Connection) -> _Opened:
    return cast("_Opened", connection.connection.dbapi_connection)


def path_of(url: URL) -> Path:
    """The file that a URL names. Raises ValueError when it names none: a database in memory remembers nothing."""
    if not url.database or url.database == ":memory:" or url.query or "\0" in url.database:
        raise ValueError("an SQLite address is sqlite:////folder/file.db")
    return Path(url.database).absolute()


def make_file(url: URL) -> None:
    """The empty file and its folder, for the line's own account only; what exists stays as it is. Raises OSError."""
    path = path_of(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _begin(connection: Connection) -> None:
    _opened(connection).execute("BEGIN").close()
