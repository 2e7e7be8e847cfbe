"""One small interface for every voice, and the three voices that make audio."""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from ivr.audio.lexicon import Word
from ivr.flow.state import Pace

if TYPE_CHECKING:
    from ivr.audio.sound import Sound

VOICES: Final = {
    "nanotts": "ivr.audio.nanotts:Nanotts",
    "kokoro": "ivr.audio.kokoro:Kokoro",
    "gtts": "ivr.audio.google:Google",
}
"""Each voice and the class that speaks it."""
RESERVE: Final = "nanotts"
"""Makes what no better voice has made yet."""
SHIPPED: Final = "kokoro"
"""Its audio is kept in git."""


class VoiceError(Exception):
    """A voice could not speak. The message says what happened and what to do."""


class Voice(Protocol):
    """Something that turns a sentence into sound."""

    @property
    def label(self) -> str:
        """The name in the manifest."""

    def settings(self, pace: Pace, script: str) -> str:
        """All that shapes its sound: part of every file's hash."""

    @property
    def at_once(self) -> int:
        """How many may speak side by side; 0 for as many as there are processors."""

    def speaks(self, language: str) -> bool:
        """Whether it can speak a language."""

    def script(self, text: str, words: Iterable[Word]) -> str:
        """The text in this voice's own notation."""

    def speak(self, sentence: str, language: str, pace: Pace) -> "Sound":
        """One sentence, in this voice's notation, as sound. Raises VoiceError."""


def open_voice(name: str) -> Voice:
    """The voice called `name`. Nothing heavy is loaded before it speaks. Raises VoiceError for an unknown name."""
    if name not in VOICES:
        raise VoiceError(f"there is no voice {name!r}; VOICE is one of {', '.join(VOICES)}")
    module, kind = VOICES[name].split(":")
    voice: Voice = getattr(import_module(module), kind)()
    return voice
