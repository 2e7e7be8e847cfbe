"""The whole script of one language: every distinct thing that the line may say, in reading order."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from ivr.flow.line import Flow
from ivr.flow.nodes import (
    READ_BACK,
    Goodbye,
    LanguageChoice,
    Menu,
    Message,
    Node,
    NodeId,
    PhoneNumber,
    PromptId,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.speech import LANGUAGE_OFFER, OTHER_LANGUAGE, other_language_key, spoken_languages
from ivr.flow.spoken import text_of
from ivr.flow.turn import Say


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One text to be spoken. `key` and `option` as in Say, empty where there are none."""

    prompt: PromptId
    key: str
    option: str
    text: str
    say: Say


def script(flow: Flow, language: str) -> tuple[ScriptLine, ...]:
    """Everything the line may say in a language, once each: the nodes as a call meets them, then the rest."""
    says = [
        *_nodes(flow),
        *_anywhere(flow),
        *_questions_back(flow),
        *_places(flow),
        *_offers(flow, language),
        *_digits(),
    ]
    return tuple(_line(flow, say, language) for say in dict.fromkeys(says))


def _line(flow: Flow, say: Say, language: str) -> ScriptLine:
    return ScriptLine(say.prompt, say.key, say.option or "", text_of(flow, say, language), say)


def nodes_in_order(flow: Flow) -> tuple[NodeId, ...]:
    """The nodes as a call meets them: breadth first from the start, then what only a person or nobody leads to."""
    order: dict[NodeId, None] = {}
    line = flow.line
    roots = (line.start, line.main, line.person, line.nobody, *((line.resume,) if line.resume else ()))
    for root in roots:
        ahead = deque([root])
        while ahead:
            node = ahead.popleft()
            if node not in order:
                order[node] = None
                ahead += leads_to(flow.nodes[node])
    return tuple(order)


def leads_to(node: Node) -> tuple[NodeId, ...]:
    """Every node that this one names, in the order in which it names them."""
    if isinstance(node, Menu):
        return tuple(option.goto for option in node.options)
    kinds = {field.name for field in fields(node) if field.type is NodeId}
    return tuple(getattr(node, field.name) for field in fields(node) if field.name in kinds)


def _nodes(flow: Flow) -> Iterator[Say]:
    if flow.line.notice:
        yield Say(flow.line.notice.says)
    for name in nodes_in_order(flow):
        yield from node_says(flow.nodes[name])


def node_says(node: Node) -> Iterator[Say]:
    """What a node says, cues after silence or an odd key included; read-back and text messages are not spoken words."""
    match node:
        case Menu():
            yield from _prompts(node.ask)
            yield from (Say(option.says, key=option.key) for option in node.options)
            yield from _prompts((*((node.help,) if node.help else ()), *node.no_input, *node.no_match))
        case Message():
            yield from _prompts(prompt for part in node.parts for prompt in part.says)
        case PhoneNumber():
            yield from _prompts((*node.ask, *node.not_a_number, *node.no_input))
        case Recording() | Transfer() | LanguageChoice():
            yield from _prompts(node.ask)
        case Goodbye():
            yield from _prompts(node.says)
        case TextMessage() | _:
            return


def _prompts(ids: Iterable[PromptId]) -> Iterator[Say]:
    return (Say(prompt) for prompt in ids if prompt not in READ_BACK)


def _anywhere(flow: Flow) -> Iterator[Say]:
    phrases = flow.line.phrases
    yield from _prompts((*flow.line.no_input, *flow.line.no_match))
    said = (getattr(phrases, one.name) for one in fields(phrases) if one.name not in {"did_you_say", "where"})
    yield from (Say(prompt) for prompt in said if prompt is not None)


def _questions_back(flow: Flow) -> Iterator[Say]:
    """`Did you say …?` for each choice that a caller may make by voice."""
    menus = [flow.nodes[name] for name in nodes_in_order(flow)]
    options = [option.says for menu in menus if isinstance(menu, Menu) for option in menu.options]
    return (Say(flow.line.phrases.did_you_say, option=option) for option in dict.fromkeys(options))


def _places(flow: Flow) -> Iterator[Say]:
    """Where a caller is in a leaflet, for each part of each length of leaflet."""
    said = flow.line.phrases.where
    lengths = {len(node.parts) for node in flow.nodes.values() if isinstance(node, Message) and node.waits}
    if said is not None:
        yield from (Say(said, place=(part, parts)) for parts in sorted(lengths) for part in range(1, parts + 1))


def _offers(flow: Flow, language: str) -> Iterator[Say]:
    """A language offers itself, by the key that its place among the approved languages gives it."""
    approved = spoken_languages(flow)
    asked = any(isinstance(node, LanguageChoice) for node in flow.nodes.values())
    if asked and language in approved and len(approved) > 1:
        yield Say(LANGUAGE_OFFER, key=str(approved.index(language) + 1), language=language)
        yield Say(OTHER_LANGUAGE, key=other_language_key(flow))


def _digits() -> Iterator[Say]:
    return (Say(PromptId(f"digit.{digit}")) for digit in range(10))
