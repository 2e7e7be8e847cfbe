"""A plain heading for each node, made from what it says and how a call comes to it."""

from collections.abc import Iterator
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import (
    READ_BACK,
    CallbackRequest,
    CallbackWish,
    Goodbye,
    Hours,
    LanguageChoice,
    Menu,
    Message,
    Node,
    NodeId,
    PhoneNumber,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.script import nodes_in_order
from ivr.flow.spoken import option_name
from ivr.pages.sentences import Reader
from ivr.pages.ways import ways

FEWEST_WORDS: Final = 4
"""A shorter sentence, such as `Thank you.`, is no heading."""

_KINDS: Final[dict[type[Node], str]] = {
    Goodbye: "Goodbye",
    Transfer: "Ringing a person",
    Recording: "Leaving a spoken message",
    PhoneNumber: "Keying a phone number",
    CallbackWish: "Asking to be called back",
    CallbackRequest: "Storing the request",
    TextMessage: "Sending a text message",
    LanguageChoice: "Choosing a language",
    Hours: "Looking at the clock",
}


def headings(flow: Flow, reader: Reader) -> dict[NodeId, str]:
    """A heading for each node, no two the same, in the order in which a call meets the nodes."""
    order = nodes_in_order(flow)
    plain = {name: _heading(flow, reader, name, order) for name in order}
    told: dict[NodeId, str] = {}
    for name, heading in plain.items():
        shared = list(plain.values()).count(heading) > 1
        longer = _after(flow, name, plain) if shared else heading
        told[name] = longer if longer not in told.values() else f"{longer} ({_words(name)})"
    return told


def _heading(flow: Flow, reader: Reader, name: NodeId, order: tuple[NodeId, ...]) -> str:
    node, before = flow.nodes[name], order[: order.index(name)]
    found = (
        _role(flow, name)
        or _KINDS.get(type(node), "")
        or _chosen(flow, name, before, reader.language)
        or _question(node, reader)
        or _event(flow, name, before)
        or _sentence(node, reader)
        or _choices(flow, node, reader.language)
        or _words(name)
    )
    return found[0].upper() + found[1:]


def _role(flow: Flow, name: NodeId) -> str:
    line = flow.line
    roles = {
        line.start: "Where a call begins",
        line.main: "The main menu",
        line.person: "A person",
        line.nobody: "When nobody could be reached",
    }
    return "When a call that dropped rings again" if name == line.resume else roles.get(name, "")


def _chosen(flow: Flow, name: NodeId, before: tuple[NodeId, ...], language: str) -> str:
    """The name of the choice that leads here first; a yes, or an answer that is kept, names nothing."""
    menus = (flow.nodes[one] for one in before)
    offers = (
        option.says
        for menu in menus
        if isinstance(menu, Menu) and not menu.yes_no and not menu.keeps
        for option in menu.options
        if option.goto == name
    )
    return next((option_name(flow, offer, language) for offer in offers), "")


def _question(node: Node, reader: Reader) -> str:
    if not isinstance(node, Menu):
        return ""
    asked = [sentence.text for prompt in node.ask if prompt not in READ_BACK for sentence in reader.prompt(prompt)]
    last = max((number for number, text in enumerate(asked) if text.endswith("?")), default=None)
    if last is None or len(asked[last].split()) >= FEWEST_WORDS:
        return asked[last] if last is not None else ""
    return " … ".join(asked[: last + 1])


def _event(flow: Flow, name: NodeId, before: tuple[NodeId, ...]) -> str:
    found = (way.when for one in before for way in ways(flow, one) if way.goto == name and way.short and not way.key)
    return next(found, "")


def _sentence(node: Node, reader: Reader) -> str:
    told = (sentence.text for prompt in _prompts(node) for sentence in reader.prompt(prompt))
    return next((text for text in told if len(text.split()) >= FEWEST_WORDS), "")


def _prompts(node: Node) -> Iterator[str]:
    if isinstance(node, Message):
        yield from (prompt for part in node.parts for prompt in part.says if prompt not in READ_BACK)


def _choices(flow: Flow, node: Node, language: str) -> str:
    if not isinstance(node, Menu):
        return ""
    return "Choices: " + ", ".join(option_name(flow, option.says, language) for option in node.options)


def _after(flow: Flow, name: NodeId, plain: dict[NodeId, str]) -> str:
    """The heading with the node before it, for nodes that say the same."""
    before = (one for one in plain if one != name and any(way.goto == name for way in ways(flow, one)))
    first = next(before, None)
    return f"After “{plain[first]}”: {plain[name]}" if first else plain[name]


def _words(name: NodeId) -> str:
    return name.replace("-", " ")
