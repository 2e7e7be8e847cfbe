"""What can happen at a place of a call: the keys, words, outcomes and silences that the proof tries there."""

from collections.abc import Iterator
from typing import Final, cast, get_args

from ivr.flow.events import (
    CallerKind,
    Event,
    Lost,
    MessageTaken,
    NoInput,
    NumberKeyed,
    Pressed,
    RingEnded,
    RingOutcome,
    Said,
    Started,
)
from ivr.flow.line import Flow
from ivr.flow.nodes import LanguageChoice, Menu, Message, PhoneNumber, Recording, Transfer
from ivr.flow.speech import offered, spoken_languages
from ivr.flow.state import State

PERSON: Final = Pressed("0")
WRONG: Final = Pressed("9")
"""9 is never a choice."""
BACK: Final = Pressed("#")
SILENCE: Final = NoInput()
ODD: Final = Said("the weather is nice in Kettering")
UNKNOWN_OUTCOME: Final = RingEnded(cast("RingOutcome", "something-new"))
ODD_KEYS: Final = tuple(Pressed(keys) for keys in ("9", "99", "12", "?", "##", "0#"))
EVERY_KEY: Final = (*(Pressed(key) for key in "0123456789*#"), Pressed("**"), *ODD_KEYS)
CALLERS: Final[tuple[CallerKind, ...]] = get_args(CallerKind)


def shown(event: Event) -> str:
    """An event in an author's words."""
    match event:
        case Pressed(keys=keys):
            return f"the key {keys}"
        case Said(words=words):
            return f"the words '{words}'"
        case NoInput():
            return "silence"
        case NumberKeyed(valid=valid):
            return "a number that can be rung" if valid else "a number that cannot be rung"
        case MessageTaken():
            return "a spoken message"
        case RingEnded(outcome=outcome):
            return f"a transfer that ended with '{outcome}'"
        case Started():
            return "the start of a call"
        case Lost():
            return "a call that lost its place"


def choices(flow: Flow, place: State) -> Iterator[Event]:
    """What leads on from a place: each choice that is offered there, or each outcome of what the line does there."""
    match flow.nodes[place.node]:
        case Menu() as node:
            yield from (Pressed(option.key) for option in offered(node, place))
        case Message():
            yield from (Pressed("1"), BACK)
        case PhoneNumber():
            yield from (NumberKeyed(valid=True), NumberKeyed(valid=False))
        case Recording():
            yield from (MessageTaken(7), MessageTaken(0))
        case Transfer():
            yield from (RingEnded(outcome) for outcome in get_args(RingOutcome))
            yield UNKNOWN_OUTCOME
        case LanguageChoice():
            yield from (Pressed(str(key)) for key in range(1, len(spoken_languages(flow)) + 1))
        case _:
            return


def common(flow: Flow, place: State) -> Iterator[Event]:
    """What leads on, and what may happen anywhere: a wish for a person, a wrong key, silence."""
    if place.doubt or place.tries:
        yield SILENCE
        return
    yield from choices(flow, place)
    yield from (PERSON, WRONG, SILENCE)


def every(flow: Flow, place: State) -> Iterator[Event]:
    """Every key, key combination and outcome, silence, odd words, and each universal word once."""
    yield from choices(flow, place)
    yield from EVERY_KEY
    yield from (SILENCE, ODD, Said(""), NumberKeyed(valid=False), MessageTaken(3))
    words = flow.words[place.language]
    yield from (Said(phrases[0]) for phrases in words.universal.values() if phrases)
