"""What goes into the store and comes out of it. All times are UTC and aware."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, Self

NO_PROMISE: Final = date.max
"""The due date of a request to which nothing was promised yet: it sorts after all others."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The call at one of its turns. `from_number` is as the network sent it, possibly nothing."""

    call_sid: str
    turn: int
    from_number: str
    language: str
    pace: str
    node: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A request is stored. `merged`: it was promised to an earlier call already."""

    reference: str
    merged: bool


_AGAIN: Final = "They are tried again when the line starts."


@dataclass(frozen=True, slots=True)
class Spooled:
    """What is on disk: so many promises of so many calls until the database is back, and those it will not take."""

    calls: int = 0
    promises: int = 0
    aside: int = 0

    def __str__(self) -> str:
        """As staff read it, each sentence a line; nothing when nothing is there."""
        waiting = f"{_many(self.calls, 'call')} gave answers that are kept on disk until the database takes them.\n"
        aside = f"{_many(self.aside, 'answer')} on disk cannot be taken in: the log says why. {_AGAIN}\n"
        return (waiting if self.calls else "") + (aside if self.aside else "")


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@dataclass(frozen=True, slots=True)
class Listened:
    """What a caller did at one place of a call; `kind` is a short free word. Never a number, never words.

    `went` is the node to which it led, `-` where the line then hung up, as the caller chose.
    """

    call_sid: str
    turn: int
    at: datetime
    node: str
    part: int
    kind: str
    pace: str
    language: str
    went: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A spoken message. `status`: expected, in-progress, completed, failed or absent; `sid` is empty until known."""

    sid: str
    seconds: int
    status: str
    call_sid: str = ""
    error: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the queue: the next page starts after it, even when its request is gone."""

    due: date
    created: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.due}~{self.created.astimezone(UTC).isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor that `str` wrote. Raises ValueError for anything else."""
        due, created, row = text.split("~")
        moment = datetime.fromisoformat(created)
        if moment.tzinfo is None:
            raise ValueError("a cursor's time needs its zone")
        return cls(date.fromisoformat(due), moment, row)


@dataclass(frozen=True, slots=True)
class Request:
    """A callback request as staff see it.

    `id` is random and may be in a page's address; `phone` is E.164 or empty. `due` is None until a day was promised.
    `notice` is the version of the privacy notice that the caller was told, empty where that is not known;
    `stopped_at` is the node where the caller's last call ended before they had heard their reference.
    """

    id: str
    reference: str
    phone: str
    status: str
    council: str
    topic: str
    best_time: str
    safe_message: str
    needs: tuple[str, ...]
    language: str
    pace: str
    created: datetime
    due: date | None
    confirmed: datetime | None
    finished: datetime | None
    stopped_at: str = ""
    calls: int = 0
    messages: tuple[Recording, ...] = ()
    notice: str = ""

    @property
    def cursor(self) -> Cursor:
        """Where this request stands in the queue."""
        return Cursor(self.due or NO_PROMISE, self.created, self.id)
