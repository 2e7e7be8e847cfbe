"""The flow language: every kind of node, one frozen dataclass each. The dataclass is the schema of its YAML."""

from dataclasses import dataclass, field
from typing import Literal, NewType

NodeId = NewType("NodeId", str)
PromptId = NewType("PromptId", str)

Key = Literal["1", "2", "3", "4", "5", "6", "7", "8"]
"""Keys an option may have. 0 is a person, * is again, # is done here, 9 is never used."""

Field = Literal["council", "topic", "best_time", "safe_message", "needs", "number"]
"""What a menu may keep of an answer. `needs` gathers several values; `number` is `own` or `keyed`."""

GATHERED: frozenset[Field] = frozenset({"needs"})


def about(text: str) -> dict[str, str]:
    """Metadata of a field: its sentence in the guide for authors and in the JSON Schema."""
    return {"about": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a menu."""

    key: Key = field(metadata=about("the button to press; quote it, and count up from 1"))
    says: PromptId = field(metadata=about("prompt naming the choice; its words hold {key} exactly once"))
    goto: NodeId = field(metadata=about("the node this choice leads to"))
    value: str = field(default="", metadata=about("what is kept when the menu has `keeps`"))
    only: Literal["any", "mobile", "others"] = field(
        default="any",
        metadata=about("`mobile`: offered only to callers who can be sent a text message; `others`: to all but them"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A question with at most four choices."""

    ask: tuple[PromptId, ...] = field(metadata=about("prompts said before the choices; <number> reads back a number"))
    options: tuple[Option, ...] = field(metadata=about("the choices, in the order in which they are said"))
    keeps: Field | None = field(default=None, metadata=about("what the chosen option's `value` is kept as"))
    yes_no: bool = field(default=False, metadata=about("a yes-or-no question: 1 is yes, 2 is no, in keys and in words"))
    help: PromptId | None = field(default=None, metadata=about("prompt said when the caller asks for help here"))
    no_input: tuple[PromptId, ...] = field(
        default=(), metadata=about("prompts after silence, one a try; the line's own when absent")
    )
    no_match: tuple[PromptId, ...] = field(
        default=(), metadata=about("prompts after a key or word that is no choice; the line's own when absent")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One short piece of a leaflet."""

    says: tuple[PromptId, ...] = field(metadata=about("prompts of this part, at most 75 words together"))
    quiet: int = field(default=0, metadata=about("seconds of quiet after the words, for example to find a pen"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A leaflet: short parts that a caller may go on from, go back to, or hear again."""

    parts: tuple[Part, ...] = field(metadata=about("the pieces, each said alone"))
    goto: NodeId = field(metadata=about("the node after the last part"))
    topic: str = field(default="", metadata=about("kept as the topic of a callback request"))
    waits: bool = field(
        default=True, metadata=about("whether the line stops after each part and lets the caller choose to go on")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A fork by the clock: all three ways must lead somewhere."""

    open: NodeId = field(metadata=about("the node while staff answer, and always when no hours are stated"))
    closed: NodeId = field(metadata=about("the node outside the stated hours"))
    holiday: NodeId = field(metadata=about("the node on a bank holiday or a stated closure"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """The caller keys a phone number; keys only. A number that staff can ring is stored at once, as a draft."""

    ask: tuple[PromptId, ...] = field(metadata=about("prompts asking for the number"))
    goto: NodeId = field(metadata=about("the node that reads the number back and asks whether it is right"))
    failed: NodeId = field(metadata=about("the node when the number cannot be stored"))
    not_a_number: tuple[PromptId, ...] = field(metadata=about("prompts after a number that staff cannot ring"))
    no_input: tuple[PromptId, ...] = field(
        default=(), metadata=about("prompts after silence, one a try; the line's own when absent")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackWish:
    """The caller wants to be called back. From here on a call that drops leaves an incomplete request."""

    own: NodeId = field(metadata=about("the node when the call comes from a UK number that staff can ring"))
    other: NodeId = field(metadata=about("the node when the number is withheld, foreign or no number at all"))
    known: NodeId = field(metadata=about("the node when this call has left a request already"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """The number is confirmed: the request is stored before another word is said."""

    goto: NodeId = field(metadata=about("the node when the request is stored"))
    merged: NodeId = field(metadata=about("the node when the same number asked within 24 hours; added to that request"))
    failed: NodeId = field(metadata=about("the node when the request cannot be stored: say so, and offer a person"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The caller may speak a message after a beep."""

    ask: tuple[PromptId, ...] = field(metadata=about("prompts before the beep; say that # ends the message"))
    goto: NodeId = field(metadata=about("the node when a message was left"))
    empty: NodeId = field(metadata=about("the node when nothing was heard"))
    seconds: int = field(default=120, metadata=about("longest message in seconds, at most 120"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Ring a person and connect."""

    ask: tuple[PromptId, ...] = field(metadata=about("prompts saying who is rung, and what happens if nobody answers"))
    goto: NodeId = field(metadata=about("the node after a conversation"))
    busy: NodeId = field(metadata=about("the node when the number is busy"))
    no_answer: NodeId = field(metadata=about("the node when nobody answers"))
    failed: NodeId = field(metadata=about("the node when the call cannot be connected, and for any outcome not named"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """Send the part just heard to a UK mobile, when messaging is configured."""

    text: PromptId = field(metadata=about("prompt whose words are sent: neutral, nothing personal"))
    goto: NodeId = field(metadata=about("the node when the message will be sent"))
    cannot: NodeId = field(metadata=about("the node when it cannot be sent: no UK mobile, no messaging, or daily cap"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChoice:
    """Each approved language is offered in its own voice. With one approved language nothing is asked."""

    goto: NodeId = field(metadata=about("the node after the choice"))
    other: NodeId = field(metadata=about("the node for a language that the line does not speak yet"))
    ask: tuple[PromptId, ...] = field(default=(), metadata=about("prompts before the languages"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """The end of a call, reached only because the caller chose it."""

    says: tuple[PromptId, ...] = field(metadata=about("prompts before the line hangs up"))


Node = (
    Menu
    | Message
    | Hours
    | PhoneNumber
    | CallbackWish
    | CallbackRequest
    | Recording
    | Transfer
    | TextMessage
    | LanguageChoice
    | Goodbye
)

KINDS: dict[str, type[Node]] = {
    "menu": Menu,
    "message": Message,
    "hours": Hours,
    "phone_number": PhoneNumber,
    "callback_wish": CallbackWish,
    "callback_request": CallbackRequest,
    "recording": Recording,
    "transfer": Transfer,
    "text_message": TextMessage,
    "language_choice": LanguageChoice,
    "goodbye": Goodbye,
}
"""The name of each kind in YAML (`kind: menu`) and its dataclass."""

NUMBER = PromptId("<number>")
"""In `ask`: reads the number of this callback request back, in groups."""

NUMBER_ENDING = PromptId("<number-ending>")
"""In `ask`: the last three digits of the number the caller is ringing from."""

REFERENCE = PromptId("<reference>")
"""In `says` of a part: the reference of this call's callback request, digit by digit."""

MESSAGE = PromptId("<message>")
"""In `ask`: the message that the caller has just recorded."""

READ_BACK: frozenset[PromptId] = frozenset({NUMBER, NUMBER_ENDING, REFERENCE, MESSAGE})
"""Prompt ids that need no words: they are spoken from digits."""
