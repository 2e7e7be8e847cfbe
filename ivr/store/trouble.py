"""One word for everything that can be wrong with a database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError, StatementError

from ivr.watching import count


class StoreUnavailable(Exception):  # noqa: N818 - it tells the state of the store, like a word of the line
    """The database could not do it, or did not say in time: nothing may be spoken of as stored."""


DATABASE_TROUBLE: Final = (SQLAlchemyError, sqlite3.Error, OSError)
"""What drivers, pools and disks raise; TimeoutError is an OSError."""


def of_one_write(error: BaseException) -> bool:
    """Whether the fault lies in what was written, so that others' writes in the same transaction may be tried again."""
    if isinstance(error, DBAPIError):
        return isinstance(error, (DataError, IntegrityError, ProgrammingError))
    return isinstance(error, StatementError) or not isinstance(error, (*DATABASE_TROUBLE, StoreUnavailable))


@contextmanager
def named_unavailable() -> Iterator[None]:
    """Raise StoreUnavailable for what a driver, a pool or a disk raises; its text holds no value that was written."""
    try:
        yield
    except DATABASE_TROUBLE as error:
        cause = getattr(error, "orig", None) or error
        count("database_trouble", type(cause).__name__)
        raise StoreUnavailable(f"{type(cause).__module__}.{type(cause).__name__}") from error
