"""What reaches the line: one event a request."""

from dataclasses import dataclass
from typing import Literal

CallerKind = Literal["mobile", "landline", "unknown"]
"""The caller's own number: a UK mobile that can be sent a text message, another UK number, or neither."""

RingOutcome = Literal["conversation", "busy", "no_answer", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Started:
    """A call reached the line."""

    caller: CallerKind = "unknown"
    left: str = ""
    """Where the last call from this number dropped, as an encoded state; empty when it did not."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys: ASCII digits, * and #."""

    keys: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words as a recogniser returned them; confidence 0 to 1, or none given."""

    words: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class NumberKeyed:
    """A phone number keyed at a `phone_number` node; `valid` when staff can ring it. The number stays outside."""

    valid: bool


@dataclass(frozen=True, slots=True)
class NoInput:
    """Silence until the wait was over."""


@dataclass(frozen=True, slots=True)
class MessageTaken:
    """A spoken message was left."""

    seconds: int


@dataclass(frozen=True, slots=True)
class RingEnded:
    """A transfer is over."""

    outcome: RingOutcome


@dataclass(frozen=True, slots=True)
class Lost:
    """The place in the call is not known: an old or damaged state. `after`: the last turn that it may have had."""

    caller: CallerKind = "unknown"
    after: int = 0


Event = Started | Pressed | Said | NumberKeyed | NoInput | MessageTaken | RingEnded | Lost
