"""Writes of one process, one transaction after another; those that wait at the same time share one flush to disk."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Condition
from typing import Final, Generic, NoReturn, TypeVar

from sqlalchemy import Connection

from ivr.store.inflight import SLOW
from ivr.store.trouble import StoreUnavailable, named_unavailable, of_one_write

T = TypeVar("T")
WAIT: Final = 2.0
"""Most seconds a write waits for its transaction to begin."""
LONGEST: Final = 4.5
"""Most seconds a write waits for a transaction that another thread carries out; then it counts as not stored."""


class _Write(Generic[T]):
    """One write of one thread, and how it went."""

    __slots__ = ("begun", "done", "error", "result", "work")

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.begun = False
        self.done = False
        self.error: Exception | None = StoreUnavailable("the write was broken off")
        self.result: T | None = None

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]  # set when done without error


class Together:
    """Runs writes, each wholly or not at all. Safe to share between threads; made anew after a fork."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._begin = begin
        self._changed = Condition()
        self._waiting: list[_Write[object]] = []
        self._leader: _Write[object] | None = None
        self._since = 0.0

    def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, durable. `work` may run twice if another write of its transaction is at fault.

        Raises StoreUnavailable when the database cannot take it in time, and whatever `work` raises.
        """
        mine: _Write[T] = _Write(work)
        try:
            if self._wait(mine):
                self._lead(mine)  # type: ignore[arg-type]  # a write of any result
        except BaseException:
            self._leave(mine)  # type: ignore[arg-type]
            raise
        return mine.outcome()

    def _leave(self, mine: "_Write[object]") -> None:
        """Whatever broke this write off, even between two steps: nobody waits for it."""
        with self._changed:
            if mine in self._waiting:
                self._waiting.remove(mine)
            if self._leader is mine:
                self._leader = None
                self._changed.notify_all()

    def _wait(self, mine: "_Write[T]") -> bool:
        """Until another thread has done it, False; or until it is this thread's turn to begin a transaction, True."""
        started = time.monotonic()
        with self._changed:
            if self._leader and started - self._since > SLOW:
                raise StoreUnavailable("the database keeps others waiting")
            self._waiting.append(mine)  # type: ignore[arg-type]  # a write of any result
            while not mine.done:
                if not self._leader:
                    self._waiting.remove(mine)  # type: ignore[arg-type]
                    self._leader, self._since = mine, time.monotonic()  # type: ignore[assignment]
                    return True
                left = started + (LONGEST if mine.begun else WAIT) - time.monotonic()
                if left <= 0:
                    self._give_up(mine)
                self._changed.wait(left)
        return False

    def _give_up(self, mine: "_Write[T]") -> NoReturn:
        """Leave the queue. A write that has begun may be stored yet; nothing was said of it, so that harms nobody."""
        if not mine.begun:
            self._waiting.remove(mine)  # type: ignore[arg-type]
        raise StoreUnavailable("the database did not take a write in time")

    def _others(self) -> "list[_Write[object]]":
        with self._changed:
            others, self._waiting = self._waiting, []
            for write in others:
                write.begun = True
        return others

    def _lead(self, mine: "_Write[object]") -> None:
        """Carry out this write, and with it all that wait once the transaction has begun.

        That takes as long as another process writes. So the busier the database is, the more writes share a flush.
        """
        batch = [mine]
        try:
            self._carry_out(batch, self._others)
        finally:
            with self._changed:
                self._leader = None
                batch += self._given_up(mine.error)
                for write in batch:
                    write.done = True
                self._changed.notify_all()

    def _given_up(self, error: Exception | None) -> "list[_Write[object]]":
        """Those that waited while the database kept the others waiting in vain: they need not try the same."""
        if not isinstance(error, StoreUnavailable) or time.monotonic() - self._since < SLOW:
            return []
        others, self._waiting = self._waiting, []
        for write in others:
            write.error = error
        return others

    def _carry_out(self, batch: "list[_Write[object]]", more: "Callable[[], list[_Write[object]]]" = list) -> None:
        """All of a batch in one transaction; once that has begun, `more` joins it."""
        try:
            with named_unavailable(), self._begin() as connection:
                batch += more()
                results = [write.work(connection) for write in batch]
        except Exception as error:  # noqa: BLE001 - it belongs to the thread whose write it is, which raises it
            self._failed(batch, error)
        else:
            for write, result in zip(batch, results, strict=True):
                write.result, write.error = result, None

    def _failed(self, batch: "list[_Write[object]]", error: Exception) -> None:
        """One write at fault must not take the others with it; a database at fault takes them all."""
        if len(batch) > 1 and of_one_write(error.__cause__ or error):
            for write in batch:
                self._carry_out([write])
            return
        for write in batch:
            write.error = error
