"""Checks of meaning across the files: every id leads somewhere, everything written is used, no call goes in circles."""

from collections.abc import Iterator
from typing import Final

from ivr.flow.enter import LONGEST_WAY
from ivr.flow.nodes import (
    READ_BACK,
    CallbackRequest,
    CallbackWish,
    Hours,
    LanguageChoice,
    Message,
    Node,
    NodeId,
    PromptId,
    TextMessage,
)
from ivr.flow.speech import LANGUAGE_PROMPTS
from ivr.flow.wording import FactId
from ivr.prompts.annotations import good_id
from ivr.prompts.checks_line import line
from ivr.prompts.checks_menus import menus
from ivr.prompts.checks_words import words
from ivr.prompts.draft import Draft
from ivr.prompts.findings import Finding, did_you_mean, found

DIGITS: Final = tuple(PromptId(f"digit.{digit}") for digit in range(10))
"""The prompts that numbers are read back with; every language needs them."""


def check(draft: Draft) -> list[Finding]:
    """Everything that is wrong with the meaning of the files.

    A misspelt id is told once, where it is written: what it leaves unused or out of reach is not told beside it.
    """
    dangling, missing = list(_dangling(draft)), list(_missing_words(draft))
    others = [one for each in (_unknown_facts, _out_of_place, line, menus, words) for one in each(draft)]
    ways = [*_unreachable(draft), *_circles(draft)] if draft.understood and not dangling else []
    unused = list(_unused(draft)) if draft.understood and not missing else []
    return [*dangling, *missing, *others, *ways, *unused]


def _dangling(draft: Draft) -> Iterator[Finding]:
    for mention in draft.references(NodeId):
        if mention.id not in draft.node_ids:
            hint = did_you_mean(mention.id, draft.node_ids) or f"; write menus/{mention.id}.yaml"
            yield found(mention.file, mention.place, f"no node called '{mention.id}'{hint}")


def _missing_words(draft: Draft) -> Iterator[Finding]:
    for language in draft.languages:
        defined = draft.defined(language)
        for mention in draft.references(PromptId):
            if mention.id not in defined and mention.id not in READ_BACK:
                hint = did_you_mean(mention.id, defined)
                yield found(mention.file, mention.place, f"no words for '{mention.id}' in {language}.yaml{hint}")
        for prompt in sorted({*DIGITS, *_offers(draft)} - defined):
            text = f"no words for '{prompt}', which every language needs"
            yield draft.wrong(f"words/{language}.yaml", ("prompts",), text)


def _offers(draft: Draft) -> set[PromptId]:
    """The prompts by which a language, and any other, is offered, where the flow asks for the language."""
    asks = any(isinstance(node, LanguageChoice) for node in draft.nodes.values())
    return set(LANGUAGE_PROMPTS) if asks else set()


def _unknown_facts(draft: Draft) -> Iterator[Finding]:
    for mention in draft.references(FactId):
        fact = draft.facts.get(FactId(mention.id))
        if fact is None and draft.facts:
            hint = did_you_mean(mention.id, draft.facts)
            yield found(mention.file, mention.place, f"no fact called '{mention.id}' in facts.yaml{hint}")
        elif fact is not None and fact.spoken == "staff":
            yield found(mention.file, mention.place, f"the fact '{mention.id}' is for staff and is not said to callers")


def _out_of_place(draft: Draft) -> Iterator[Finding]:
    """Words made to be filled in at one place, said where nothing fills them."""
    for owner, name in (("Option", "says"), ("Phrases", "did_you_say"), ("Phrases", "where")):
        prompts = draft.roles(owner, name)
        for mention in draft.references(PromptId):
            if mention.id in prompts and (mention.owner, mention.field) != (owner, name):
                text = f"'{mention.id}' is '{name}' of {owner} elsewhere, and cannot be said here; write another prompt"
                yield found(mention.file, mention.place, text)


def _unreachable(draft: Draft) -> Iterator[Finding]:
    ways = {file: {one.id for one in notes.references if one.kind is NodeId} for file, notes in draft.notes.items()}
    reached: set[str] = set()
    ahead = set(ways["line.yaml"])
    while ahead:
        reached |= ahead
        ahead = {way for node in ahead for way in ways[f"menus/{node}.yaml"]} - reached
    for node in draft.node_ids:
        if node not in reached:
            text = f"no call can reach '{node}': nothing leads to it; remove the file, or lead an option to it"
            yield draft.wrong(f"menus/{node}.yaml", (), text)


def _unused(draft: Draft) -> Iterator[Finding]:
    used = {*(mention.id for mention in draft.references(PromptId)), *DIGITS, *_offers(draft)}
    for language in draft.languages:
        for prompt in sorted(draft.defined(language) - used):
            if good_id(prompt, PromptId):
                text = f"'{prompt}' is never said: no menu and no key of line.yaml names it; remove it"
                yield draft.wrong(f"words/{language}.yaml", ("prompts", prompt), text)


def passes_to(node: Node) -> tuple[NodeId, ...]:
    """The nodes that a call may go on to from this one without the caller doing anything."""
    match node:
        case Hours():
            return node.open, node.closed, node.holiday
        case CallbackWish():
            return node.own, node.other, node.known
        case CallbackRequest():
            return node.goto, node.merged, node.failed
        case TextMessage():
            return node.goto, node.cannot
        case LanguageChoice():
            return (node.goto,)
        case Message() if not node.waits or len(node.parts) == 1:
            return (node.goto,)
        case _:
            return ()


def _circles(draft: Draft) -> Iterator[Finding]:
    for name in draft.nodes:
        way = _longest_way(draft, name)
        if len(way) > LONGEST_WAY:
            shown = " -> ".join(way[: _round(way)])
            yield draft.wrong(f"menus/{name}.yaml", (), f"a call would go on for ever and ask nothing: {shown}")


def _round(way: list[NodeId]) -> int:
    """How much of a way to show: up to the first node that it comes back to."""
    return next((number for number in range(1, len(way)) if way[number] in way[:number]), len(way)) + 1


def _longest_way(draft: Draft, start: NodeId) -> list[NodeId]:
    """A way on from a node that asks nothing, cut off once it is too long."""
    ways = [[start]]
    longest = ways[0]
    for _ in range(LONGEST_WAY):
        ways = list({way[-1]: way for one in ways for way in _further(draft, one)}.values())
        longest = ways[0] if ways else longest
    return longest


def _further(draft: Draft, way: list[NodeId]) -> Iterator[list[NodeId]]:
    return ([*way, node] for node in passes_to(draft.nodes[way[-1]]))
