"""Fetching recordings and deleting them at Twilio: each step may run twice, and a kill between two loses nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from ivr.jobs.runner import Again, Dead, Done, Patience, Result
from ivr.jobs.wav import CutOffError, NoSoundError, anew
from ivr.sounds import Sounds
from ivr.store import Job, Sound
from ivr.store.fetched import Fetched, NotFetched

_log: Final = logging.getLogger(__name__)
PATIENCE: Final = Patience(attempts=18, first=2.0, longest=6 * 3600.0)
"""Tried for about two days: at first after 2 seconds, in the end every 6 hours."""


class Source(Protocol):
    """Whoever has recordings. Neither method raises."""

    def fetch(self, sid: str) -> Fetched | NotFetched:
        """The sound of a recording."""

    def delete(self, sid: str) -> NotFetched | None:
        """Delete a recording; None once there is none."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """The jobs that bring recordings here, and take them away there."""

    sounds: Sounds
    source: Source
    now: Callable[[], datetime]

    def fetch(self, job: Job) -> Result:
        """Bring one recording here."""
        sound = self.sounds.store.sound_of(job.payload["recording"])
        if sound is None or sound.status != "waiting":
            return Done()
        match self.source.fetch(sound.recording_sid):
            case Fetched(data=data):
                return self._kept(sound, data)
            case NotFetched() as trouble:
                return self._not_fetched(sound, trouble)

    def delete(self, job: Job) -> Result:
        """Delete Twilio's copy of one recording."""
        sid = job.payload["recording"]
        match self.source.delete(sid):
            case None:
                self.sounds.store.sound_gone(sid, self.now())
                return Done()
            case NotFetched(why="refused" | "wrong", trouble=trouble):
                return _stopped(trouble)
            case NotFetched(trouble=trouble, seconds=seconds):
                return Again(trouble, seconds)

    def _kept(self, sound: Sound, data: bytes) -> Result:
        try:
            wav = anew(data)
        except CutOffError as error:
            return Again(str(error))
        except NoSoundError as error:
            return Dead(str(error))
        self.sounds.keep(sound, wav.data, wav.seconds, self.now())
        return Done()

    def _not_fetched(self, sound: Sound, trouble: NotFetched) -> Result:
        match trouble.why:
            case "later":
                return Again(trouble.trouble, trouble.seconds)
            case "gone":
                self.sounds.store.sound_lost(sound, trouble.trouble)
                return Dead(trouble.trouble)
            case "refused" | "wrong":
                return _stopped(trouble.trouble)


def _stopped(trouble: str) -> Dead:
    """Asking again would not help until somebody has looked: the operator is told, and staff see it."""
    _log.error("recordings: %s; not tried again until somebody says so (see `ivr jobs`)", trouble)
    return Dead(trouble)
