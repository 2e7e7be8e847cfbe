"""A database that is busy, made for a rehearsal of that trouble."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from ivr.store.engine import Database
from ivr.store.trouble import DATABASE_TROUBLE, StoreUnavailable


@contextmanager
def occupied(url: str) -> Iterator[None]:
    """Hold the right to write, as a writer does that comes to no end; nothing is written.

    Where somebody else holds it already, or there is no database, that is trouble enough: nothing is raised.
    """
    database = Database(url)
    with suppress(*DATABASE_TROUBLE, StoreUnavailable), ExitStack() as held:
        held.callback(database.close)
        with suppress(*DATABASE_TROUBLE, StoreUnavailable):
            held.enter_context(database.writing())
        yield
