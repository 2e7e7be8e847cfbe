"""Which choice a key or a spoken word makes at the node where the call is."""

from datetime import datetime
from typing import Final, cast

from ivr.flow import answers, ears
from ivr.flow.enter import arrive, enter, fresh, stay
from ivr.flow.events import Said
from ivr.flow.line import Flow
from ivr.flow.nodes import GATHERED, LanguageChoice, Menu, Message, Node, Option, PhoneNumber, PromptId
from ivr.flow.pace import wait
from ivr.flow.speech import LANGUAGE_OFFER, OTHER_LANGUAGE, lead, offered, other_language_key, spoken_languages
from ivr.flow.state import State, with_answer
from ivr.flow.turn import Improve, Keep, Listen, Say, Spoken, Turn
from ivr.flow.wording import Command, Wording, Words

YES: Final = "1"
NO: Final = "2"
_ANSWERS: Final = frozenset({"yes", "no"})
_HARMLESS: Final = frozenset({"again", "slower", "help", "more_time", "person", "unsure"})
"""Universal words that are obeyed even when unsure: the worst is to hear something again, or to reach a person."""
_KEYS: Final = {"person": "0", "again": "*", "done": "#"}
_UNIVERSAL: Final[dict[str, Command]] = {"0": "person", "*": "again", "**": "slower", "#": "done"}


def pressed(flow: Flow, state: State, keys: str, now: datetime) -> Turn:
    """Keys: a universal one, an answer to a question back, or a choice of the node."""
    key = keys.rstrip("#") or "#"
    if key in _UNIVERSAL:
        return answers.obey(flow, state, _UNIVERSAL[key], now)
    if state.doubt and key in {YES, NO}:
        return _doubt(flow, state, now, right=key == YES)
    match flow.nodes[state.node]:
        case Menu() as node:
            option = _option(node, state, key)
            return _choose(flow, state, node, option, now) if option else answers.no_match(flow, state, now)
        case Message() if key in {"1", "2"}:
            return answers.obey(flow, state, "go_on" if key == "1" else "back", now)
        case LanguageChoice() as node:
            return _language(flow, state, node, key, now)
        case PhoneNumber() as node:
            return answers.not_a_number(flow, state, node, now)
        case _:
            return answers.no_match(flow, state, now)


def _option(node: Menu, state: State, key: str) -> Option | None:
    return next((option for option in offered(node, state) if option.key == key), None)


def _language(flow: Flow, state: State, node: LanguageChoice, key: str, now: datetime) -> Turn:
    if key == other_language_key(flow):
        return enter(flow, state, node.other, now)
    chosen = {str(number): language for number, language in enumerate(spoken_languages(flow), 1)}.get(key)
    if chosen is None:
        return answers.no_match(flow, state, now)
    return enter(flow, state._replace(language=chosen), node.goto, now)


def _choose(flow: Flow, state: State, node: Menu, option: Option, now: datetime) -> Turn:
    if state.node == flow.line.resume and option.key == YES and state.trail:
        return stay(flow, fresh(state, state.trail[-1])._replace(part=state.part, trail=()), now)
    if not node.keeps:
        return enter(flow, state, option.goto, now)
    kept = with_answer(state, node.keeps, option.value, gathered=node.keeps in GATHERED)
    if kept.progress == "kept" and node.keeps != "number":
        return Turn((), Keep(Improve(node.keeps, option.value)), arrive(flow, kept, option.goto))
    return enter(flow, kept, option.goto, now)


def said(flow: Flow, state: State, event: Said, now: datetime) -> Turn:
    """Words: the choice they make, a question back when unsure, or no match."""
    match _hear(flow, state, event):
        case ears.Sure(id=heard, command=True):
            return _command(flow, state, cast("Command", heard), now)
        case ears.Sure(id=heard):
            return pressed(flow, state._replace(doubt=""), heard, now)
        case ears.Unsure(id=heard, command=False):
            return _ask_back(flow, state, heard, now)
        case ears.Unsure(id=heard) if heard in _HARMLESS:
            return _command(flow, state, cast("Command", heard), now)
        case _:
            return answers.no_match(flow, state, now)


