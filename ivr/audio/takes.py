"""A voice artist's recordings: the script with file names, and the check of each take before it is used."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile  # type: ignore[import-untyped]

from ivr.audio.clip import PACES, Utterance
from ivr.audio.folder import AudioFolder, read_takes, write_takes, write_whole
from ivr.audio.measure import Measures, measure, speech_span, words, words_a_minute
from ivr.audio.plan import distinct
from ivr.audio.sound import FULL, PHONES, Samples, Sound, SoundError, decode_any, encode_master
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
CLIPPED_PLACES: Final = 6
"""So are this many flat places at the recording's own peak: it was clipped first and turned down later."""
COARSE: Final = frozenset({"PCM_U8", "PCM_S8", "ULAW", "ALAW"})
"""Kinds of samples with 8 bits: the telephone makes that loss once, it need not be made twice."""
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
"""Shorter prompts have no pace worth measuring, only a length."""
SHORTEST_WORD: Final = 0.1
LONGEST_WORD: Final = 1.0
LONGEST_PAUSE: Final = 1.5
"""Seconds of a short prompt: so much for each word, and once so much more at most."""
NOT_FILES: Final = re.compile(r"(^|/)(\.|__MACOSX/)")
"""What systems put beside the files of people."""


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
    found = [(path, _found(path, offered, known)) for path in _files(offered, known)]
    times = Counter(one.file for _, one in found if one)
    takes = [_twice(path, one) if one and times[one.file] > 1 else _take(path, one, folder) for path, one in found]
    pairs = [one for (_, one), take in zip(found, takes, strict=True) if one and not take.complaints]
    if pairs:
        place = AudioFolder(folder)
        write_takes(place, read_takes(place) | {one.file: one.utterance.text for one in pairs})
    return takes


def _files(offered: Path, known: dict[str, Sheet]) -> list[Path]:
    """All that may be meant for a prompt, by its kind or by its name."""
    names = {name.rpartition("/")[2] for name in known}
    return sorted(
        path
        for path in offered.rglob("*")
        if (path.suffix.lower() in FORMATS or path.stem.lower() in names)
        and not NOT_FILES.search(path.relative_to(offered).as_posix())
    )


def _twice(path: Path, wanted: Sheet) -> Take:
    return Take(path, path, (f"there is another file for {wanted.file}: offer the better one only",))


def _stem(file: str) -> str:
    return file.removesuffix(".wav").lower()


def _found(path: Path, offered: Path, known: dict[str, Sheet]) -> Sheet | None:
    """By language and name, or by name alone when it is clear which language is meant."""
    stem = path.relative_to(offered).with_suffix("").as_posix().lower()
    alike = [one for name, one in known.items() if name.partition("/")[2] == path.stem.lower()]
    return known.get(stem) or (alike[0] if len(alike) == 1 else None)


def _take(path: Path, wanted: Sheet | None, folder: Path) -> Take:
    recorded = AudioFolder(folder).recorded
    if wanted is None:
        return Take(path, recorded, ("no prompt has this name; `ivr audio sheet` lists the names",))
    try:
        sound = decode_any(path)
    except SoundError as problem:
        return Take(path, recorded / wanted.file, (str(problem),))
    complaints = (*_coarse(path), *complain(sound, wanted))
    if not complaints:
        write_whole(recorded / wanted.file, encode_master(trimmed(sound)))
    return Take(path, recorded / wanted.file, complaints)


def _coarse(path: Path) -> list[str]:
    try:
        coarse = soundfile.info(str(path)).subtype in COARSE
    except soundfile.SoundFileError:
        return []
    return ["recorded with 8 bits, at least 16 are needed"] if coarse else []


def complain(sound: Sound, wanted: Sheet) -> list[str]:
    """What is wrong with a recording, in words for the artist."""
    cut_off = clips(sound)
    # Some microphones shift everything to one side; the telephone chain takes that away.
    sound = Sound(sound.samples - np.median(sound.samples), sound.rate)
    measures = measure(sound)
    spoken = measures.seconds - measures.leading - measures.trailing
    if spoken <= 0:
        return ["nothing is heard"]
    found = {
        f"recorded at {sound.rate} Hz, at least {LOWEST_RATE} is needed": sound.rate < LOWEST_RATE,
        f"too quiet ({measures.level:.0f} dBov, at least {QUIETEST:.0f})": measures.level < QUIETEST,
        f"too loud ({measures.level:.0f} dBov, at most {LOUDEST:.0f})": measures.level > LOUDEST,
        "clipped: the highest peaks are cut off": cut_off,
        f"noisy: the room is less than {NOISE_BELOW_SPEECH:.0f} dB below the voice": _noisy(sound, measures),
        **_pace_complaint(wanted, spoken),
    }
    return [what for what, wrong in found.items() if wrong]


def _pace_complaint(wanted: Sheet, spoken: float) -> dict[str, bool]:
    text, (low, high) = wanted.utterance.text, PACE[wanted.pace]
    if len(text.split()) < FEW_WORDS:
        count = words(text)
        return {
            f"too short ({spoken:.1f} s), words are missing": spoken < SHORTEST_WORD * count,
            f"too long ({spoken:.1f} s), there is more than the script": spoken > LONGEST_PAUSE + LONGEST_WORD * count,
        }
    pace = words_a_minute(text, spoken)
    return {
        f"too fast, or words are missing at the end ({pace:.0f} words a minute)": pace > high,
        f"too slow, or there are words not in the script ({pace:.0f} words a minute)": pace < low,
    }


def clips(sound: Sound) -> bool:
    """Whether several samples in a row lie at full scale, or again and again at the recording's own peak."""
    sides = (sound.samples, -sound.samples)
    at_full = sum(_flat_places(side, CLIPPED) for side in sides)
    at_peak = sum(_flat_places(side, float(side.max()) - 1 / FULL) for side in sides)
    return at_full > 0 or at_peak >= CLIPPED_PLACES


def _flat_places(samples: Samples, limit: float) -> int:
    """How often CLIPPED_SAMPLES or more in a row reach the limit."""
    flat = np.convolve(samples >= limit, np.ones(CLIPPED_SAMPLES), mode="valid") >= CLIPPED_SAMPLES
    return int(np.count_nonzero(flat[1:] & ~flat[:-1]) + flat[0])


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
