"""Every way on from a node: the key or the event that takes it, in words for people."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import (
    CallbackRequest,
    CallbackWish,
    Hours,
    LanguageChoice,
    Menu,
    Message,
    Node,
    NodeId,
    Option,
    PhoneNumber,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.speech import spoken_languages
from ivr.flow.spoken import option_name
from ivr.flow.turn import Say


@dataclass(frozen=True, slots=True)
class Way:
    """One way on. A choice has a `key` and the words that offer it; anything else has `when` and a `short` form of it.

    What always happens next has neither key nor `short`. `who`: the only callers who have this choice, with `short`.
    """

    goto: NodeId
    key: str = ""
    offer: Say | None = None
    when: str = ""
    short: str = ""
    who: str = ""


_WHO: Final = {
    "mobile": ("mobiles", "callers who can be sent a text message"),
    "others": ("others", "all other callers"),
}
_WHEN: Final[dict[tuple[type[Node], str], tuple[str, str]]] = {
    (Hours, "open"): ("While staff answer the phone", "staff there"),
    (Hours, "closed"): ("Outside the hours when staff answer", "closed"),
    (Hours, "holiday"): ("On a bank holiday or another day off", "holiday"),
    (PhoneNumber, "goto"): ("Once a number is keyed", "keyed"),
    (PhoneNumber, "failed"): ("If the number cannot be stored", "not stored"),
    (CallbackWish, "own"): ("If staff can ring the number of this call", "number seen"),
    (CallbackWish, "other"): ("If the number is withheld, foreign or missing", "no number"),
    (CallbackWish, "known"): ("If this call has left a request already", "asked already"),
    (CallbackRequest, "goto"): ("Once the request is stored", "stored"),
    (CallbackRequest, "merged"): ("If the same number asked within 24 hours", "asked before"),
    (CallbackRequest, "failed"): ("If the request cannot be stored", "not stored"),
    (Recording, "goto"): ("Once a message is spoken", "spoken"),
    (Recording, "empty"): ("If nothing was heard", "nothing heard"),
    (Transfer, "goto"): ("After a conversation", "answered"),
    (Transfer, "busy"): ("If the number is busy", "busy"),
    (Transfer, "no_answer"): ("If nobody answers", "no answer"),
    (Transfer, "failed"): ("If the call cannot be put through", "not put through"),
    (TextMessage, "goto"): ("If the text message is sent", "sent"),
    (TextMessage, "cannot"): ("If it cannot be sent", "not sent"),
    (LanguageChoice, "other"): ("For a language that the line does not speak yet", "other language"),
}


def ways(flow: Flow, name: NodeId) -> tuple[Way, ...]:
    """Every way on from a node, in the order in which the node names them."""
    node = flow.nodes[name]
    if isinstance(node, Menu):
        return tuple(_choice(option) for option in node.options)
    return tuple(_others(flow, node))


def _choice(option: Option) -> Way:
    short, who = _WHO.get(option.only, ("", ""))
    return Way(option.goto, option.key, Say(option.says, key=option.key), short=short, who=who)


def _others(flow: Flow, node: Node) -> Iterator[Way]:
    for field in fields(node):
        if field.type is not NodeId or _never(flow, node, field.name):
            continue
        when, short = _WHEN.get((type(node), field.name), (_next(node), ""))
        yield Way(getattr(node, field.name), when=when, short=short)


def _next(node: Node) -> str:
    return "After the last part" if isinstance(node, Message) and node.waits else "Then"


def _never(flow: Flow, node: Node, name: str) -> bool:
    """A way that no call takes as the line is now: no other language is asked for, no hours are stated."""
    match node:
        case LanguageChoice():
            return name == "other" and len(spoken_languages(flow)) == 1
        case _:
            return False


def label(flow: Flow, way: Way, language: str) -> str:
    """What takes a way, in a few words: the choice's name, or the short form of the event."""
    return option_name(flow, way.offer.prompt, language) if way.offer else way.short
