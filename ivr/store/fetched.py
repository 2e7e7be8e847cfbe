"""What asking Twilio for a recording, or to delete one, comes to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes that Twilio has, whole: nothing has been said yet of what they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class NotFetched:
    """`later`: not ready, or Twilio did not answer well. `gone`: there is none. `refused`: we may not, until mended.

    `wrong`: what came is no sound. `trouble` is a few words for staff without an address or a number.
    """

    why: Literal["later", "gone", "refused", "wrong"]
    trouble: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call as Twilio lists it."""

    sid: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RecordingSeen:
    """A recording as Twilio lists it."""

    sid: str
    call_sid: str
    status: str
    seconds: int
