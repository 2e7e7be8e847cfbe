"""Sound in memory: mono samples between -1 and 1, their rate, and how they are read and written."""

import io
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile  # type: ignore[import-untyped]

FULL: Final = 32768
"""The loudest 16-bit sample."""
PHONES: Final = frozenset({".m4a", ".mp4", ".aac", ".amr", ".3gp", ".opus", ".wma", ".webm", ".caf", ".mov"})
"""Formats that phones and meetings record in; telephone audio needs none of them."""
Samples = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Mono sound; `rate` in samples a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


class SoundError(ValueError):
    """Bytes that are no sound, in the words of whoever has to mend them."""


def decode(content: bytes | Path, longest: float = 600.0) -> Sound:
    """Sound from WAV, FLAC, OGG, MP3 or AIFF bytes or a file, mixed to mono; at most `longest` seconds are read.

    Raises SoundError when it cannot be read, is empty, or is longer.
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else str(content)
    try:
        with soundfile.SoundFile(source) as opened:
            rate = int(opened.samplerate)
            samples = opened.read(int(longest * rate) + 1, dtype="float64", always_2d=True)
    except (soundfile.SoundFileError, OSError) as problem:
        raise SoundError(f"this is no sound file that can be read ({problem})") from problem
    return _usable(Sound(samples.mean(axis=1), rate), longest)


def _usable(sound: Sound, longest: float) -> Sound:
    if len(sound.samples) == 0:
        raise SoundError("the sound is empty")
    if sound.seconds > longest:
        raise SoundError(f"the sound is longer than {longest:.0f} seconds")
    # Floating-point files can hold them, and one of them would spread over every sample.
    if not np.isfinite(sound.samples).all():
        raise SoundError("the file is damaged: parts of it are no sound")
    return sound


def decode_any(path: Path, longest: float = 600.0) -> Sound:
    """As `decode`, and what phones record too (M4A, AAC, AMR, WMA …) where PyAV is installed. Raises SoundError."""
    try:
        return decode(path, longest)
    except SoundError:
        if path.suffix.lower() not in PHONES:
            raise
    try:
        av: Any = import_module("av")
    except ImportError as problem:
        raise SoundError("this format needs PyAV: python3 dev.py voice; or save it as WAV") from problem
    try:
        with av.open(str(path)) as opened:
            return _mono(opened, opened.streams.audio[0], longest)
    except (av.FFmpegError, IndexError) as problem:
        raise SoundError(f"this is no sound file that can be read ({problem})") from problem


def _mono(opened: Any, stream: Any, longest: float) -> Sound:
    rate = int(stream.rate)
    resampler = import_module("av").AudioResampler(format="flt", layout="mono", rate=rate)
    kept: list[Samples] = []
    for frame in (*opened.decode(stream), None):
        kept += [piece.to_ndarray().reshape(-1).astype(np.float64) for piece in resampler.resample(frame)]
        if sum(map(len, kept)) > longest * rate:
            break
    return _usable(Sound(np.concatenate([np.zeros(0), *kept]), rate), longest)


def from_pcm(raw: bytes, rate: int) -> Sound:
    """16-bit little-endian mono bytes as sound."""
    return Sound(np.frombuffer(raw, dtype="<i2").astype(np.float64) / FULL, rate)


def to_pcm(sound: Sound) -> bytes:
    """Sound as 16-bit little-endian mono bytes; what is too loud is cut off."""
    return np.clip(np.round(sound.samples * FULL), -FULL, FULL - 1).astype("<i2").tobytes()


def encode_telephone(sound: Sound) -> bytes:
    """An 8 kHz G.711 mu-law WAV: what Twilio sends to the telephone network."""
    return _encode(sound, "ULAW")


def encode_master(sound: Sound) -> bytes:
    """A 16-bit WAV, for recordings that are kept as they were made."""
    return _encode(sound, "PCM_16")


def _encode(sound: Sound, subtype: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, sound.samples, sound.rate, format="WAV", subtype=subtype)
    return out.getvalue()
