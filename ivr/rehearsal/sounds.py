"""How long words take on the telephone, and which words a sound holds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from ivr.audio.folder import AudioFolder, read_manifest
from ivr.rehearsal.transport import Fetch
from ivr.rehearsal.twiml import Answer, TwilioRefuses

WORDS_A_MINUTE: Final = 150
AUDIO_TYPES: Final = frozenset(
    f"audio/{kind}" for kind in ("mpeg", "wav", "wave", "x-wav", "aiff", "x-aifc", "x-aiff", "x-gsm", "gsm", "ulaw")
)
"""What <Play> plays, by its type."""
_RATES: Final = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.5}
_WEAK_BREAK: Final = 0.25


@dataclass(frozen=True, slots=True)
class Sound:
    """Something a caller hears: its words ("" for quiet) and its seconds.

    `path` is where its audio is, empty where a voice reads the words; `prompt` and `language` are those of the words.
    """

    text: str
    seconds: float
    path: str = field(default="", compare=False)
    prompt: str = field(default="", compare=False)
    language: str = field(default="", compare=False)


Sounds = Callable[[str], Sound | None]
"""From a path of <Play> to what is heard there; None when the path is not known."""


def silent_library(path: str) -> Sound | None:  # noqa: ARG001 - the shape of Sounds
    """A library that knows no sound."""
    return None


def from_folder(audio: Path) -> Sounds:
    """The sounds that the manifests of `audio/` list. Raises ValueError when one is damaged."""
    folder = AudioFolder(audio)
    entries = (*read_manifest(folder.shipped), *read_manifest(folder.manifest))
    known = {one.path: Sound(one.text, one.seconds, one.path, one.prompt, one.language) for one in entries}
    return known.get


def served(fetch: Fetch, known: Sounds) -> Sounds:
    """The same sounds, each fetched once as Twilio fetches it; TwilioRefuses when the line does not serve it."""
    seen: set[str] = set()

    def sound(path: str) -> Sound | None:
        if path not in seen:
            _check(path, fetch(path))
            seen.add(path)
        return known(path)

    return sound


def _check(path: str, answer: Answer) -> None:
    if answer.status != HTTPStatus.OK:
        raise TwilioRefuses(f"the sound {path} is answered with status {answer.status}", 11200)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in AUDIO_TYPES:
        raise TwilioRefuses(f"the sound {path} is of type {kind or 'nothing'}, which Twilio does not play", 12300)
    if not answer.body:
        raise TwilioRefuses(f"the sound {path} is empty", 11200)


def spoken(say: ElementTree.Element) -> Sound:
    """What a <Say> says, and about how long it takes at 150 words a minute, with its pauses and pace."""
    text = re.sub(r"\s+", " ", "".join(say.itertext())).strip()
    times = int(say.get("loop", "1"))
    return Sound(text, times * sum(_seconds(say, 1.0)), language=say.get("language", ""))


def _seconds(element: ElementTree.Element, pace: float) -> Iterator[float]:
    pace *= _rate(element.get("rate", "medium"))
    yield _words(element.text, pace)
    for child in element:
        yield _pause(child) if child.tag == "break" else sum(_seconds(child, pace))
        yield _words(child.tail, pace)


def _rate(rate: str) -> float:
    return _RATES[rate] if rate in _RATES else float(rate.rstrip("%")) / 100


def _words(text: str | None, pace: float) -> float:
    return len((text or "").split()) * 60 / (WORDS_A_MINUTE * pace)


def _pause(element: ElementTree.Element) -> float:
    time = element.get("time", "")
    if time.endswith("ms"):
        return float(time[:-2]) / 1000
    return float(time[:-1]) if time else _WEAK_BREAK
