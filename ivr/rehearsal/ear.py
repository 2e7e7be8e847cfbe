"""What a caller hears, sentence by sentence, and when. Time is simulated: nobody waits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ivr.rehearsal.sounds import Sound, Sounds, spoken
from ivr.rehearsal.twiml import Element

BEEP: Final = Sound("(beep)", 0.5)
RECORDING: Final = re.compile(r"/Recordings/RE[0-9a-f]{32}")
UNKNOWN: Final = 1.0
"""Seconds of a sound that no library knows."""


@dataclass(slots=True)
class Turn:
    """What one answer of the line made a caller hear. Seconds count from the start of the call."""

    path: str
    given: str
    body: str
    started: float
    took: float
    heard: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """How long this turn spoke, quiet between words included."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing in a caller's ear. `stops`: a key or word ends it; `rings`: how the ringing it stands for ended."""

    sound: Sound
    stops: bool = False
    rings: str = ""


@dataclass(slots=True)
class Ear:
    """Listens to <Say>, <Play> and <Pause>, and keeps the simulated clock of a call."""

    sounds: Sounds
    seconds: float = 0.0
    turns: list[Turn] = field(default_factory=list)
    everything: list[Heard] = field(default_factory=list)
    """All of it in order, ringing too, for whoever plays it to a person."""

    @property
    def heard(self) -> list[str]:
        """Every sentence of the call so far."""
        return [sentence for turn in self.turns for sentence in turn.heard]

    def hear(self, sound: Sound, *, stops: bool = False) -> None:
        """Listen to one sound to its end."""
        self.seconds += sound.seconds
        self.everything.append(Heard(sound, stops))
        if self.turns:
            self.turns[-1].seconds += sound.seconds
            if sound.text:
                self.turns[-1].heard.append(sound.text)

    def hear_all(self, sounds: list[Sound]) -> None:
        """Listen to the sounds of a question, one after the other."""
        for sound in sounds:
            self.hear(sound, stops=True)

    def ring(self, how: str, seconds: float) -> None:
        """Hear a transfer ring, and talk to who answers."""
        self.seconds += seconds
        self.everything.append(Heard(Sound("", seconds), rings=how))

    def unhear(self, sounds: list[Sound], after: float) -> None:
        """A key or word came `after` seconds into these sounds, just heard: the rest was never said."""
        turn = self.turns[-1]
        whole = sum(sound.seconds for sound in sounds)
        cut = max(0.0, whole - after)
        self.seconds -= cut
        turn.seconds -= cut
        missed = len([sound for sound in sounds if sound.text]) - len(list(_begun(sounds, after)))
        if missed:
            del turn.heard[-missed:]

    def sound_of(self, verb: Element, path: str) -> Sound:
        """The sound of one speaking verb; `path` is where its address leads."""
        match verb.tag:
            case "Say":
                return spoken(verb)
            case "Pause":
                return Sound("", float(verb.get("length", "1")))
            case _:
                return _repeated(verb, self._played(path))

    def _played(self, path: str) -> Sound:
        if RECORDING.search(path):
            return Sound("(your message)", UNKNOWN, path)
        return self.sounds(path) or Sound(f"(sound: {path})", UNKNOWN)


def _repeated(verb: Element, sound: Sound) -> Sound:
    return replace(sound, seconds=sound.seconds * int(verb.get("loop", "1")))


def _begun(sounds: list[Sound], after: float) -> Iterator[Sound]:
    at = 0.0
    for sound in sounds:
        if sound.text and at < after:
            yield sound
        at += sound.seconds
