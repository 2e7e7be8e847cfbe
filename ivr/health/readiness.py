"""Whether calls are answered well now. Guidance needs neither a database nor a disk; a promise needs one of the two."""

import logging
from typing import Final, Literal

from ivr.health.lately import Lately
from ivr.store import Store, StoreUnavailable

Keeps = Literal["database", "disk", "nowhere"]
"""Where a promise made now is kept."""
LIMIT: Final = 2.7
"""Seconds; the store gives up on its database after 2.5."""
LASTS: Final = 1.0
"""Seconds, so that nobody who asks often costs callers anything."""
_log: Final = logging.getLogger(__name__)


class Readiness:
    """Asks the store, and remembers its answer for a moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lately: Lately[Keeps] = Lately(self._look, "nowhere", LIMIT, LASTS)
        self._before: Keeps = "database"

    def __call__(self) -> Keeps:
        """Where a promise made now would be kept."""
        return self._lately()

    def _look(self) -> Keeps:
        keeps = self._asked()
        if keeps != self._before:
            _log.warning("promises are kept now: %s; before: %s", keeps, self._before)
        self._before = keeps
        return keeps

    def _asked(self) -> Keeps:
        try:
            self._store.check()
        except StoreUnavailable:
            return "disk" if self._disk_takes_it() else "nowhere"
        return "database"

    def _disk_takes_it(self) -> bool:
        try:
            self._store.check_spool()
        except StoreUnavailable:
            return False
        return True
