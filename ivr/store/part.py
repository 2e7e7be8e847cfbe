"""A part of the store of its own: shares the database, its connections and its transactions with the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection

from ivr.store.engine import Database
from ivr.store.trouble import named_unavailable

T = TypeVar("T")


class Part:
    """What every part can do: write in a transaction that others may share, and read. Raises StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def _write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, durable; `work` may run twice."""
        return self._database.together.write(work)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with named_unavailable(), self._database.reading() as connection:
            yield connection
