"""Silence in audio files, and the name of the chain: what a file's hash needs to know, without any sound."""

from dataclasses import dataclass
from typing import Final

from ivr.audio.clip import Utterance

CHAIN: Final = "telephone-3"
"""Part of every file's hash: change it when the sound of the chain changes."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence in one file, in seconds. Pauses between files are the call's pace, so they are not in the audio."""

    lead: float = 0.15
    between: float = 0.4
    tail: float = 0.25

    def __str__(self) -> str:
        return f"{self.lead}/{self.between}/{self.tail}"


OPTION: Final = Pauses(tail=0.5)
"""After a choice the caller needs a moment to decide."""
LONGER_WHEN_SLOW: Final = 1.5
"""The slow pace has longer pauses between sentences too."""
DIGIT: Final = Pauses(lead=0.05, tail=0.2)
"""Digits are played one after the other: together they make about a quarter of a second."""


def pauses(utterance: Utterance) -> Pauses:
    """How much silence an utterance has in and around it."""
    if utterance.prompt.startswith("digit."):
        return DIGIT
    return OPTION if utterance.key else Pauses()
