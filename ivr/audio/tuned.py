"""Sentences that were misheard at their planned speed, and the speed at which they were understood instead."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from ivr.audio.lexicon import pieces
from ivr.flow.state import Pace

TUNED: Final = Path(__file__).resolve().parents[2] / "audio" / "tuned.toml"
SPEEDS: Final = (0.4, 1.1)
"""A speed outside is a slip of the pen."""


class TunedError(Exception):
    """The file of tuned sentences cannot be read as one."""


def tuned(sentence: str, pace: Pace) -> float | None:
    """The speed of a sentence in the voice's own notation, if it has one of its own. Raises TunedError."""
    return read_tuned(TUNED).get((sentence, pace))


def all_tuned(script: str, pace: Pace) -> str:
    """The speeds that sentences of a script have of their own, as part of its file's hash. Raises TunedError."""
    speeds = [tuned(piece.text, pace) for piece in pieces(script, 0.0)]
    return " ".join(f"{place}:{speed}" for place, speed in enumerate(speeds) if speed is not None)


@cache
def read_tuned(file: Path) -> dict[tuple[str, Pace], float]:
    """Speeds by sentence and pace; none where there is no file. Raises TunedError with the place and what to write."""
    if not file.is_file():
        return {}
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("sentence", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise TunedError(f"{file}: {problem}") from problem
    return {(say, pace): speed for row in rows for say, pace, speed in _speeds(row, file)}


def _speeds(row: object, file: Path) -> list[tuple[str, Pace, float]]:
    fields = dict(row) if isinstance(row, dict) else {}
    say = fields.pop("say", None)
    if isinstance(say, str) and fields:
        found = [_speed(say, pace, speed) for pace, speed in fields.items()]
        if all(found):
            return [one for one in found if one]
    low, high = SPEEDS
    raise TunedError(f"{file}: write say = “…”, then normal = or slow = a number from {low} to {high}; not {row}")


def _speed(say: str, pace: object, speed: object) -> tuple[str, Pace, float] | None:
    low, high = SPEEDS
    match pace, speed:
        case ("normal" | "slow") as known, float(number) if low <= number <= high:
            return say, known, number
    return None
