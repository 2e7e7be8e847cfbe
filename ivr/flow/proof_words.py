"""Every word that a caller may say, in every language, heard by the engine: it must do what the key does."""

from collections.abc import Iterator
from itertools import product
from typing import get_args

from ivr.flow.answers import obey
from ivr.flow.check_finding import Finding, Subject, error, warning
from ivr.flow.choose import unheard
from ivr.flow.ears import ENGLISH
from ivr.flow.engine import step
from ivr.flow.events import CallerKind, Pressed, Said
from ivr.flow.line import Flow
from ivr.flow.nodes import LanguageChoice, Menu, Message, Node, Option
from ivr.flow.proof_everywhere import approved
from ivr.flow.proof_moves import CLOCKS
from ivr.flow.script import script
from ivr.flow.speech import offered
from ivr.flow.state import State
from ivr.flow.turn import Turn
from ivr.flow.wording import Command, Words

NOW = CLOCKS["open"]
_ANSWERS = frozenset({"yes", "no"})


def words(flow: Flow) -> Iterator[Finding]:
    """Prompts without words, and words that do not choose what they should."""
    spoken = approved(flow)
    for language in flow.line.languages:
        yield from missing(flow, language)
        heard: set[object] = set()
        for name, caller in product(spoken.nodes, get_args(CallerKind)):
            one, place = spoken.nodes[name], State(name, turn=1, language=language, caller=caller)
            kind = _kind(one, place)
            if kind is None or kind in heard or _lacks(spoken.words[language], one):
                continue
            heard.add(kind)
            yield from _options(spoken, place, one)
            yield from _universal(spoken, place, one)


def _kind(one: Node, place: State) -> object:
    """What decides how words are heard at a node; nodes of one kind need to be tried once."""
    match one:
        case Menu():
            return tuple((option.says, option.key) for option in offered(one, place)), one.yes_no
        case Message() if one.waits and len(one.parts) > 1:
            return "message"
        case LanguageChoice():
            return "language"
        case _:
            return None


def _lacks(spoken: Words, one: Node) -> bool:
    return isinstance(one, Menu) and any(option.says not in spoken.prompts for option in one.options)


def missing(flow: Flow, language: str) -> Iterator[Finding]:
    """Prompts that a language has no words for, and universal words that it does not hear."""
    spoken = flow.words[language]
    for prompt in dict.fromkeys(one.prompt for one in script(flow, flow.line.languages[0])):
        if prompt not in spoken.prompts:
            yield error("no-words", Subject("words", language, ("prompts",)), f"no words for '{prompt}' in {language}")
    if spoken.universal.get("goodbye") and flow.line.goodbye is None:
        text = "callers may say goodbye, and nothing comes of it: state the node `goodbye` in line.yaml"
        yield warning("not-heard", Subject("words", language, ("universal", "goodbye")), text)
    first: Words = flow.words[flow.line.languages[0]]
    for command in first.universal:
        if not spoken.universal.get(command):
            text = f"no words for '{command}' in {language}: callers may say it anywhere"
            yield error("no-words", Subject("words", language, ("universal",)), text)


def _options(flow: Flow, place: State, one: Node) -> Iterator[Finding]:
    if not isinstance(one, Menu):
        return
    for option in offered(one, place):
        wording = flow.words[place.language].prompts[option.says]
        chosen = step(flow, place, Pressed(option.key), NOW)
        for number, phrase in enumerate(wording.hears):
            path = ("prompts", option.says, "hears", number)
            yield from _judged(flow, place, Said(phrase), chosen, option, path)
        yield from _counted(flow, place, option, chosen)
        if wording.name:
            yield from _judged(flow, place, Said(wording.name), chosen, option, ("prompts", option.says, "name"))


def _counted(flow: Flow, place: State, option: Option, chosen: Turn) -> Iterator[Finding]:
    """Whoever says the number of a choice gets that choice, whatever words other choices have."""
    for number in (name for key, names in ENGLISH.numbers if key == option.key for name in names[:2]):
        found = step(flow, place, Said(number), NOW)
        if found != chosen and not found.state.tries:
            subject = Subject("words", place.language, ("prompts", option.says))
            where = f"'{option.says}', key {option.key} in '{place.node}'"
            text = f"'{number}' does not choose {where}: another choice hears it; take it out of that one's `hears`"
            yield error("not-heard", subject, text)


def _judged(
    flow: Flow, place: State, event: Said, chosen: Turn, option: Option, path: tuple[str | int, ...]
) -> Iterator[Finding]:
    """Nothing for words that choose. Drafts, and names that are only read out, may be asked about first."""
    found = step(flow, place, event, NOW)
    if found == chosen:
        return
    draft = flow.words[place.language].status == "draft"
    asked = found.state.doubt == option.key and (draft or path[-1] == "name")
    where = f"as '{found.state.node}'" if found.state.node != place.node else "as nothing that can be chosen"
    text = f"'{event.words}' does not choose '{option.says}' in '{place.node}': heard {where}"
    yield (warning if asked else error)("not-heard", Subject("words", place.language, path), text)


def _universal(flow: Flow, place: State, one: Node) -> Iterator[Finding]:
    """Universal words do the same everywhere; a menu's own words go first."""
    asks = isinstance(one, Menu) and one.yes_no
    taken = _own_words(flow, place, one)
    silent = unheard(one)
    for command, phrases in flow.words[place.language].universal.items():
        if command in silent:
            continue
        wanted = _obeyed(flow, place, "no" if asks and command == "done" else command)
        if wanted.state.tries:  # nothing to go on to here
            continue
        for number, phrase in enumerate(phrases):
            if phrase.casefold() not in taken and step(flow, place, Said(phrase), NOW) != wanted:
                subject = Subject("words", place.language, ("universal", command, number))
                yield error("not-heard", subject, f"'{phrase}' does not mean '{command}' in '{place.node}'")


def _own_words(flow: Flow, place: State, one: Node) -> set[str]:
    options = offered(one, place) if isinstance(one, Menu) else ()
    prompts = flow.words[place.language].prompts
    return {
        phrase.casefold() for option in options for phrase in (*prompts[option.says].hears, prompts[option.says].name)
    }


def _obeyed(flow: Flow, place: State, command: Command) -> Turn:
    if command in _ANSWERS:
        return step(flow, place, Pressed("1" if command == "yes" else "2"), NOW)
    return obey(flow, place._replace(turn=place.turn + 1), command, NOW)
