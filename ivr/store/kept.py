"""One connection that writes, kept between transactions: what a pool does for each costs a sixth of a turn's time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneLeft


class Kept:
    """A connection for one thread at a time, made when it is needed and made anew when it is no longer good."""

    def __init__(self, engine: Engine, replaced: Callable[[Connection], bool], wait: float) -> None:
        """`engine`: whose only user this is. `replaced`: whether a connection must not be used again.

        `wait`: most seconds to wait for another thread.
        """
        self._engine: Final = engine
        self._replaced: Final = replaced
        self._wait: Final = wait
        self._turn: Final = Lock()
        self._kept: Connection | None = None

    @contextmanager
    def taken(self) -> Iterator[Connection]:
        """The connection, outside a transaction. Raises TimeoutError, and what connecting raises."""
        if not self._turn.acquire(timeout=self._wait):
            raise TimeoutError("another thread writes")
        try:
            yield self._fit()
        except BaseException:
            self._let_go_unless_sound()
            raise
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let it go; whoever needs it again gets another. One that somebody uses for long is left to them."""
        if self._turn.acquire(timeout=self._wait):
            try:
                self._let_go()
            finally:
                self._turn.release()

    def _fit(self) -> Connection:
        if self._kept is not None and not self._replaced(self._kept):
            return self._kept
        self._let_go()
        self._kept = self._connected()
        return self._kept

    def _connected(self) -> Connection:
        try:
            return self._engine.connect()
        except NoneLeft:  # nobody else takes any, so one was lost between two steps
            self._engine.dispose()
            return self._engine.connect()

    def _let_go_unless_sound(self) -> None:
        """After whatever broke off a transaction, even between two of its steps: one that is left open stays open."""
        if self._kept is not None and not _is_sound(self._kept):
            with suppress(SQLAlchemyError):
                self._kept.invalidate()
            with suppress(SQLAlchemyError):
                self._let_go()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            if not (kept.closed or kept.invalidated):
                kept.detach()  # it is closed now, and not once its pool is
            kept.close()


def _is_sound(kept: Connection) -> bool:
    """Whether it is open, and outside any transaction."""
    if kept.closed or kept.invalidated:
        return False
    return not getattr(kept.connection.dbapi_connection, "in_transaction", False)
