"""Plays the line's real sounds on this machine's loudspeaker, where it has a player."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ivr.rehearsal.transport import Fetch
from ivr.rehearsal.twiml import parse

PLAYERS: Final = {
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "quiet"),
}
"""Programs that play a WAV file, and what makes them quiet; the first found is used."""
LONGEST: Final = 120
"""Seconds after which a player is stopped."""
SOUND: Final = 200


@dataclass(frozen=True, slots=True)
class Speaker:
    """A program that plays sounds, and the way to get them."""

    program: str
    fetch: Fetch

    def play(self, document: str) -> None:
        """Play every sound of a TwiML document, one after the other."""
        for path in _sounds_of(document):
            answer = self.fetch(path)
            if answer.status == SOUND:
                self._play(answer.body)

    def _play(self, sound: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sound.wav"
            file.write_bytes(sound)
            command = [self.program, *PLAYERS[Path(self.program).name], str(file)]
            subprocess.run(command, check=False, timeout=LONGEST)  # noqa: S603 - a program from our own list


def find_player() -> str:
    """The program of this machine that can play sounds; empty when it has none."""
    return next((found for name in PLAYERS if (found := shutil.which(name))), "")


def _sounds_of(document: str) -> Iterator[str]:
    for play in parse(document.encode()).iter("Play"):
        yield urlsplit((play.text or "").strip()).path
