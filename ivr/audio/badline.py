"""Telephone lines as callers have them: G.711 both ways, noise and lost packets. Only for checking."""

import io
from typing import Final, Literal

import numpy as np
import soundfile  # type: ignore[import-untyped]

from ivr.audio.measure import active_level
from ivr.audio.sound import Sound
from ivr.audio.telephone import in_band

Line = Literal["mulaw", "alaw", "noise", "loss"]
LINES: Final[tuple[Line, ...]] = ("mulaw", "alaw", "noise", "loss")
SNR: Final = 20.0
"""Decibels between active speech and noise."""
LOST: Final = 0.05
PACKET: Final = 0.02
"""Seconds of sound in one packet."""
SEED: Final = 1604
"""The same noise every time, so that a check can be repeated."""


def heard_over(line: Line, sound: Sound) -> Sound:
    """The sound as it arrives over a line."""
    match line:
        case "mulaw":
            return companded(sound, "ULAW")
        case "alaw":
            return companded(sound, "ALAW")
        case "noise":
            return companded(noisy(sound), "ULAW")
        case "loss":
            return companded(lossy(sound), "ULAW")


def companded(sound: Sound, law: Literal["ULAW", "ALAW"]) -> Sound:
    """There and back through G.711."""
    wire = io.BytesIO()
    soundfile.write(wire, sound.samples, sound.rate, format="RAW", subtype=law)
    wire.seek(0)
    samples, _ = soundfile.read(wire, format="RAW", subtype=law, samplerate=sound.rate, channels=1, dtype="float64")
    return Sound(samples, sound.rate)


def noisy(sound: Sound) -> Sound:
    """With pink noise in the telephone band, SNR decibels below the active speech."""
    chance = np.random.default_rng(SEED)
    spectrum = np.fft.rfft(chance.standard_normal(len(sound.samples)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(sound.samples))
    noise = in_band(pink)
    wanted = 10 ** ((active_level(sound) - SNR) / 20)
    return Sound(sound.samples + noise * (wanted / np.sqrt(np.mean(noise**2))), sound.rate)


def lossy(sound: Sound) -> Sound:
    """With lost packets, each hidden by the one before at half strength, as simple telephones do."""
    chance = np.random.default_rng(SEED)
    size = int(PACKET * sound.rate)
    samples = sound.samples.copy()
    for start in range(size, len(samples) - size, size):
        if chance.random() < LOST:
            samples[start : start + size] = samples[start - size : start] / 2
    return Sound(samples, sound.rate)
