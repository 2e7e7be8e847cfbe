"""Which file says a text: an index in memory, renewed when the manifest changes. No disk read on a caller's path."""

import os
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ivr.audio.clip import Clip, Entry
from ivr.audio.folder import HEADER_BYTES, AudioFolder, least_bytes, read_manifest
from ivr.flow.state import Pace

Wanted = tuple[str, Pace, str]
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One reading of the manifests: what can be played, and from which file."""

    clips: dict[Wanted, tuple[Clip, str]]
    files: dict[str, tuple[str, str]]
    """For each name below `/audio/` the file and its SHA-256."""
    least: dict[str, int]
    """How long each listed file is at least, in bytes, wherever it may lie: one that was cut short is not played."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the disk looked."""

    manifests: tuple[Stamp, Stamp]
    damaged: frozenset[str]
    """Files that cannot be played now."""


class Library:
    """Finds audio by language, pace and text. Safe to share between threads: a new shelf replaces the old whole."""

    __slots__ = ("_base_url", "_folder", "_look_again", "_patience", "_seen", "_shelf")

    def __init__(self, folder: AudioFolder, base_url: str, patience: float = 1.0) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")
        self._patience = patience
        self._look_again = 0.0
        self._shelf = _read(folder, self._base_url, keep=None)
        self._seen = self._look()

    @classmethod
    def open(cls, folder: Path, base_url: str = "", patience: float = 1.0) -> "Library":
        """Read the index of `folder` (`audio/`). `base_url` goes before each path, for example a CDN's address.

        `patience`: seconds between looks at the disk, because a prompt should not cost many.
        A missing or damaged manifest gives an empty library: the line then speaks with Twilio's own voice.
        """
        return cls(AudioFolder(folder), base_url, patience)

    def find(self, language: str, pace: Pace, text: str) -> Clip | None:
        """The file that says these words, or None when there is none, or it was deleted, cut short or locked away."""
        shelf = self._current()
        found = shelf.clips.get((language, pace, text))
        return found[0] if found and _is_whole(found[1], shelf.least) else None

    def file(self, name: str) -> tuple[str, str] | None:
        """The file behind a checked name below `/audio/` and its SHA-256, or "" where that is not known; or None.

        One that the manifests no longer list is found too, for a call that began before a build.
        """
        shelf = self._current()
        found = shelf.files.get(name) or self._older(name)
        return found if found and _is_whole(found[0], shelf.least) else None

    def _older(self, name: str) -> tuple[str, str] | None:
        path = self._folder.find(name)
        return (str(path), "") if path else None

    @property
    def version(self) -> Seen:
        """Changes when other files may be played than before, so that ready-made TwiML can be thrown away."""
        self._current()
        return self._seen

    def _current(self) -> Shelf:
        now = time.monotonic()
        if now < self._look_again:
            return self._shelf
        self._look_again = now + self._patience
        if self._look() != self._seen:
            self._shelf = _read(self._folder, self._base_url, keep=self._shelf)
            self._seen = self._look()
        return self._shelf

    def _look(self) -> Seen:
        least = self._shelf.least
        return Seen(
            (_stamp(str(self._folder.shipped)), _stamp(str(self._folder.manifest))),
            frozenset(path for path in least if not _is_whole(path, least)),
        )


def _is_whole(path: str, least: dict[str, int]) -> bool:
    """Whether a file is there, can be read, and has all of its sound; one of unknown length has some."""
    try:
        size = os.stat(path).st_size  # noqa: PTH116 (three times cheaper than Path, on every spoken prompt)
    except OSError:
        return False
    return size >= least.get(path, HEADER_BYTES + 1) and os.access(path, os.R_OK)


def _stamp(path: str) -> Stamp:
    try:
        seen = os.stat(path)  # noqa: PTH116
    except OSError:
        return (0, 0, 0)
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino)


def _read(folder: AudioFolder, base_url: str, keep: Shelf | None) -> Shelf:
    """The newest shelf; a damaged manifest keeps what was read before, so a bad write silences nothing."""
    # The shipped manifest first: what was built here then takes its place.
    readings = [_entries(manifest) for manifest in (folder.shipped, folder.manifest)]
    if keep and None in readings:
        return keep
    shelf, find = Shelf({}, {}, {}), folder.finder()
    for entry in chain.from_iterable(reading or () for reading in readings):
        path = find(entry.file)
        # One that is not there yet is looked for in both places.
        expected = [path] if path else [folder.built / entry.file, folder.spoken / entry.file]
        shelf.least.update(dict.fromkeys(map(str, expected), least_bytes(entry)))
        if path:
            shelf.files[entry.file] = (str(path), entry.sha256)
        if path and _is_whole(str(path), shelf.least):
            clip = Clip(entry.path, entry.seconds, entry.voice, base_url + entry.path)
            shelf.clips[entry.language, entry.pace, entry.text] = (clip, str(path))
    return shelf


def _entries(manifest: Path) -> list[Entry] | None:
    """What a manifest lists, or None when it is damaged."""
    try:
        return read_manifest(manifest)
    except (ValueError, OSError):
        return None
