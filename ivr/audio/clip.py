"""Names and records of audio: one utterance, one file, one line of the manifest. Standard library only."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Final

from ivr.flow.state import Pace

PACES: Final[tuple[Pace, Pace]] = ("normal", "slow")
DIGEST_LENGTH: Final = 16
FILE_NAME: Final = re.compile(
    rf"(?P<language>[a-z]{{2,3}}(?:-[A-Za-z0-9]{{2,8}})*)/"
    rf"(?P<name>[a-z0-9][a-z0-9._-]*)-(?P<pace>normal|slow)-(?P<digest>[0-9a-f]{{{DIGEST_LENGTH}}})\.wav"
)
"""A path below `/audio/`. Nothing else is ever opened."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text that the line may say in one language. `key`, `option` and `place` are what was filled in, if any."""

    language: str
    prompt: str
    text: str
    key: str = ""
    option: str = ""
    place: str = ""

    @property
    def name(self) -> str:
        """The file name without pace and digest: `main.ask`, `option.mediation-1`."""
        parts = [part for part in (self.prompt, self.key, self.option, self.place) if part]
        return re.sub(r"[^a-z0-9._-]", "-", "-".join(parts).lower()).lstrip("._-") or "prompt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `manifest.json`: a file that the line may play. `seconds` is its whole length."""

    path: str
    prompt: str
    language: str
    pace: Pace
    text: str
    seconds: float
    voice: str
    sha256: str

    @property
    def file(self) -> str:
        """The path below a folder of audio, for example `en-GB/main.ask-normal-….wav`."""
        return self.path.removeprefix("/audio/")


@dataclass(frozen=True, slots=True)
class Clip:
    """An audio file that can be played now. `url` is `path` after the host that serves it."""

    path: str
    seconds: float
    voice: str
    url: str = ""


def digest(*parts: str | bytes) -> str:
    """A short content hash of all parts, in their order."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.hexdigest()[:DIGEST_LENGTH]


def file_name(utterance: Utterance, pace: Pace, content: str) -> str:
    """Where the audio of an utterance lies below its folder; `content` is the digest of all that shapes it."""
    return f"{utterance.language}/{utterance.name}-{pace}-{content}.wav"


def to_json(entries: list[Entry]) -> str:
    """The manifest as text, sorted by path, one entry a line, so that a change is a short diff."""
    rows = [
        json.dumps({field: getattr(entry, field) for field in Entry.__slots__}, ensure_ascii=False)
        for entry in sorted(entries, key=lambda entry: entry.path)
    ]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"


def from_json(text: str) -> list[Entry]:
    """Read a manifest. Raises ValueError when it is damaged or names a file outside the audio folders."""
    try:
        entries = [Entry(**row) for row in json.loads(text)]
    except (TypeError, ValueError) as problem:
        raise ValueError(f"the manifest of the audio is damaged ({problem}); run `ivr audio build`") from problem
    for entry in entries:
        if not FILE_NAME.fullmatch(entry.file):
            raise ValueError(f"the manifest names {entry.path!r}, which is no audio file of the line")
    return entries
