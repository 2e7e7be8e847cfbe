"""Pages ready to be sent: each is written once for a version of the flow and a day."""

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Final

from ivr.flow.line import Flow

MOST: Final = 32
"""Pages kept; a page is at most a few hundred kilobytes."""


class Shelf:
    """Keeps what was written for the flow that is served now. May be asked from many threads."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, ...], str] = {}
        self._written_for: tuple[Flow, date] | None = None
        self._lock = Lock()

    def page(self, flow: Flow, today: date, name: tuple[str, ...], write: Callable[[], str]) -> str:
        """The page of this name, written now if it is not there."""
        with self._lock:
            if self._written_for is None or self._written_for[0] is not flow or self._written_for[1] != today:
                self._pages, self._written_for = {}, (flow, today)
            pages = self._pages
        if name not in pages and len(pages) < MOST:
            pages[name] = write()
        return pages[name] if name in pages else write()
