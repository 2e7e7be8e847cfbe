"""The reserve voice: py-nanotts (SVOX Pico), British English, 5 MB, about 200 times faster than speech."""

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ivr.audio.lexicon import Word, plain, respell
from ivr.audio.voice import VoiceError
from ivr.flow.state import Pace

if TYPE_CHECKING:
    from ivr.audio.sound import Sound

RATE: Final = 16000
VOLUME: Final = 0.6
"""At its own volume it clips."""
SPEEDS: Final[dict[Pace, float]] = {"normal": 0.8, "slow": 0.66}
"""About 156 and 128 words a minute over the line's own sentences."""
TILT: Final = 0.95
"""Pre-emphasis y[n] - TILT * y[n-1]: fewer wrong words on a noisy line (docs/voices.md)."""
PERTURB: Final = -6
"""M_PERTURB of glibc's malloc.h: memory is handed out filled with 255 minus this byte."""
MISSING: Final = (
    "the reserve voice (py-nanotts) is not installed on this machine; "
    "the line speaks with shipped audio and Twilio's own voice instead"
)


@dataclass(frozen=True, slots=True)
class Nanotts:
    """British English only."""

    label: str = "nanotts en-GB"
    at_once: int = 0

    def settings(self, pace: Pace, _script: str) -> str:
        """All that shapes its sound."""
        return f"py-nanotts 0.1.1 en-GB volume {VOLUME} speed {SPEEDS[pace]} tilt {TILT}"

    def speaks(self, language: str) -> bool:
        """Whether it can speak a language."""
        return language == "en-GB"

    def script(self, text: str, words: Iterable[Word]) -> str:
        """Lexicon words respelled; tags removed, because this engine obeys them and can be told to write files."""
        return respell(text, words)

    def speak(self, sentence: str, language: str, pace: Pace) -> "Sound":
        """One sentence as sound. Raises VoiceError where the package has no build for the machine."""
        from ivr.audio.sound import from_pcm

        _clean_memory()
        try:
            engine = import_module("py_nanotts").NanoTTS()
        except ImportError as problem:
            raise VoiceError(MISSING) from problem
        raw: bytes = engine.speak(plain(sentence), voice=language, speed=SPEEDS[pace], volume=VOLUME)
        return tilted(from_pcm(raw, RATE))


@cache
def _clean_memory() -> None:
    """Hand out every large block of memory empty, from now on in this process.

    The engine never clears its working memory, so a sentence would otherwise sound a little of what the process did
    before, and identical input would not give identical bytes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(PERTURB, 255)


def tilted(sound: "Sound") -> "Sound":
    """The sound with its high notes raised."""
    earlier = sound.samples.copy()
    earlier[1:] = sound.samples[:-1]
    return replace(sound, samples=sound.samples - TILT * earlier)
