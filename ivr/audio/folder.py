"""The folder `audio/`: where files lie, and writing them so that a reader never sees half of one."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ivr.audio.clip import Entry, Utterance, from_json, to_json
from ivr.flow.state import Pace

HEADER_BYTES: Final = 44
"""Smallest WAV header."""
BYTES_A_SECOND: Final = 8000
ROUNDED: Final = 8
"""Bytes by which the seconds of an entry, to a thousandth, may be off."""


@dataclass(frozen=True, slots=True)
class AudioFolder:
    """`recorded/` by people, `spoken/` shipped in git, `built/` made here and not in git."""

    root: Path

    @property
    def recorded(self) -> Path:
        """Recordings of a human voice, named by prompt."""
        return self.root / "recorded"

    @property
    def spoken(self) -> Path:
        """The shipped voice, named by content."""
        return self.root / "spoken"

    @property
    def built(self) -> Path:
        """The reserve voice and prepared recordings, named by content."""
        return self.root / "built"

    @property
    def manifest(self) -> Path:
        """All audio that the line may play now."""
        return self.built / "manifest.json"

    @property
    def shipped(self) -> Path:
        """What `spoken/` holds."""
        return self.spoken / "manifest.json"

    @property
    def unfinished(self) -> Path:
        """What a build that failed had made until then, so that the next one goes on from there."""
        return self.built / "unfinished.json"

    @property
    def heard(self) -> Path:
        """What a recogniser heard in which sound, so that a check hears only what is new."""
        return self.built / "heard.jsonl"

    @property
    def takes(self) -> Path:
        """What each imported recording says: when the words change it is not played any more."""
        return self.recorded / "words.json"

    @property
    def lexicon(self) -> Path:
        """How words are pronounced."""
        return self.root / "lexicon.toml"

    def recording(self, utterance: Utterance, pace: Pace) -> Path:
        """Where a person's recording of an utterance belongs, whether or not it exists."""
        return self.recorded / self.take(utterance, pace)

    def take(self, utterance: Utterance, pace: Pace) -> str:
        """The name of a recording below `recorded/`: `en-GB/welcome.wav`, `en-GB/welcome-slow.wav`."""
        ending = "" if pace == "normal" else f"-{pace}"
        return f"{utterance.language}/{utterance.name}{ending}.wav"

    def find(self, file: str) -> Path | None:
        """The file of a manifest path below `/audio/`, or None. Links are not followed out of the folder."""
        for place in (self.built, self.spoken):
            path = place / file
            if path.is_file() and path.resolve().is_relative_to(place.resolve()):
                return path
        return None

    def finder(self) -> Callable[[str], Path | None]:
        """`find` for many files: each folder is looked at once, and by itself only what is no plain file there."""
        plain = cache(_plain_files)

        def found(file: str) -> Path | None:
            folder, _, name = file.rpartition("/")
            for place in (self.built, self.spoken):
                if name in plain(place, folder):
                    return place / file
                if os.path.lexists(place / file):
                    break
            return self.find(file)

        return found


def _plain_files(place: Path, folder: str) -> frozenset[str]:
    """Names of files that are no links, in a folder that no link leads out of its place to."""
    try:
        if not (place / folder).resolve().is_relative_to(place.resolve()):
            return frozenset()
        with os.scandir(place / folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except OSError:
        return frozenset()


def least_bytes(entry: Entry) -> int:
    """How long its file is at least; a shorter one was cut off. Every file is 8 kHz mu-law, a byte a sample."""
    return int(entry.seconds * BYTES_A_SECOND) + HEADER_BYTES - ROUNDED


def read_manifest(path: Path) -> list[Entry]:
    """The entries of a manifest; none when the file does not exist. Raises ValueError when it is damaged."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


def read_takes(folder: AudioFolder) -> dict[str, str]:
    """What each imported recording says, by its name below `recorded/`."""
    try:
        said: dict[str, str] = json.loads(folder.takes.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return said


def write_takes(folder: AudioFolder, said: dict[str, str]) -> None:
    """Note what imported recordings say."""
    text = json.dumps(dict(sorted(said.items())), ensure_ascii=False, indent=1) + "\n"
    write_whole(folder.takes, text.encode())


def write_manifest(path: Path, entries: list[Entry]) -> None:
    """Write a manifest, unless it says the same already."""
    text = to_json(entries).encode()
    if not path.is_file() or path.read_bytes() != text:
        write_whole(path, text)


def write_whole(path: Path, content: bytes) -> None:
    """Write to a file beside it, then rename: a power cut leaves the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


def changed_before(path: Path, moment: float) -> bool:
    """Whether a file is there and was last written before `moment` (seconds since 1970)."""
    try:
        return path.stat().st_mtime <= moment
    except FileNotFoundError:
        return False


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
