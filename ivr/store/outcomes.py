"""What an attempt can come to, and what follows from each: data, in one place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

OutcomeId = Literal[
    "reached", "another_time", "no_answer", "left_message", "line_busy", "someone_else", "wrong_number", "not_wanted"
]
Disposition = Literal["reached", "no_answer", "wrong_number", "not_wanted"]

ATTEMPTS: Final = 3
"""How often a caller is tried, at least, before they count as not reached. No published UK standard was found."""
DAYS: Final = 2
"""On how many different days, at least."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`closes`: the disposition it closes with, if it does. `after`: otherwise, how long until the next try.

    `tried`: it counts towards those attempts after which a request may be closed as not reached. `spoken`: staff
    spoke to the caller, so what was promised is kept.
    """

    id: OutcomeId
    words: str
    closes: Disposition | None = None
    after: timedelta | None = None
    tried: bool = False
    spoken: bool = False


OUTCOMES: Final = {
    outcome.id: outcome
    for outcome in (
        Outcome("reached", "I spoke to them, and nothing more is to be done", closes="reached", spoken=True),
        Outcome("another_time", "They asked to be called at another time", after=timedelta(days=1), spoken=True),
        Outcome("no_answer", "Nobody answered", after=timedelta(hours=3), tried=True),
        Outcome("left_message", "I left a message", after=timedelta(days=1), tried=True),
        Outcome("line_busy", "The line was busy", after=timedelta(minutes=30), tried=True),
        Outcome("someone_else", "Someone else answered", after=timedelta(hours=3), tried=True),
        Outcome("wrong_number", "It is the wrong number", closes="wrong_number"),
        Outcome("not_wanted", "They do not want the call any more", closes="not_wanted", spoken=True),
    )
}

DISPOSITIONS: Final[dict[Disposition, str]] = {
    "reached": "Reached",
    "no_answer": "Not reached",
    "wrong_number": "Wrong number",
    "not_wanted": "Not wanted any more",
}
DONE: Final[frozenset[Disposition]] = frozenset({"reached"})
"""Dispositions of requests that are done; the others are closed."""
