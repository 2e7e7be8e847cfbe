"""What the log of staff tells, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did. It holds ids and words of ours: never a number, a name or what a caller said.

    `who` is an account's id, or `ivr` for the command line and the line itself. `what` is a slug such as
    `request-seen`. `about` is `kind:id`, empty where it is about nothing else.
    """

    who: str
    what: str
    about: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed as the log has it; entries are numbered from 1."""

    number: int
    at: datetime
    deed: Deed
    seal: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries to show: those that have all that is given. Times are UTC, `since` included, `before` not."""

    who: str = ""
    what: str = ""
    about: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """The entries that were looked at, from the number `first` to the number `entries`.

    `trouble`: what is wrong, in words of an operator; empty when all seals hold.
    """

    entries: int
    trouble: str
    seal: str
    first: int = 1

    @property
    def whole(self) -> bool:
        """Whether all seals hold."""
        return not self.trouble


class LogChangedError(Exception):
    """The log is not whole; the text says where."""
