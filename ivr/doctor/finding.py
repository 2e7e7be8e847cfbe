"""One thing that the doctor looked at: how it is, in words, and the command or place that mends it."""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["good", "mend", "think", "unseen"]
"""`mend` stands in the way of real calls, `think` is for a person to decide, `unseen` could not be looked at."""

MARKS: Final[dict[State, str]] = {"good": "ok", "mend": "MEND", "think": "think", "unseen": "unseen"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, why, and what mends it: a command, a setting, or a place in Twilio's console."""

    name: str
    state: State
    told: str
    mend: str = ""

    def __str__(self) -> str:
        first = f"{MARKS[self.state]:<7}{self.name}: {self.told}"
        return f"{first}\n       -> {self.mend}" if self.mend and self.state != "good" else first


def good(name: str, told: str) -> Finding:
    """Nothing to do."""
    return Finding(name, "good", told)


def mend(name: str, told: str, how: str) -> Finding:
    """Stands in the way of real calls."""
    return Finding(name, "mend", told, how)


def think(name: str, told: str, how: str) -> Finding:
    """Works, and yet a person should decide."""
    return Finding(name, "think", told, how)


def unseen(name: str, told: str, how: str) -> Finding:
    """Could not be looked at from here."""
    return Finding(name, "unseen", told, how)
