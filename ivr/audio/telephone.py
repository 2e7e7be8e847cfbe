"""The telephone chain: from a voice's sound to a file that a telephone reproduces well."""

import warnings
from functools import cache
from typing import Any, Final

import numpy as np
import soxr  # type: ignore[import-untyped]

from ivr.audio.measure import SILENT, active_level, convolve, peak, speech_span
from ivr.audio.pauses import Pauses
from ivr.audio.sound import Samples, Sound, encode_telephone, from_pcm, to_pcm

with warnings.catch_warnings():
    # pydub looks for ffmpeg; nothing here uses it, so its absence is no news.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment  # type: ignore[import-untyped]

RATE: Final = 8000
BAND: Final = (300.0, 3400.0)
"""What a telephone passes, Hz."""
LEVEL: Final = -22.0
"""Active speech level, dBov (docs/voices.md says why)."""
PEAK: Final = -2.0
"""No sample is higher, dBFS."""
MARGIN: Final = 0.03
"""Kept around speech when silence is cut off, seconds: soft consonants lie there."""


def telephone(sentences: list[Sound], quiet: Pauses) -> bytes:
    """Sentences as one 8 kHz mu-law WAV: band-limited, levelled, with the given silences."""
    return encode_telephone(level(assemble([narrow(sentence) for sentence in sentences], quiet)))


def narrow(sound: Sound) -> Sound:
    """One sentence at 8 kHz, 300 to 3400 Hz, silence cut off, at the speech level of the line."""
    resampled = Sound(_resample(sound), RATE)
    return level(_cut(Sound(_band_pass(resampled.samples), RATE)))


def _resample(sound: Sound) -> Samples:
    """A proper resampler: pydub's own folds everything above 4 kHz back into the speech."""
    if sound.rate == RATE:
        return sound.samples
    return np.asarray(soxr.resample(sound.samples, sound.rate, RATE, quality="VHQ"), dtype=np.float64)


@cache
def _band() -> Samples:
    """A linear-phase band-pass, about 70 Hz wide at each edge."""
    taps = np.arange(-200, 201)
    low, high = (2 * edge / RATE for edge in BAND)
    kernel = (high * np.sinc(high * taps) - low * np.sinc(low * taps)) * np.kaiser(len(taps), 6.0)
    return np.asarray(kernel, dtype=np.float64)


def _band_pass(samples: Samples) -> Samples:
    kernel = _band()
    middle = len(kernel) // 2
    return convolve(samples, kernel)[middle : middle + len(samples)]


def _cut(sound: Sound) -> Sound:
    start, end = speech_span(sound)
    first = max(0, int((start - MARGIN) * RATE))
    return Sound(sound.samples[first : int((end + MARGIN) * RATE)], RATE)


def level(sound: Sound) -> Sound:
    """At the speech level of the line, or as near below it as the highest sample allows. Silence stays silence."""
    now = active_level(sound)
    if now <= SILENT:
        return sound
    gain = min(LEVEL - now, PEAK - peak(sound))
    return Sound(sound.samples * 10 ** (gain / 20), sound.rate)


def assemble(sentences: list[Sound], quiet: Pauses) -> Sound:
    """Sentences one after the other, with the lead-in, the pauses between them and the tail."""
    whole = _silence(quiet.lead)
    for number, sentence in enumerate(sentences):
        pause = quiet.between if number else 0.0
        whole += _silence(pause) + _segment(sentence)
    whole += _silence(quiet.tail)
    return from_pcm(whole.raw_data, RATE)


def _silence(seconds: float) -> Any:
    return AudioSegment.silent(duration=round(seconds * 1000), frame_rate=RATE)


def _segment(sound: Sound) -> Any:
    return AudioSegment(data=to_pcm(sound), sample_width=2, frame_rate=RATE, channels=1)
