"""Which file says a text: an index in memory, renewed when the manifest changes. No disk read on a caller's path."""

import os
import time
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ivr.audio.clip import Clip, Entry
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.flow.state import Pace

Wanted = tuple[str, Pace, str]
Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One reading of the manifests: what can be played, and from which file."""

    stamp: Stamp
    clips: dict[Wanted, tuple[Clip, str]]
    files: dict[str, tuple[Path, Entry]]
    folders: tuple[str, ...]
    """The folders that these files lie in: their time changes when one of them is deleted."""


class Library:
    """Finds audio by language, pace and text. Safe to share between threads: a new shelf replaces the old whole."""

    __slots__ = ("_base_url", "_folder", "_look_again", "_manifests", "_patience", "_shelf", "_version")

    def __init__(self, folder: AudioFolder, base_url: str, patience: float = 1.0) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")
        self._manifests = (str(folder.manifest), str(folder.shipped))
        self._patience = patience
        self._look_again = 0.0
        self._shelf = _read(folder, self._base_url, _stamp(self._manifests), keep=None)
        self._version = (self._shelf.stamp, _stamp(self._shelf.folders))

    @classmethod
    def open(cls, folder: Path, base_url: str = "", patience: float = 1.0) -> "Library":
        """Read the index of `folder` (`audio/`). `base_url` goes before each path, for example a CDN's address.

        `patience`: seconds between looks at the manifests, because a prompt should not cost two looks at the disk.
        A missing or damaged manifest gives an empty library: the line then speaks with Twilio's own voice.
        """
        return cls(AudioFolder(folder), base_url, patience)

    def find(self, language: str, pace: Pace, text: str) -> Clip | None:
        """The file that says these words, or None when there is none or it was deleted."""
        found = self._current().clips.get((language, pace, text))
        if found is None or not _exists(found[1]):
            return None
        return found[0]

    def file(self, path: str) -> tuple[Path, str] | None:
        """The file behind a path below `/audio/` and its SHA-256, or None."""
        found = self._current().files.get(path)
        return (found[0], found[1].sha256) if found and _exists(str(found[0])) else None

    def older(self, path: str) -> Path | None:
        """A file that the manifest no longer lists, for a call that began before a build. `path` is a checked name."""
        return self._folder.find(path)

    @property
    def version(self) -> tuple[Stamp, Stamp]:
        """Changes when the manifests do or files come and go, so that ready-made TwiML can be thrown away."""
        self._current()
        return self._version

    def _current(self) -> Shelf:
        now = time.monotonic()
        if now < self._look_again:
            return self._shelf
        self._look_again = now + self._patience
        stamp = _stamp(self._manifests)
        if stamp != self._shelf.stamp:
            self._shelf = _read(self._folder, self._base_url, stamp, keep=self._shelf)
        self._version = (stamp, _stamp(self._shelf.folders))
        return self._shelf


def _exists(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 (three times cheaper than Path, on every spoken prompt)
    except OSError:
        return False


def _stamp(paths: tuple[str, ...]) -> Stamp:
    return tuple(_file_stamp(path) for path in paths)


def _file_stamp(path: str) -> tuple[int, int, int]:
    try:
        seen = os.stat(path)  # noqa: PTH116
    except OSError:
        return (0, 0, 0)
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino)


def _read(folder: AudioFolder, base_url: str, stamp: Stamp, keep: Shelf | None) -> Shelf:
    """The newest shelf; a damaged manifest keeps what was read before, so a bad write silences nothing."""
    # The shipped manifest first: what was built here then takes its place.
    readings = [_entries(manifest) for manifest in (folder.shipped, folder.manifest)]
    if keep and None in readings:
        return replace(keep, stamp=stamp)
    clips: dict[Wanted, tuple[Clip, str]] = {}
    files: dict[str, tuple[Path, Entry]] = {}
    find = folder.finder()
    for entry in chain.from_iterable(reading or () for reading in readings):
        path = find(entry.file)
        if path is not None:
            clip = Clip(entry.path, entry.seconds, entry.voice, base_url + entry.path)
            clips[entry.language, entry.pace, entry.text] = (clip, str(path))
            files[entry.file] = (path, entry)
    return Shelf(stamp, clips, files, tuple(sorted({str(path.parent) for path, _ in files.values()})))


def _entries(manifest: Path) -> list[Entry] | None:
    """What a manifest lists, or None when it is damaged."""
    try:
        return read_manifest(manifest)
    except (ValueError, OSError):
        return None
