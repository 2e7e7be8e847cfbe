"""The voices side by side on the line's own words: each row of the table in docs/voices.md is measured here.

Voices that speak online only (Google Translate, Polly, Google) are not among them. `bf_emma` needs its speaker in
audio/voices (bf_emma.bin of npm kokoro-js 1.2.1); espeak-ng and flite are Debian packages of these names.
"""

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from ivr.audio.badline import Line, heard_over
from ivr.audio.build import utterances
from ivr.audio.clip import Utterance
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.audio.heard import errors, normal
from ivr.audio.kokoro import FOLDER as SPEAKERS
from ivr.audio.kokoro import Kokoro
from ivr.audio.lexicon import pieces, read_lexicon, respell
from ivr.audio.nanotts import Nanotts
from ivr.audio.pauses import pauses
from ivr.audio.recogniser import Whisper
from ivr.audio.sound import Sound, decode
from ivr.audio.telephone import telephone
from ivr.audio.voice import Voice
from ivr.prompts.load import load

ROOT = Path(__file__).parents[2]
AUDIO = AudioFolder(ROOT / "audio")
LEXICON = read_lexicon(AUDIO.lexicon)
PROMPTS = (
    "welcome", "ways.mediation-1", "ways.disagreement-2", "number.first", "address.first", "about.who", "phrase.help",
    "choose.plan", "callback.saved", "callback.key-it", "advice.service", "council.north-1", "ask.needs", "no-match.1",
)  # fmt: skip
"""Always these: the welcome, options, the number and the address, what is explained, what is asked."""
NEAR: Final = 2.0
NEARLY: Final = 0.2
"""Points, or a part of the figure, that another machine may differ by: its recogniser rounds in another way."""
PROGRAMS: Final = {
    "flite `awb`": ["flite", "-voice", "awb", "--setf", "duration_stretch=1.15", "-t", "{text}", "-o", "{out}"],
    "espeak-ng `en-gb-x-rp`": ["espeak-ng", "-v", "en-gb-x-rp", "-s", "150", "-w", "{out}", "{text}"],
}
"""Slowed down to about 150 words a minute, as the line's own voices are."""
VOICES: Final = ("Kokoro `bm_fable`, as shipped", "Kokoro `bf_emma`", "py-nanotts `en-GB`, as used here", *PROGRAMS)


@functools.cache
def line() -> tuple[Utterance, ...]:
    every = {one.name: one for one in utterances(load(ROOT / "prompts")) if one.language == "en-GB"}
    return tuple(every[name] for name in PROMPTS)


def shipped(one: Utterance) -> Sound:
    files = {(entry.text, entry.pace): entry.file for entry in read_manifest(AUDIO.shipped)}
    return decode(AUDIO.spoken / files[one.text, "normal"])


def spoken(one: Utterance, script: str, say: Callable[[str], Sound]) -> Sound:
    """Through the same chain as all of the line's audio."""
    sounds = [(piece.pause, say(piece.text)) for piece in pieces(script, pauses(one).between)]
    return decode(telephone(sounds, pauses(one)))


def in_voice(voice: Voice, one: Utterance) -> Sound:
    return spoken(one, voice.script(one.text, LEXICON), lambda text: voice.speak(text, "en-GB", "normal"))


def by_program(command: list[str], one: Utterance) -> Sound:
    def say(text: str) -> Sound:
        with tempfile.NamedTemporaryFile(suffix=".wav") as out:
            subprocess.run([part.format(text=text, out=out.name) for part in command], check=True, capture_output=True)
            return decode(out.read())

    return spoken(one, respell(one.text, LEXICON), say)


def speaker(name: str) -> Callable[[Utterance], Sound]:
    match name:
        case "Kokoro `bm_fable`, as shipped":
            return shipped
        case "Kokoro `bf_emma`":
            if not (SPEAKERS / "bf_emma.bin").is_file():
                pytest.skip("bf_emma.bin of npm kokoro-js 1.2.1 is not in audio/voices")
            return functools.partial(in_voice, Kokoro("bf_emma"))
        case "py-nanotts `en-GB`, as used here":
            return functools.partial(in_voice, Nanotts())
        case _:
            if not shutil.which(PROGRAMS[name][0]):
                pytest.skip(f"there is no {PROGRAMS[name][0]} on this machine")
            return functools.partial(by_program, PROGRAMS[name])


def wrong(sounds: list[Sound], on: Line) -> float:
    """Words wrong in percent over all the prompts."""
    ears = Whisper("base")
    meant = [normal(one.text, LEXICON) for one in line()]
    heard = [normal(ears.hear(heard_over(on, sound)), LEXICON) for sound in sounds]
    return 100 * sum(map(errors, meant, heard)) / sum(map(len, meant))


def documented(name: str) -> tuple[float, ...]:
    page = (ROOT / "docs" / "voices.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {re.escape(name)} \| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)
    return tuple(map(float, row.groups())) if row else ()


@pytest.mark.prove
@pytest.mark.parametrize("name", VOICES)
def test_each_voice_is_understood_as_the_table_says(name: str) -> None:
    sounds = [speaker(name)(one) for one in line()]
    measured = tuple(round(wrong(sounds, on), 1) for on in ("mulaw", "noise"))
    near = pytest.approx(documented(name), abs=NEAR, rel=NEARLY)
    assert measured == near, f"measured now: | {name} | {measured[0]} | {measured[1]} |"


def test_the_table_has_a_row_for_each_voice_that_can_be_heard_here() -> None:
    assert [name for name in VOICES if len(documented(name)) != 2] == []
