"""What came as a recording, read with limits and written anew: only samples go on, nothing that hides beside them."""

import struct
import wave
from dataclasses import dataclass
from io import BytesIO
from typing import Final

LONGEST: Final = 15 * 60
"""Seconds."""
_RATES: Final = range(8_000, 48_001)
_WIDTHS: Final = frozenset({1, 2})
_CHANNELS: Final = frozenset({1, 2})
_HEAD: Final = 12


class NoSoundError(ValueError):
    """It is no recording that the line takes; the text says why, for staff."""


class CutOffError(NoSoundError):
    """Its end is missing: asking again may bring all of it."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A recording that holds samples and nothing else. `seconds` is rounded up."""

    data: bytes
    seconds: int


def anew(data: bytes) -> Wav:
    """The recording in `data`, written anew. Raises NoSoundError."""
    if len(data) < _HEAD or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise NoSoundError("not a sound, by its first bytes")
    told = struct.unpack("<I", data[4:8])[0] + 8
    if told > len(data) + 1:  # a byte that makes the length even may be missing
        raise CutOffError("cut off")
    try:
        with wave.open(BytesIO(data[:told])) as given:
            return _written(given)
    except (wave.Error, EOFError, struct.error, ValueError, RuntimeError) as error:
        if isinstance(error, NoSoundError):
            raise
        raise NoSoundError("a sound that cannot be read") from error


def _written(given: wave.Wave_read) -> Wav:
    shape = (given.getnchannels(), given.getsampwidth(), given.getframerate())
    if shape[0] not in _CHANNELS or shape[1] not in _WIDTHS or shape[2] not in _RATES:
        raise NoSoundError("a sound of another kind than telephones have")
    wanted = given.getnframes()
    if wanted > LONGEST * shape[2]:
        raise NoSoundError("far too long")
    samples = given.readframes(wanted)
    if len(samples) != wanted * shape[0] * shape[1]:
        raise CutOffError("shorter than it says")
    out = BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(shape[0])
        written.setsampwidth(shape[1])
        written.setframerate(shape[2])
        written.writeframes(samples)
    return Wav(out.getvalue(), -(-wanted // shape[2]))
