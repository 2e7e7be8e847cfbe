"""What the line does next, and what must be remembered because of it."""

from dataclasses import dataclass
from typing import Literal

from ivr.flow.nodes import Field, PromptId
from ivr.flow.state import State


@dataclass(frozen=True, slots=True)
class Say:
    """One prompt. `key` fills {key} of an option; `option` is the prompt whose `name` fills {name}.

    `place` fills {part} and {parts}. `language` is set only where it is not the call's own, as in the language choice.
    """

    prompt: PromptId
    key: str = ""
    option: PromptId | None = None
    language: str = ""
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Silence between words, in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Spell:
    """Digits said one by one; a space is a short pause between groups: `07700 900 123`."""

    digits: str


@dataclass(frozen=True, slots=True)
class CallersNumber:
    """Stands for a number that the state must not hold: outside the engine it becomes a Spell.

    `request`: the number of this call's request. `ending`: the last three digits of the number the call comes from.
    """

    which: Literal["request", "ending"]


@dataclass(frozen=True, slots=True)
class CallersMessage:
    """Stands for the message that the caller recorded last."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording at its address; only ever made from a CallersMessage, outside the engine."""

    url: str


Spoken = Say | Quiet | Spell | CallersNumber | CallersMessage | Recorded


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for a key or words. `keys` 1: one key; 0: any number, ended by #. Wait in seconds, after the words end."""

    wait: int
    keys: Literal[0, 1] = 1
    speech: bool = True
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record after a beep, at most `seconds`; `quiet` seconds of silence or # end it."""

    seconds: int
    quiet: int = 10


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a person and connect; the number is the line's, never the caller's choice."""

    number: str
    seconds: int
    whisper: PromptId | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Hang up: the caller chose it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The caller asked to be called back; the number the call comes from is kept as an incomplete request."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The keyed number, not yet confirmed."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The number is right: this is a callback request, with the answers so far."""

    number: Literal["own", "keyed"]


@dataclass(frozen=True, slots=True)
class Improve:
    """One more answer for a stored request."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """A spoken message for a stored request."""

    seconds: int


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a prompt's words to the caller's own mobile."""

    text: PromptId


@dataclass(frozen=True, slots=True)
class RingNoted:
    """How a transfer ended."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The caller has heard the reference: the request is complete."""


Promise = Draft | Confirm | Improve | Message | SendText
"""Effects that the next words depend on: stored durably before anything is said."""

Effect = Wish | Finished | RingNoted
"""Effects that change no words: written before the answer too, and counted when they fail."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Store the promise, then call `engine.settle` with how it went; the settled turn is what the caller hears."""

    promise: Promise


Action = Listen | TakeMessage | Ring | End | Keep


@dataclass(frozen=True, slots=True)
class Turn:
    """What the line says, then does."""

    speech: tuple[Spoken, ...]
    action: Action
    state: State
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A promise is durable. `merged`: added to an earlier request of the same number."""

    reference: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True)
class NotStored:
    """A promise could not be stored."""


Outcome = Stored | NotStored
