"""The steps of a dialog: what a caller does, and what is heard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hears:
    """The words just said hold this text."""

    text: str


@dataclass(frozen=True, slots=True)
class HearsPrompt:
    """The words just said hold this prompt's words, whatever they are today and whatever fills its placeholders."""

    prompt: str


@dataclass(frozen=True, slots=True)
class NeverHears:
    """The words just said do not hold this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Presses:
    """Keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Says:
    """Words, heard with a confidence from 0 to 1."""

    words: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Waits:
    """Silence until the line goes on, so many times."""

    times: int = 1


@dataclass(frozen=True, slots=True)
class LeavesMessage:
    """Speaks for so many seconds into a recording, then presses hash."""

    seconds: int


@dataclass(frozen=True, slots=True)
class HangsUp:
    """Ends the call."""


@dataclass(frozen=True, slots=True)
class CallsAgain:
    """Rings the line once more, from the same number."""


@dataclass(frozen=True, slots=True)
class LosesPlace:
    """The line changes in mid-call: its own note of where the call is means nothing to it any more."""


Step = Hears | HearsPrompt | NeverHears | Presses | Says | Waits | LeavesMessage | HangsUp | CallsAgain | LosesPlace
