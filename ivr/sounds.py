"""Recordings of callers: sealed when they come in, opened to be heard, in part if need be."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.sealing import PIECE, Opened, Sealing
from ivr.store import Boxes, Sound, Store

_log: Final = logging.getLogger(__name__)
KIND: Final = "audio/wav"
"""What every recording here is: it was made anew from its samples when it came in."""
LEFT: Final = timedelta(days=1)
"""Age of a box that belongs to nothing: a crash left it, and nobody is filling it any more."""


class NotHereError(LookupError):
    """There is nothing to hear: not fetched yet, lost, or erased."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """The recordings of one line. Safe to share between threads."""

    store: Store
    sealing: Sealing
    boxes: Boxes

    def keep(self, sound: Sound, data: bytes, seconds: int, now: datetime) -> bool:
        """Seal a recording and note that it is here. False when another worker was first, or it was erased.

        The box is durable before the note: a crash in between leaves a box without a recording, which goes later.
        """
        box = self.boxes.put(self.sealing.closed(_pieces(data), sound.context), now)
        if self.store.sound_kept(sound, box, len(data), seconds, now):
            return True
        self.boxes.remove(box)
        return False

    @contextmanager
    def hearing(self, sound: Sound) -> Iterator[Opened]:
        """A recording, open. Raises NotHereError, SealError or StoreUnavailable."""
        if sound.status != "kept":
            raise NotHereError(sound.status)
        try:
            with self.boxes.open(sound.box) as file:
                yield self.sealing.opened(file, sound.context)
        except LookupError as error:
            raise NotHereError(str(error)) from error

    def whole(self, sound: Sound) -> bytes:
        """A recording from its beginning to its end. Raises as `hearing` does."""
        with self.hearing(sound) as opened:
            return b"".join(opened.read())

    def erase_before(self, before: datetime, now: datetime) -> int:
        """Erase recordings from before then, but none of a request that is held or open. How many."""
        count = 0
        while erased := self.store.erase_sounds(before, now):
            self.remove(erased)
            count += len(erased)
        return count

    def remove(self, erased: list[Sound]) -> None:
        """Remove the boxes of recordings that were erased; what a crash leaves is removed by `tidy`."""
        for sound in erased:
            if sound.box:
                self.boxes.remove(sound.box)

    def tidy(self, now: datetime) -> int:
        """Remove boxes that belong to nothing. How many."""
        names = self.boxes.older(now - LEFT)
        loose = set(names) - self.store.known_boxes(names)
        for name in loose:
            self.boxes.remove(name)
        return len(loose)

    def reseal(self, now: datetime) -> tuple[int, int]:
        """Close with the key in use what was closed with another. How many there are, and how many were closed anew.

        A recording is in its new box before the old one goes, so it may be stopped and begun again at any time.
        """
        every = self.store.boxed()
        return len(every), sum(self._resealed(sound, now) for sound in every)

    def _resealed(self, sound: Sound, now: datetime) -> bool:
        with self.boxes.open(sound.box) as file:
            if self.sealing.is_current(file.read(64)):
                return False
            box = self.boxes.put(
                self.sealing.closed(self.sealing.opened(file, sound.context).read(), sound.context), now
            )
        done = self.store.rebox(sound, box)
        self.boxes.remove(sound.box if done else box)
        return done


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + PIECE] for at in range(0, len(data), PIECE))