def _hear(flow: Flow, state: State, event: Said) -> ears.Heard:
    node = flow.nodes[state.node]
    commands = _commands(flow.words[state.language], unheard(node, asks=bool(state.doubt)))
    return ears.hear(event.words, event.confidence, _choices(flow, state), commands, {})


def _choices(flow: Flow, state: State) -> tuple[ears.Choice, ...]:
    """What may be chosen here by voice; a language by its own name for itself."""
    match flow.nodes[state.node]:
        case Menu() as node:
            prompts = flow.words[state.language].prompts
            return tuple(_choice(prompts[option.says], option.key) for option in offered(node, state))
        case LanguageChoice():
            languages = ((str(key), flow.words[name]) for key, name in enumerate(spoken_languages(flow), 1))
            spoken = [ears.Choice(key, (words.title, *_hears(words, LANGUAGE_OFFER)), key) for key, words in languages]
            other = other_language_key(flow)
            return (*spoken, ears.Choice(other, _hears(flow.words[state.language], OTHER_LANGUAGE), other))
        case _:
            return ()


def _hears(words: Words, prompt: PromptId) -> tuple[str, ...]:
    wording = words.prompts.get(prompt)
    return wording.hears if wording else ()


def _choice(wording: Wording, key: str) -> ears.Choice:
    return ears.Choice(key, (*wording.hears, *((wording.name,) if wording.name else ())), key)


def unheard(node: Node, *, asks: bool = False) -> frozenset[Command]:
    """The universal words that mean nothing at a node; `asks`: it is in doubt, and has asked `Did you say …?`.

    "Yes", "no" and "I do not know" answer a question, "go on" a leaflet, "I am done" either: whoever is done at a menu
    of choices wants to finish the call, and must not be taken back to where they came from.
    """
    match node:
        case Message():
            return frozenset({"yes", "no", "unsure"})
        case Menu(yes_no=True):
            return frozenset({"go_on"})
        case _:
            return frozenset({"go_on", "done"} if asks else {"yes", "no", "unsure", "go_on", "done"})


def _commands(words: Words, absent: frozenset[Command]) -> tuple[ears.Choice, ...]:
    """The universal words with their keys."""
    heard = ((command, phrases) for command, phrases in words.universal.items() if command not in absent)
    return tuple(ears.Choice(command, phrases, _KEYS.get(command, "")) for command, phrases in heard)


def _command(flow: Flow, state: State, command: Command, now: datetime) -> Turn:
    node = flow.nodes[state.node]
    if command == "done" and isinstance(node, Menu) and node.yes_no:
        return pressed(flow, state, NO, now)
    if command not in _ANSWERS:
        return answers.obey(flow, state, command, now)
    if state.doubt:
        return _doubt(flow, state, now, right=command == "yes")
    return pressed(flow, state, YES if command == "yes" else NO, now)


def _ask_back(flow: Flow, state: State, key: str, now: datetime) -> Turn:
    """Unsure of what was said: ask, rather than act; it counts as a try, so that doubt cannot go on for ever."""
    if state.tries >= len(flow.line.no_match):
        return answers.give_up(flow, state, now)
    node = flow.nodes[state.node]
    option = _option(node, state, key) if isinstance(node, Menu) else None
    phrases = flow.line.phrases
    doubted = Say(phrases.did_you_say, option=option.says if option else None)
    asked: tuple[Spoken, ...] = (*lead(state), doubted, Say(phrases.yes_or_no))
    later = state._replace(doubt=key, tries=state.tries + 1, starred=False)
    words = flow.words[state.language].universal
    hinted = (*words.get("yes", ()), *words.get("no", ()))
    return Turn(asked, Listen(wait(later.pace, later.tries), hints=hinted), later)


def _doubt(flow: Flow, state: State, now: datetime, *, right: bool) -> Turn:
    node = flow.nodes[state.node]
    option = _option(node, state, state.doubt) if isinstance(node, Menu) else None
    if right and option and isinstance(node, Menu):
        return _choose(flow, state._replace(doubt=""), node, option, now)
    return answers.replay(flow, state, now)
