"""The telephone chain: from a voice's sound to a file that a telephone reproduces well."""

import warnings
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import numpy as np
import soxr  # type: ignore[import-untyped]

from ivr.audio.measure import SILENT, active_level, convolve, speech_span
from ivr.audio.pauses import Pauses
from ivr.audio.sound import Samples, Sound, encode_telephone, from_pcm, to_pcm

with warnings.catch_warnings():
    # pydub looks for ffmpeg; nothing here uses it, so its absence is no news.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment  # type: ignore[import-untyped]

RATE: Final = 8000
BAND: Final = (280.0, 3430.0)
"""Where the filter is half way down, Hz: 300 to 3400, what a telephone passes, stay whole."""
LEVEL: Final = -22.0
"""Active speech level, dBov (docs/voices.md says why)."""
PEAK: Final = -2.5
"""No sample is higher, dBFS; mu-law rounds by up to a quarter of a decibel."""
LOOK_AHEAD: Final = 0.005
"""Seconds before and after a peak over which it is turned down."""
MARGIN: Final = 0.03
"""Kept around speech when silence is cut off, seconds: soft consonants lie there."""


def telephone(spoken: Iterable[tuple[float, Sound]], quiet: Pauses) -> bytes:
    """Sounds, each with the pause before it in seconds, as one 8 kHz mu-law WAV: band-limited and levelled."""
    return encode_telephone(level(assemble([(pause, narrow(sound)) for pause, sound in spoken], quiet)))


def narrow(sound: Sound) -> Sound:
    """One sentence at 8 kHz, 300 to 3400 Hz, silence cut off, at the speech level of the line."""
    resampled = Sound(_resample(sound), RATE)
    return level(_cut(Sound(in_band(resampled.samples), RATE)))


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


def in_band(samples: Samples) -> Samples:
    """What a telephone passes of samples at RATE."""
    kernel = _band()
    middle = len(kernel) // 2
    return convolve(samples, kernel)[middle : middle + len(samples)]


def _cut(sound: Sound) -> Sound:
    start, end = speech_span(sound)
    first = max(0, int((start - MARGIN) * RATE))
    return Sound(sound.samples[first : int((end + MARGIN) * RATE)], RATE)


def level(sound: Sound) -> Sound:
    """At the speech level of the line, with its highest samples held below PEAK. Silence stays silence."""
    for _ in range(3):
        now = active_level(sound)
        if now <= SILENT:
            return sound
        sound = _limit(Sound(sound.samples * 10 ** ((LEVEL - now) / 20), sound.rate))
    return sound


def _limit(sound: Sound) -> Sound:
    """Turn the few highest moments down smoothly, a moment before they come; nothing is clipped."""
    ceiling = 10 ** (PEAK / 20)
    if float(np.max(np.abs(sound.samples))) <= ceiling:
        return sound
    reach = int(LOOK_AHEAD * sound.rate)
    wanted = np.minimum(1.0, ceiling / np.maximum(np.abs(sound.samples), ceiling))
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, 2 * reach, mode="edge"), 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 3)[1:-1]
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    return Sound(sound.samples * gain, sound.rate)


def assemble(spoken: list[tuple[float, Sound]], quiet: Pauses) -> Sound:
    """Sounds one after the other, with the lead-in, the pause before each and the tail."""
    whole = _silence(quiet.lead)
    for pause, sound in spoken:
        whole += _silence(pause) + _segment(sound)
    return from_pcm((whole + _silence(quiet.tail)).raw_data, RATE)


def _silence(seconds: float) -> Any:
    return AudioSegment.silent(duration=round(seconds * 1000), frame_rate=RATE)


def _segment(sound: Sound) -> Any:
    return AudioSegment(data=to_pcm(sound), sample_width=2, frame_rate=RATE, channels=1)
