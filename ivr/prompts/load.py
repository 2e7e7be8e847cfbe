"""From the files of `prompts/` to a Flow, once or whenever they change, or to every mistake in them."""

import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from ivr.flow.line import Flow, Line
from ivr.prompts import bank_holidays
from ivr.prompts.draft import Draft, Spot, drafted, places_of
from ivr.prompts.findings import Finding, PromptsError
from ivr.prompts.folder import Sources, sources
from ivr.prompts.meaning import check

EVERY: Final = 1.0
"""Seconds between two looks at the files, at most one a second however many calls there are."""
VERSION_LENGTH: Final = 12

_Stamp = tuple[tuple[str, int, int, int], ...]
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A flow, and where each node and prompt of it is written."""

    flow: Flow
    places: dict[str, Spot] = field(repr=False)

    def where(self, name: str) -> Spot:
        """File, line and column of a node id or a prompt id, nodes first. Raises KeyError for neither."""
        return self.places.get(f"node {name}") or self.places[f"prompt {name}"]


def load(folder: Path) -> Flow:
    """The flow that the folder describes. Raises PromptsError with all mistakes of all its files."""
    return load_with_positions(folder).flow


def load_with_positions(folder: Path) -> Loaded:
    """The flow and the place of each node and prompt in the files. Raises PromptsError."""
    found = sources(folder)
    draft = drafted(found)
    findings = [*draft.findings, *check(draft)]
    if findings or draft.line is None:
        raise PromptsError(findings)
    return Loaded(_flow(draft, draft.line, version_of(found)), places_of(draft))


def _flow(draft: Draft, line: Line, version: str) -> Flow:
    return Flow(
        line=line,
        nodes=dict(draft.nodes),
        words=dict(draft.words),
        facts=dict(draft.facts),
        bank_holidays=bank_holidays.ENGLAND,
        version=version,
    )


def version_of(found: Sources) -> str:
    """A short hash of all files, the same wherever the folder lies."""
    digest = hashlib.sha256()
    for file, content in sorted(found.files.items()):
        digest.update(f"{file}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:VERSION_LENGTH]


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
