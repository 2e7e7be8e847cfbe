"""A voice artist's recordings: the script with file names, and the check of each take before it is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ivr.audio.clip import PACES, Utterance
from ivr.audio.folder import AudioFolder, read_takes, write_takes, write_whole
from ivr.audio.measure import Measures, measure, speech_span, words_a_minute
from ivr.audio.plan import distinct
from ivr.audio.sound import PHONES, Sound, SoundError, decode_any, encode_master
from ivr.flow.state import Pace

FORMATS: Final = PHONES | {".wav", ".flac", ".aiff", ".aif", ".ogg", ".mp3"}
LOWEST_RATE: Final = 16000
"""Samples a second: below this a recording has lost more than the telephone takes."""
QUIETEST: Final = -40.0
LOUDEST: Final = -10.0
"""Active speech levels, dBov, that the telephone chain can bring to the line's own without harm."""
CLIPPED: Final = 0.999
CLIPPED_SAMPLES: Final = 3
"""This many samples in a row at full scale are clipping."""
NOISE_BELOW_SPEECH: Final = 35.0
"""Decibels that the room must be quieter than the voice."""
KEPT_AROUND: Final = 0.1
"""Seconds of room left before and after the words."""
PACE: Final[dict[Pace, tuple[float, float]]] = {"normal": (100.0, 190.0), "slow": (70.0, 150.0)}
ADVICE: Final = """\
# Script for a voice artist. One file a prompt, named as shown; WAV, 48 kHz, mono, 16 or 24 bits is best.
# A quiet room, a hand's breadth from the microphone, about half a second of silence before and after the words.
# Names that end in -slow: the same words again at about two thirds of the usual pace, with pauses, never sing-song.
# Nobody should sound in a hurry. Numbers are said one by one.
"""
FEW_WORDS: Final = 5
"""Shorter prompts have no pace worth measuring."""


@dataclass(frozen=True, slots=True)
class Take:
    """One recording that was offered. With `complaints` it must be made again."""

    file: Path
    target: Path
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One line of the artist's script."""

    utterance: Utterance
    pace: Pace
    file: str


def sheet(utterances: Iterable[Utterance], folder: Path) -> list[Sheet]:
    """Every prompt, at both paces, with the name its file must have."""
    place = AudioFolder(folder)
    return [Sheet(utterance, pace, place.take(utterance, pace)) for pace in PACES for utterance in distinct(utterances)]


def take_in(offered: Path, wanted: list[Sheet], folder: Path) -> list[Take]:
    """Check every recording of `offered` and keep the good ones in `recorded/`. Files with other names are refused."""
    known = {_stem(one.file): one for one in wanted}
    names = {name.rpartition("/")[2] for name in known}
    files = sorted(path for path in offered.rglob("*") if path.suffix.lower() in FORMATS or path.stem in names)
    found = [(path, _found(path, offered, known)) for path in files]
    takes = [_take(path, one, folder) for path, one in found]
    pairs = [one for (_, one), take in zip(found, takes, strict=True) if one and not take.complaints]
    if pairs:
        place = AudioFolder(folder)
        write_takes(place, read_takes(place) | {one.file: one.utterance.text for one in pairs})
    return takes


def _stem(file: str) -> str:
    return file.removesuffix(".wav")


def _found(path: Path, offered: Path, known: dict[str, Sheet]) -> Sheet | None:
    """By language and name, or by name alone when it is clear which language is meant."""
    stem = path.relative_to(offered).with_suffix("").as_posix()
    alike = [one for name, one in known.items() if name.partition("/")[2] == path.stem]
    return known.get(stem) or (alike[0] if len(alike) == 1 else None)


def _take(path: Path, wanted: Sheet | None, folder: Path) -> Take:
    recorded = AudioFolder(folder).recorded
    if wanted is None:
        return Take(path, recorded, ("no prompt has this name; `ivr audio sheet` lists the names",))
    try:
        sound = decode_any(path)
    except SoundError as problem:
        return Take(path, recorded / wanted.file, (str(problem),))
    complaints = tuple(complain(sound, wanted))
    if not complaints:
        write_whole(recorded / wanted.file, encode_master(trimmed(sound)))
    return Take(path, recorded / wanted.file, complaints)


def complain(sound: Sound, wanted: Sheet) -> list[str]:
    """What is wrong with a recording, in words for the artist."""
    measures = measure(sound)
    spoken = measures.seconds - measures.leading - measures.trailing
    if spoken <= 0:
        return ["nothing is heard"]
    found = {
        f"recorded at {sound.rate} Hz, at least {LOWEST_RATE} is needed": sound.rate < LOWEST_RATE,
        f"too quiet ({measures.level:.0f} dBov, at least {QUIETEST:.0f})": measures.level < QUIETEST,
        f"too loud ({measures.level:.0f} dBov, at most {LOUDEST:.0f})": measures.level > LOUDEST,
        "clipped: the highest peaks are cut off": clips(sound),
        f"noisy: the room is less than {NOISE_BELOW_SPEECH:.0f} dB below the voice": _noisy(sound, measures),
        **_pace_complaint(wanted, spoken),
    }
    return [what for what, wrong in found.items() if wrong]


def _pace_complaint(wanted: Sheet, spoken: float) -> dict[str, bool]:
    low, high = PACE[wanted.pace]
    pace = words_a_minute(wanted.utterance.text, spoken)
    long_enough = len(wanted.utterance.text.split()) >= FEW_WORDS
    return {
        f"too fast, or words are missing at the end ({pace:.0f} words a minute)": long_enough and pace > high,
        f"too slow, or there are words not in the script ({pace:.0f} words a minute)": long_enough and pace < low,
    }


def clips(sound: Sound) -> bool:
    """Whether several samples in a row lie at full scale."""
    high = (np.abs(sound.samples) >= CLIPPED).astype(np.int64)
    return bool(np.any(np.convolve(high, np.ones(CLIPPED_SAMPLES, np.int64)) >= CLIPPED_SAMPLES))


def _noisy(sound: Sound, measures: Measures) -> bool:
    """The quietest tenth of the recording is the room."""
    size = max(1, sound.rate // 50)
    frames = sound.samples[: len(sound.samples) // size * size].reshape(-1, size)
    room = 10 * np.log10(np.quantile((frames**2).mean(axis=1), 0.1) + 1e-12)
    return bool(measures.level - room < NOISE_BELOW_SPEECH)


def trimmed(sound: Sound) -> Sound:
    """Without long silence around the words."""
    start, end = speech_span(sound)
    first = max(0, int((start - KEPT_AROUND) * sound.rate))
    return Sound(sound.samples[first : int((end + KEPT_AROUND) * sound.rate)], sound.rate)
