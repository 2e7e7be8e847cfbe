"""The current flow of a folder that staff may edit while calls are served."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from ivr.flow.line import Flow
from ivr.prompts.findings import Finding, PromptsError
from ivr.prompts.load import load

EVERY: Final = 1.0
"""Seconds between two looks at the files, at most one a second however many calls there are."""

_Stamp = tuple[tuple[str, int, int, int], ...]
_log: Final = logging.getLogger(__name__)


class Watched:
    """A folder of prompts. An edit is served within a second; a bad edit is refused and the old flow goes on.

    Raises PromptsError when the folder cannot be served to begin with. May be asked from many threads.
    """

    def __init__(self, folder: Path, *, every: float = EVERY) -> None:
        self._folder, self._every, self._lock = folder, every, Lock()
        self._stamp = _stamp(folder)
        self._flow = load(folder)
        self._mistakes: tuple[Finding, ...] = ()
        self._next = monotonic() + every

    @property
    def flow(self) -> Flow:
        """The flow to serve now."""
        if monotonic() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._flow

    @property
    def mistakes(self) -> tuple[Finding, ...]:
        """What is wrong with the files as they are now; empty while the flow that is served is theirs."""
        return self._mistakes

    def _look(self) -> None:
        self._next = monotonic() + self._every
        stamp = _stamp(self._folder)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._flow, self._mistakes = load(self._folder), ()
        except PromptsError as error:
            self._mistakes = error.findings
            _log.error("prompts refused, version %s is still served:\n%s", self._flow.version, error)
        else:
            _log.info("prompts read again, version %s", self._flow.version)


def _stamp(folder: Path) -> _Stamp:
    """What changes when a file of the folder is written, added or removed."""
    return tuple(sorted(entry for part in ("", "menus", "words") for entry in _entries(folder / part)))


def _entries(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stat = entry.stat(follow_symlinks=False)
                yield entry.path, stat.st_mtime_ns, stat.st_size, stat.st_ino
    except OSError:
        yield str(folder), 0, 0, 0
