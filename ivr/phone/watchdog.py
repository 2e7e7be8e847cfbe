"""Answers in the place of a step that hangs, while there is still time for the caller to hear words.

Nothing can interrupt the thread in which a step hangs. But gunicorn hands each request its connection: when a step is
overdue, the words that are always ready are sent there, and the connection is closed, so that whatever the step says
later reaches nobody. Watching costs about a microsecond a request.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ivr.watching import count

LIMIT: Final = 4.0
"""Seconds that a step may take. Twilio gives up after 15; a caller who hears nothing gives up sooner."""
LOOK: Final = 0.25
"""Seconds between two looks for a step that is overdue."""
_HEAD: Final = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n"
)
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Step:
    due: float
    connection: socket.socket
    words: Callable[[], bytes]


class Watchdog:
    """Watches the steps of one process in one thread, which begins with the first of them: after any fork."""

    def __init__(self, limit: float = LIMIT) -> None:
        self._limit = limit
        self._steps: dict[object, _Step] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, connection: socket.socket | None, words: Callable[[], bytes]) -> Iterator[None]:
        """Answer `words` on `connection` if the block takes too long. Without a connection nothing can be answered."""
        if connection is None:
            yield
            return
        if self._thread is None:
            self._start()
        mark = object()
        self._steps[mark] = _Step(time.monotonic() + self._limit, connection, words)
        try:
            yield
        finally:
            self._steps.pop(mark, None)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK)
            now = time.monotonic()
            for mark, step in tuple(self._steps.items()):
                # Whoever takes the mark answers: the step, or this thread.
                if step.due < now and self._steps.pop(mark, None) is not None:
                    self._answer(step)

    def _answer(self, step: _Step) -> None:
        count("fallbacks", "watchdog")
        _log.error("a step has taken longer than %.0f seconds; the caller hears the fallback", self._limit)
        try:
            body = step.words()
            step.connection.sendall(_HEAD.format(len(body)).encode() + body)
            step.connection.shutdown(socket.SHUT_RDWR)
        except Exception:  # noqa: BLE001 - this thread must go on watching, whatever became of one connection
            _log.exception("a step that hangs could not be answered for")
