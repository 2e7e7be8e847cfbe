"""From the files of `prompts/` to a Flow, once or whenever they change, or to every mistake in them."""

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from ivr.flow.line import Flow, Line
from ivr.prompts import bank_holidays
from ivr.prompts.build import KeyPath, Notes
from ivr.prompts.draft import Draft, drafted
from ivr.prompts.findings import Finding, PromptsError
from ivr.prompts.folder import Sources, sources
from ivr.prompts.meaning import check

EVERY: Final = 1.0
"""Seconds between two looks at the files, at most one a second however many calls there are."""
VERSION_LENGTH: Final = 12
LATELY: Final = 2
"""Flows that are remembered with their files, so that the same files are not worked out again."""

_Stamp = tuple[tuple[str, int, int, int], ...]
_log: Final = logging.getLogger(__name__)


Spot = tuple[str, int, int]
"""File, line and column."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A flow, and where everything in it is written."""

    flow: Flow
    notes: Mapping[str, Notes] = field(repr=False)

    def where(self, name: str) -> Spot:
        """Where a node, or else a prompt in the default language, is written. Raises KeyError for neither."""
        if f"menus/{name}.yaml" in self.notes:
            return self.spot(f"menus/{name}.yaml")
        language = self.flow.line.languages[0]
        if name not in self.flow.words[language].prompts:
            raise KeyError(name)
        return self.spot(f"words/{language}.yaml", ("prompts", name))

    def spot(self, file: str, path: KeyPath = ()) -> Spot:
        """Where a value stands, or the nearest thing around it: `menus/main.yaml`, `("options", 0, "goto")`."""
        place = self.notes[file].place(path)
        return self.notes[file].file, place.line, place.column


def load(folder: Path) -> Flow:
    """The flow that the folder describes. Raises PromptsError with all mistakes of all its files.

    The same files are the same flow: a line to practise on, beside the real one, has it at once.
    """
    found = sources(folder)
    return _flow_of(found.name, tuple(found.files.items()), found.findings)


def load_with_positions(folder: Path) -> Loaded:
    """The flow and the place of each node and prompt in the files. Raises PromptsError."""
    return _loaded(sources(folder))


@lru_cache(maxsize=LATELY)
def _flow_of(name: str, files: tuple[tuple[str, bytes], ...], findings: tuple[Finding, ...]) -> Flow:
    return _loaded(Sources(name, dict(files), findings)).flow


def _loaded(found: Sources) -> Loaded:
    draft = drafted(found)
    findings = [*draft.findings, *check(draft)]
    if findings or draft.line is None:
        raise PromptsError(findings)
    return Loaded(_flow(draft, draft.line, version_of(found)), draft.notes)


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
