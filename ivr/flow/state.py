"""Where a call is: compact text in the signed action URL. No phone number, name or speech is ever in it."""

from dataclasses import dataclass
from typing import Final, Literal

from ivr.flow.events import CallerKind
from ivr.flow.nodes import Field, NodeId

Pace = Literal["normal", "slow"]
Progress = Literal["none", "wished", "drafted", "kept"]
"""How far this call's callback request is."""

VERSION: Final = "1"
LONGEST: Final = 600
"""Most characters of an encoded state; Twilio allows URLs of about 4,000."""
TRAIL: Final = 5
"""How many nodes `back` remembers."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the next step depends on besides the event and the clock."""

    node: NodeId
    turn: int = 0
    part: int = 0
    tries: int = 0
    pace: Pace = "normal"
    language: str = "en-GB"
    caller: CallerKind = "unknown"
    progress: Progress = "none"
    starred: bool = False
    unreached: bool = False
    doubt: str = ""
    reference: str = ""
    answers: tuple[tuple[Field, str], ...] = ()
    trail: tuple[NodeId, ...] = ()
