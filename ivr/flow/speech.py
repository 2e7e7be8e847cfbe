"""The words of one node, in order, with their pauses: what a caller hears there at a given pace."""

from collections.abc import Iterable, Iterator
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import MESSAGE, NUMBER, NUMBER_ENDING, REFERENCE, LanguageChoice, Menu, Option, Part, PromptId
from ivr.flow.pace import pause
from ivr.flow.state import State
from ivr.flow.turn import CallersMessage, CallersNumber, Quiet, Say, Spell, Spoken

LANGUAGE_OFFER: Final = PromptId("language.offer")
"""The prompt by which a language offers itself, in its own words; it holds {key}."""
OTHER_LANGUAGE: Final = PromptId("language.other")
"""The prompt that offers help in a language the line does not speak; it holds {key}."""
LANGUAGE_PROMPTS: Final = frozenset({LANGUAGE_OFFER, OTHER_LANGUAGE})
"""Prompts that every language needs where the flow asks for the language; each holds {key} once."""
_ONE_BREATH: Final = 6
HINTS: Final = 40
"""Most hints given to the recogniser at a prompt; Twilio takes 500 of 100 characters."""


def prompts(ids: Iterable[PromptId], state: State) -> Iterator[Spoken]:
    """Prompts as spoken; the read-back ones become the digits or the recording they stand for."""
    for prompt in ids:
        if prompt == NUMBER:
            yield CallersNumber("request")
        elif prompt == NUMBER_ENDING:
            yield CallersNumber("ending")
        elif prompt == REFERENCE:
            yield Spell(in_groups(state.reference))
        elif prompt == MESSAGE:
            yield CallersMessage()
        else:
            yield Say(prompt)


def in_groups(reference: str) -> str:
    """Up to six digits are said in one breath; the seven of a longer reference as three and four."""
    return f"{reference[:3]} {reference[3:]}" if len(reference) > _ONE_BREATH else reference


def menu(node: Menu, state: State) -> tuple[Spoken, ...]:
    """The question, then each choice after a pause."""
    return (*prompts(node.ask, state), *choices(offered(node, state), state))


def offered(node: Menu, state: State) -> tuple[Option, ...]:
    """The choices that this caller has."""
    audience = "mobile" if state.caller == "mobile" else "others"
    return tuple(option for option in node.options if option.only in ("any", audience))


def choices(options: Iterable[Option], state: State) -> Iterator[Spoken]:
    """Each choice with its key, a pause before it."""
    for option in options:
        yield pause(state.pace)
        yield Say(option.says, key=option.key)


def part(piece: Part, state: State) -> tuple[Spoken, ...]:
    """One part of a leaflet, and its quiet."""
    quiet = (pause(state.pace, piece.quiet),) if piece.quiet else ()
    return (*prompts(piece.says, state), *quiet)


def languages(flow: Flow, node: LanguageChoice, state: State) -> tuple[Spoken, ...]:
    """Each approved language, offering itself; then, in the default language, any other."""
    offers: list[Spoken] = list(prompts(node.ask, state))
    for number, language in enumerate(spoken_languages(flow), 1):
        offers += (pause(state.pace), Say(LANGUAGE_OFFER, key=str(number), language=language))
    return (*offers, pause(state.pace), Say(OTHER_LANGUAGE, key=other_language_key(flow)))


def other_language_key(flow: Flow) -> str:
    """The key for a language that the line does not speak: the one after those it does."""
    return str(len(spoken_languages(flow)) + 1)


def spoken_languages(flow: Flow) -> tuple[str, ...]:
    """The languages whose words are approved: only these are said to callers."""
    return tuple(language for language in flow.line.languages if flow.words[language].status == "approved")


def hints(flow: Flow, options: Iterable[Option], language: str) -> tuple[str, ...]:
    """What a caller is likely to say here, for the recogniser: the choices first, then the universal words."""
    words = flow.words[language]
    said = [phrase for option in options for phrase in words.prompts[option.says].hears]
    said += [
        phrase
        for command in ("person", "again", "slower", "main_menu")
        for phrase in words.universal.get(command, ())[:2]
    ]
    return tuple(dict.fromkeys(said))[:HINTS]


def lead(state: State) -> tuple[Quiet, ...]:
    """The breath before the words of an answer."""
    return (pause(state.pace),) if state.turn else ()
