"""What goes to others waits in a queue of its own, and a thread of its own hands it over: nobody else waits for them.

The queue has an end: where a receiver takes nothing the oldest news give way. What is lost is counted, and nothing else
happens.
"""

import contextlib
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from ivr.watching.notes import count

PAUSE: Final = 1.0
"""Seconds between two deliveries."""
MOST: Final = 2_000
"""News that wait at most, for one receiver."""
AT_ONCE: Final = 500
"""News of one delivery."""
DROPPED: Final = "news_dropped"
"""The figure of news that were lost, by whom they were for."""
News = TypeVar("News")
_log: Final = logging.getLogger(__name__)


class Outbox(Generic[News]):
    """News for one receiver. `send` says whether it has them; it may take as long as it likes. Safe to share."""

    def __init__(
        self, where: str, send: Callable[[Sequence[News]], bool], pause: float = PAUSE, most: int = MOST
    ) -> None:
        self._where, self._send, self._pause, self._most = where, send, pause, most
        self._anew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._anew)

    def _anew(self) -> None:
        """In a new process nothing waits yet, and no thread sends."""
        self._waiting: deque[News] = deque()
        self._lock, self._closing = threading.Lock(), threading.Event()
        self._thread = threading.Thread()

    def put(self, news: Sequence[News]) -> None:
        """Have these sent. Waits for nobody."""
        with self._lock:
            self._waiting.extend(news)
            over = [self._waiting.popleft() for _ in range(len(self._waiting) - self._most)]
            if not self._thread.is_alive():
                self._start()
        self._lost(len(over))

    def close(self, seconds: float) -> None:
        """Send what waits, for so long at most."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _start(self) -> None:
        """Without a thread to be had the news wait for the next that is put."""
        self._thread = threading.Thread(target=self._run, name=self._where, daemon=True)
        with contextlib.suppress(RuntimeError):
            self._thread.start()

    def _run(self) -> None:
        while not self._closing.wait(self._pause):
            self._deliver()
        self._deliver()

    def _deliver(self) -> None:
        while news := self._next():
            if not self._sent(news):
                self._lost(len(news))

    def _next(self) -> list[News]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _sent(self, news: Sequence[News]) -> bool:
        try:
            return self._send(news)
        except Exception as trouble:  # noqa: BLE001 - news may be lost; the thread that sends them may not
            _log.warning("news for %s were not sent: %s", self._where, type(trouble).__name__)
            return False

    def _lost(self, number: int) -> None:
        if number:
            count(DROPPED, self._where, times=number)
