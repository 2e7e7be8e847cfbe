"""Checks of keys that words name: each must do something where it is said, and what the words say of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final, get_args

from ivr.flow.check_finding import Finding, Subject, error, prompt
from ivr.flow.check_sentences import parted
from ivr.flow.events import CallerKind
from ivr.flow.line import Flow
from ivr.flow.nodes import Menu, Message, Node, NodeId, Option, PhoneNumber, PromptId
from ivr.flow.script import node_says
from ivr.flow.speech import offered
from ivr.flow.state import State
from ivr.flow.wording import Command, Words

PERSON: Final = "0"
ANSWERS: Final = frozenset({"1", "2"})
"""Yes and no; in a leaflet, on and back."""
_WORDS: Final = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_NUMBERS: Final = _WORDS | {"nine": "9", "zero": "0", "nought": "0"}
_NAMED: Final = {
    "en": re.compile(rf"\bpress(?:ing)? (?:the )?(?:key |number )?(\d|{'|'.join(_NUMBERS)})\b(?! of)", re.IGNORECASE),
    "pl": re.compile(r"\bnaci[sś]\w+ (\d)\b", re.IGNORECASE),
    "ro": re.compile(r"\bapăs\w* (\d)\b", re.IGNORECASE),
}
"""How a language names a key in words that have no {key}."""
_STAR: Final = re.compile(r"\bpress (?:the )?star\b", re.IGNORECASE)
_SMALL: Final = 3
"""Letters from which a word says something of what a choice is."""
_ALIKE: Final = 2
"""Words that a sentence shares with a choice before it is taken to speak of it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Words where they are said: the keys that do something there, and the choices behind them."""

    prompt: PromptId
    keys: frozenset[str]
    where: str
    options: tuple[Option, ...] = ()
    needed: frozenset[str] = frozenset()
    asks: bool = False


def keys(flow: Flow, language: str) -> Iterator[Finding]:
    """What is wrong with the keys that the words of a language name."""
    if language[:2] not in _NAMED:
        return
    words = flow.words[language]
    for place in (*_anywhere(flow), *(place for name, one in flow.nodes.items() for place in _at(name, one))):
        wording = words.prompts.get(place.prompt)
        told = [sentence.text for sentence in wording.says] if wording else []
        for number, text in enumerate(told):
            for sentence in parted(text):
                about = prompt(language, place.prompt, number)
                yield from _wrong(words, place, sentence, language[:2], about)
        unsaid = place.needed - {key for text in told for key in named(text, language[:2])}
        if unsaid and told:
            text = f"'{place.prompt}' does not name {_listed(unsaid)}: say 'For …, press {min(unsaid)}'"
            yield error("key-unsaid", prompt(language, place.prompt), text)


def named(text: str, tongue: str) -> list[str]:
    """The keys that a text names, as digits."""
    return [_NUMBERS.get(key.casefold(), key) for key in _NAMED[tongue].findall(text)]


def _wrong(words: Words, place: _Place, sentence: str, tongue: str, about: Subject) -> Iterator[Finding]:
    for key in named(sentence, tongue):
        if place.asks and key != PERSON:
            text = f"the key {key} stands in the question; let the choice say its own key, with {{key}}"
            yield error("key-unknown", about, text)
        elif key not in place.keys:
            text = f"the key {key} does nothing {place.where}; the keys that do: {_listed(place.keys)}"
            yield error("key-unknown", about, text)
        elif key == PERSON:
            if not _says(words, ("person",), sentence):
                text = f"0 brings a person: say 'For a person, press 0', not '{sentence}'"
                yield error("key-meaning", about, text)
        elif (meant := _alike(words, place.options, sentence)) and meant.key != key:
            text = f"'{sentence}' speaks of '{meant.says}', which is the key {meant.key} {place.where}, not {key}"
            yield error("key-meaning", about, text)
    if tongue == "en" and _STAR.search(sentence) and not _says(words, ("again", "slower"), sentence):
        yield error("key-meaning", about, f"star says it again, and twice more slowly; not '{sentence}'")


def _listed(keys_: Iterable[str]) -> str:
    *before, last = sorted(keys_)
    return f"{', '.join(before)} and {last}" if before else last


def _says(words: Words, commands: tuple[Command, ...], sentence: str) -> bool:
    """Whether a sentence holds what callers may say for one of the commands."""
    low = sentence.casefold()
    return any(phrase.casefold() in low for command in commands for phrase in words.universal.get(command, ()))


def _alike(words: Words, options: Iterable[Option], sentence: str) -> Option | None:
    """The one choice whose own words a sentence repeats more than those of any other."""
    said = _telling(sentence)
    shared = {option: len(said & _telling(_spoken(words, option))) for option in options}
    best = max(shared.values(), default=0)
    most = [option for option, count in shared.items() if count == best]
    return most[0] if best >= _ALIKE and len(most) == 1 else None


def _spoken(words: Words, option: Option) -> str:
    wording = words.prompts.get(option.says)
    return " ".join(sentence.text for sentence in wording.says) if wording else ""


def _telling(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {word for word in words if len(word) >= _SMALL} - {"press", "key", "for"}


def _at(name: NodeId, one: Node) -> Iterator[_Place]:
    """The words of a node; those of its choices say their keys themselves."""
    where = f"in '{name}'"
    match one:
        case Menu():
            shown = [{option.key for option in _offered(one, caller)} for caller in get_args(CallerKind)]
            own = frozenset.intersection(*map(frozenset, shown)) | {PERSON}
            yield from (_Place(ask, own, where, one.options, asks=True) for ask in one.ask)
            cues = (*((one.help,) if one.help else ()), *one.no_input, *one.no_match)
            yield from (_Place(cue, own, where, one.options) for cue in cues)
        case Message(waits=True):
            yield from (_Place(say.prompt, ANSWERS | {PERSON}, where) for say in node_says(one))
        case PhoneNumber():
            yield from (_Place(say.prompt, frozenset("0123456789"), where) for say in node_says(one))
        case _:
            yield from (_Place(say.prompt, frozenset({PERSON}), where) for say in node_says(one))


def _offered(menu: Menu, caller: CallerKind) -> tuple[Option, ...]:
    return offered(menu, State(NodeId(""), caller=caller))


def _anywhere(flow: Flow) -> Iterator[_Place]:
    """The words that are said anywhere: only 0 is sure to do something there; a few bring their own keys."""
    line, phrases = flow.line, flow.line.phrases
    nobody = flow.nodes.get(line.nobody)
    options = nobody.options if isinstance(nobody, Menu) else ()
    own = {
        phrases.waiting: _Place(
            phrases.waiting, frozenset({PERSON, *(option.key for option in options)}), f"in '{line.nobody}'", options
        ),
        phrases.go_on: _Place(phrases.go_on, ANSWERS | {PERSON}, "in a leaflet", needed=ANSWERS),
        phrases.yes_or_no: _Place(phrases.yes_or_no, ANSWERS | {PERSON}, "at a question back", needed=ANSWERS),
        phrases.whisper: _Place(phrases.whisper, frozenset({"1"}), "before a call is taken", needed=frozenset({"1"})),
    }
    others = (getattr(phrases, one.name) for one in fields(phrases))
    for name in dict.fromkeys((*line.no_input, *line.no_match, *others)):
        if name is not None:
            yield own.get(name, _Place(name, frozenset({PERSON}), "at some prompts"))
