"""The night's work: what has been kept for as long as it may be goes, once a night whatever the number of workers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from ivr.jobs.runner import Dead, Done, Result
from ivr.line import LONDON
from ivr.personal import Personal
from ivr.store import Counting, Job, LogChangedError, StoreUnavailable

_log: Final = logging.getLogger(__name__)
PURGE: Final = "purge"
"""The kind of job, one for each day."""
HOUR: Final = time(3, 30)
"""By London's clocks, when they are not being changed and hardly anybody rings."""


def day_of(now: datetime) -> date:
    """The day whose night's work is due: today from half past three on, else yesterday."""
    local = now.astimezone(LONDON)
    return local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """For how many days each kind is kept; `audit`: 0 for ever. See the settings of these names."""

    requests: int
    recordings: int
    listening: int
    erased: int
    audit: int


@dataclass(frozen=True, slots=True)
class Purge:
    """Deletes what is older than it may be, once its numbers are counted, and what a backup has brought again."""

    counting: Counting
    personal: Personal
    days: Days
    now: Callable[[], datetime]

    def work(self, job: Job) -> Result:  # noqa: ARG002 - the same for every night
        """Stopped anywhere, it is done again; done twice, there is nothing left to do."""
        now, personal = self.now(), self.personal
        self.counting.count_up(now)
        personal.erase_again(now)
        personal.gone.prune(self._before(self.days.erased))
        erased = personal.erasing.purge(self._before(self.days.requests), self._before(self.days.listening), now)
        personal.sounds.remove(erased.sounds)
        recordings = personal.sounds.erase_before(self._before(self.days.recordings), now)
        personal.sounds.tidy(now)
        personal.forget_practised()
        if not personal.erasing.checkpoint():
            raise StoreUnavailable("the database's log may hold what was deleted: somebody reads it all the time")
        _log.info("deleted because kept long enough: %s", erased.counts | {"recordings alone": recordings})
        return self._pruned() if self.days.audit else Done()

    def _pruned(self) -> Result:
        """The log of staff, from its beginning; one that somebody has changed stays as it is, and that is told."""
        try:
            self.personal.audit.prune(self._before(self.days.audit), self.now())
        except LogChangedError as error:
            return Dead(f"the log of staff was changed, so nothing of it was deleted: {error}")
        return Done()

    def _before(self, days: int) -> datetime:
        return self.now() - timedelta(days=days)
