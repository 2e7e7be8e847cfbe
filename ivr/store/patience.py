"""Ends what a server does not: a connection on which nothing comes back is cut on our side.

A server whose own disk has stopped, or that was frozen, still takes packets; its time limits do not run. So each
connection may be out of its pool for a few seconds, and after that its socket is shut, which the driver takes for a
server that went away. A second in which this process itself stood still does not count.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

PING: Final = 0.5
"""Seconds in which a connection that was idle has to show that somebody is there."""
LONGEST: Final = 2.5
"""Seconds that a transaction may take; the server's own limits are shorter, where it is well."""
_LOOK: Final = 0.1
_STOOD: Final = 0.3
"""Seconds between two looks, beyond the usual, that say this process stood still; busy threads of its own take less."""
_FRESH: Final = "fresh"


class Patience:
    """Watches the connections of one engine in one thread, which begins with the first of them: after any fork."""

    def __init__(self, engine: Engine, longest: float = LONGEST) -> None:
        self._engine = engine
        self._longest = longest
        self._due: dict[int, tuple[psycopg.Connection[Any], float, float]] = {}
        self._looking = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        event.listen(engine, "connect", _is_fresh)
        event.listen(engine, "checkout", self._out)
        event.listen(engine, "checkin", self._back)
        event.listen(engine, "invalidate", self._back)

    def _out(self, opened: psycopg.Connection[Any], record: Any, _proxy: object) -> None:
        """The pool closes a connection that is refused here, and opens another."""
        if not record.info.pop(_FRESH, False):
            self._expect(opened, PING)
            try:
                self._engine.dialect.do_ping(cast("DBAPIConnection", opened))
            except psycopg.Error as gone:
                self._back(opened)
                raise DisconnectionError from gone
            if not self._back(opened):  # it answered, and was cut all the same: this process had stood still meanwhile
                raise DisconnectionError
        self._expect(opened, self._longest)

    def _back(self, opened: psycopg.Connection[Any], *_: object) -> bool:
        """Whether it was still waited for."""
        with self._looking:
            return self._due.pop(id(opened), None) is not None

    def _expect(self, opened: psycopg.Connection[Any], seconds: float) -> None:
        with self._looking:
            now = time.monotonic()
            self._due[id(opened)] = opened, now, now + seconds
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = threading.Thread(target=self._look, name="patience", daemon=True)
                    thread.start()
                    self._thread = thread

    def _look(self) -> None:
        looked = time.monotonic()
        while True:
            time.sleep(_LOOK)
            now = time.monotonic()
            self._forgive(now - looked - _LOOK, looked)
            looked = now
            for opened in self._late():
                _cut(opened)

    def _forgive(self, stood: float, looked: float) -> None:
        """While this process itself stood still, as on a machine that was frozen, nobody else was slow."""
        if stood < _STOOD:
            return
        with self._looking:
            for key, (opened, since, due) in self._due.items():
                if since <= looked:
                    self._due[key] = opened, since, due + stood

    def _late(self) -> list[psycopg.Connection[Any]]:
        """Those that nobody waits for any more: found and left at once, or one in use again might be taken for late."""
        with self._looking:
            late = {key: opened for key, (opened, _, due) in self._due.items() if due < time.monotonic()}
            for key in late:
                del self._due[key]
        return [*late.values()]


def _is_fresh(_opened: object, record: Any) -> None:
    record.info[_FRESH] = True


def _cut(opened: psycopg.Connection[Any]) -> None:
    """Shut the socket under a driver that waits on it. A connection that was closed meanwhile has none."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(opened.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)
