"""The reserve voice: py-nanotts (SVOX Pico), British English, 5 MB, about 200 times faster than speech."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
SPEEDS: Final[dict[Pace, float]] = {"normal": 0.95, "slow": 0.78}
TILT: Final = 0.95
"""Pre-emphasis y[n] - TILT * y[n-1]: fewer wrong words on a noisy line (docs/voices.md)."""
MISSING: Final = (
    "the reserve voice (py-nanotts) is not installed on this machine; "
    "the line speaks with shipped audio and Twilio's own voice instead"
)


@dataclass(frozen=True, slots=True)
class Nanotts:
    """British English only."""

    label: str = "nanotts en-GB"
    at_once: int = 0

    @property
    def settings(self) -> str:
        """All that shapes its sound."""
        return f"py-nanotts 0.1.1 en-GB volume {VOLUME} speeds {SPEEDS} tilt {TILT}"

    def speaks(self, language: str) -> bool:
        """Whether it can speak a language."""
        return language == "en-GB"

    def script(self, text: str, words: Iterable[Word]) -> str:
        """Lexicon words respelled; tags removed, because this engine obeys them and can be told to write files."""
        return respell(text, words)

    def speak(self, sentence: str, language: str, pace: Pace) -> "Sound":
        """One sentence as sound. Raises VoiceError where the package has no build for the machine."""
        from ivr.audio.sound import from_pcm

        try:
            engine = import_module("py_nanotts").NanoTTS()
        except ImportError as problem:
            raise VoiceError(MISSING) from problem
        raw: bytes = engine.speak(plain(sentence), voice=language, speed=SPEEDS[pace], volume=VOLUME)
        return tilted(from_pcm(raw, RATE))


def tilted(sound: "Sound") -> "Sound":
    """The sound with its high notes raised."""
    earlier = sound.samples.copy()
    earlier[1:] = sound.samples[:-1]
    return replace(sound, samples=sound.samples - TILT * earlier)
