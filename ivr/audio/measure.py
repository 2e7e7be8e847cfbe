"""What can be measured of speech: active level (ITU-T P.56), peak, silences and words a minute."""

import math
import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivr.audio.sound import Samples, Sound

SMOOTHING: Final = 0.03
"""P.56: time constant of the envelope, seconds."""
HANGOVER: Final = 0.2
"""P.56: speech is still active this long after the envelope falls below a threshold, seconds."""
MARGIN: Final = 15.9
"""P.56: decibels between the active level and the threshold that finds it."""
FRAME: Final = 0.01
QUIETER_THAN_SPEECH: Final = 40.0
"""Decibels below the loudest frame at which a frame is silence."""
NOTHING: Final = 1e-9
"""Energy that is no sound at all."""
SILENT: Final = -100.0
"""The level of silence, dBov."""


@dataclass(frozen=True, slots=True)
class Measures:
    """One file: levels in dB relative to full scale (dBov, dBFS), times in seconds."""

    level: float
    peak: float
    leading: float
    trailing: float
    seconds: float


def measure(sound: Sound) -> Measures:
    """All measures of one sound."""
    start, end = speech_span(sound)
    return Measures(
        level=round(active_level(sound), 2),
        peak=round(peak(sound), 2),
        leading=round(start, 3),
        trailing=round(sound.seconds - end, 3),
        seconds=sound.seconds,
    )


def peak(sound: Sound) -> float:
    """The highest sample in dBFS."""
    return 20 * math.log10(max(float(np.max(np.abs(sound.samples))), NOTHING))


def active_level(sound: Sound) -> float:
    """Active speech level in dBov by method B of ITU-T P.56; -100 for silence, and for what is softer than -90."""
    energy = float(np.sum(sound.samples**2))
    if energy < NOTHING:
        return SILENT
    envelope = _envelope(sound)
    thresholds = 2.0 ** np.arange(-15, 0)
    active = np.array([_active_samples(envelope, limit, int(HANGOVER * sound.rate)) for limit in thresholds])
    if not active.any():
        return SILENT
    return _crossing(energy, active[active > 0], 20 * np.log10(thresholds[active > 0]))


def _envelope(sound: Sound) -> Samples:
    """The rectified signal through two equal first-order filters, done as one convolution."""
    keep = math.exp(-1 / (sound.rate * SMOOTHING))
    reach = np.arange(int(sound.rate * SMOOTHING * 12))
    kernel = (1 - keep) ** 2 * (reach + 1) * keep**reach
    return convolve(np.abs(sound.samples), kernel)[: len(sound.samples)]


def convolve(samples: Samples, kernel: Samples) -> Samples:
    """Full linear convolution through the Fourier transform."""
    whole = len(samples) + len(kernel) - 1
    size = 1 << (whole - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(kernel, size), size)[:whole]


def _active_samples(envelope: Samples, threshold: float, hangover: int) -> int:
    place = np.arange(len(envelope))
    last = np.maximum.accumulate(np.where(envelope >= threshold, place, -hangover - 1))
    return int(np.count_nonzero(place - last <= hangover))


def _crossing(energy: float, active: Samples, thresholds: Samples) -> float:
    """The level at which it first lies MARGIN above its own threshold, between the two nearest thresholds.

    The first, from below: in a long file a threshold that only one loud moment reaches lies far below again.
    """
    levels = 10 * np.log10(energy / active)
    above = levels - thresholds - MARGIN
    if not np.any(above < 0):
        return float(levels[-1])
    step = int(np.argmax(above < 0))
    if step == 0:
        return float(levels[0])
    part = above[step - 1] / (above[step - 1] - above[step])
    return float(levels[step - 1] + part * (levels[step] - levels[step - 1]))


def speech_span(sound: Sound) -> tuple[float, float]:
    """Where speech starts and ends, in seconds. A silent sound spans nothing: (0, 0)."""
    size = max(1, int(sound.rate * FRAME))
    frames = np.resize(sound.samples, (len(sound.samples) // size, size)) if len(sound.samples) >= size else None
    if frames is None:
        return (0.0, 0.0)
    power = (frames**2).mean(axis=1)
    loud = np.flatnonzero(power > max(float(power.max()) * 10 ** (-QUIETER_THAN_SPEECH / 10), NOTHING))
    if len(loud) == 0:
        return (0.0, 0.0)
    return (float(loud[0]) * size / sound.rate, float(loud[-1] + 1) * size / sound.rate)


def is_silent(sound: Sound) -> bool:
    """Whether nothing is heard in it."""
    return speech_span(sound) == (0.0, 0.0) or active_level(sound) <= SILENT


def words(text: str) -> int:
    """How many words a listener hears; each spoken digit is one."""
    return len(re.findall(r"\d|[^\W\d_]+(?:['’-][^\W\d_]+)*", text))


def words_a_minute(text: str, seconds: float) -> float:
    """Pace of speech over `seconds`."""
    return 60 * words(text) / seconds if seconds > 0 else 0.0
