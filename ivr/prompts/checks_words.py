"""Checks of each words file: what sentences hold, and what callers may say without being misunderstood."""

import re
from collections.abc import Iterator
from typing import Final, get_args

from ivr.flow.choose import unheard
from ivr.flow.nodes import Menu, NodeId, PromptId
from ivr.flow.speech import LANGUAGE_PROMPTS
from ivr.flow.wording import Command, Sentence, Wording, Words
from ivr.prompts.draft import Draft
from ivr.prompts.findings import Finding, did_you_mean

LONGEST: Final = 2500
"""Most characters of one prompt: Twilio's neural voices take 3,000."""
NEEDED: Final = frozenset({"person", "again", "slower", "back", "main_menu", "help", "more_time", "go_on", "yes", "no"})
"""Universal words that every language must have; the others it may have."""
OWNERS: Final = {
    "key": "a choice of a menu",
    "name": "a question back",
    "part": "the place in a leaflet",
    "parts": "the place in a leaflet",
}
"""What only one kind of prompt may hold, and must."""
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
FILLED: Final = ("phone", "days", "line", "dated")
"""What any sentence may hold besides its words."""

Wrong = tuple[tuple[str | int, ...], str]
"""Where in the file, and what."""


def words(draft: Draft) -> Iterator[Finding]:
    """What is wrong in the words of each language."""
    for language, spoken in draft.words.items():
        file = f"words/{language}.yaml"
        for path, text in (*_approval(spoken), *_universal(spoken), *_sentences(draft, spoken)):
            yield draft.wrong(file, path, text)
        for node, menu in draft.nodes.items():
            if isinstance(menu, Menu):
                yield from (draft.wrong(file, path, text) for path, text in _hears(draft, node, menu, spoken))


def _approval(spoken: Words) -> Iterator[Wrong]:
    if spoken.status == "approved" and not spoken.approved_by:
        yield ("status",), "approved words need 'approved_by': who read and approved them"


def _universal(spoken: Words) -> Iterator[Wrong]:
    heard: dict[str, str] = {}
    for command in get_args(Command):
        phrases = spoken.universal.get(command, ())
        if not phrases and command in NEEDED:
            yield ("universal",), f"no words for '{command}': callers may say it anywhere"
        for number, phrase in enumerate(phrases):
            if (other := heard.setdefault(plain(phrase), command)) != command:
                yield ("universal", command, number), f"'{phrase}' already means '{other}'; keep one"


def plain(phrase: str) -> str:
    """A phrase as it is heard: no capitals, no punctuation."""
    return " ".join(re.sub(r"[^\w\s]", " ", phrase.casefold()).split())


def _sentences(draft: Draft, spoken: Words) -> Iterator[Wrong]:
    roles = _roles(draft)
    for prompt, wording in spoken.prompts.items():
        holds = roles.get(prompt, ())
        yield from _held(prompt, wording, holds)
        allowed = (*FILLED, *(holds if draft.understood else OWNERS))
        for number, sentence in enumerate(wording.says):
            yield from (
                (("prompts", prompt, "says", number, "text"), text) for text in _text(prompt, sentence, allowed)
            )
        length = sum(len(sentence.text) + 1 for sentence in wording.says)
        if length > LONGEST:
            yield ("prompts", prompt), f"'{prompt}' has {length:,} characters; at most {LONGEST:,}: split it"


def _roles(draft: Draft) -> dict[PromptId, tuple[str, ...]]:
    """What the words of some prompts must hold, by what the prompts are for."""
    keyed = dict.fromkeys(draft.roles("Option", "says") | LANGUAGE_PROMPTS, ("key",))
    named = dict.fromkeys(draft.roles("Phrases", "did_you_say"), ("name",))
    return keyed | named | dict.fromkeys(draft.roles("Phrases", "where"), ("part", "parts"))


def _held(prompt: PromptId, wording: Wording, holds: tuple[str, ...]) -> Iterator[Wrong]:
    names = [name for sentence in wording.says for name in _PLACEHOLDER.findall(sentence.text)]
    for name in holds:
        if names.count(name) != 1:
            text = f"'{prompt}' is {OWNERS[name]}: hold {{{name}}} exactly once, found {names.count(name)}"
            yield ("prompts", prompt), text


def _text(prompt: PromptId, sentence: Sentence, allowed: tuple[str, ...]) -> Iterator[str]:
    for name in _PLACEHOLDER.findall(sentence.text):
        if name not in allowed:
            yield _unfilled(prompt, name, allowed)
    if re.search(r"[{}]", _PLACEHOLDER.sub("", sentence.text)):
        yield "a lone { or }; write {key}, or leave it out"
    if not re.search(r"\w", sentence.text):
        yield "a sentence without a word"


def _unfilled(prompt: PromptId, name: str, allowed: tuple[str, ...]) -> str:
    if name in OWNERS:
        return f"{{{name}}} belongs to {OWNERS[name]} only, and '{prompt}' is not that"
    known = ", ".join(f"{{{one}}}" for one in allowed)
    return f"nothing fills {{{name}}}{did_you_mean(name, allowed) or f'; known here: {known}'}"


def _hears(draft: Draft, node: NodeId, menu: Menu, spoken: Words) -> Iterator[Wrong]:
    """Words that would choose two things at once in one menu."""
    taken: dict[str, tuple[str, NodeId | None]] = {}
    for command, leads in _commands(draft, menu).items():
        taken |= {plain(phrase): (f"'{command}'", leads) for phrase in spoken.universal.get(command, ())}
    for option in menu.options:
        wording = spoken.prompts.get(option.says)
        if wording is None:
            continue
        if not wording.name and not wording.hears:
            yield ("prompts", option.says), f"'{option.says}' is an option: give it a 'name', for `Did you say …?`"
        for path, phrase in _phrases(option.says, wording):
            meaning, leads = taken.setdefault(plain(phrase), (f"'{option.says}'", option.goto))
            if meaning != f"'{option.says}'" and leads != option.goto:
                yield path, f"'{phrase}' already means {meaning} in the menu '{node}'; keep one"


def _phrases(prompt: PromptId, wording: Wording) -> Iterator[tuple[tuple[str | int, ...], str]]:
    heard = [(("prompts", prompt, "hears", number), phrase) for number, phrase in enumerate(wording.hears)]
    return iter([*heard, *([(("prompts", prompt, "name"), wording.name)] if wording.name else [])])


def _commands(draft: Draft, menu: Menu) -> dict[Command, NodeId | None]:
    """The universal words that are heard in this menu, and the node each leads to when it leads to one."""
    silent = unheard(menu)
    leads: dict[Command, NodeId | None] = {command: None for command in get_args(Command) if command not in silent}
    answers: dict[Command, NodeId] = {}
    if menu.yes_no and len(menu.options) > 1:
        answers = {"yes": menu.options[0].goto, "no": menu.options[1].goto}
    places: dict[Command, NodeId] = {}
    if draft.line:
        places = {"person": draft.line.person, "main_menu": draft.line.main}
        places |= {"goodbye": draft.line.goodbye} if draft.line.goodbye else {}
    unsure: set[Command] = {"yes", "no", "person", "main_menu", "goodbye"}
    return {command: to for command, to in (leads | answers | places).items() if to or command not in unsure}
