"""Every key, odd key, outcome and silence at every place, in every language, at every pace, on every try.

The walk goes everywhere in one language at one pace. Here each place is tried again in all the others, and must lead
where it led before: that is what makes one walk stand for them all.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import get_args

from ivr.flow.check_finding import Finding, error, node
from ivr.flow.events import Event, NumberKeyed, Pressed
from ivr.flow.line import Flow
from ivr.flow.nodes import LanguageChoice, Menu, NodeId, PhoneNumber
from ivr.flow.proof_events import BACK, PERSON, choices, every, shown
from ivr.flow.proof_moves import Clock, Move, moves, staged
from ivr.flow.speech import offered
from ivr.flow.state import Pace, State
from ivr.flow.walk import Walked, one_of_each

_Landing = list[tuple[Clock, NodeId, int, str] | None]


def approved(flow: Flow) -> Flow:
    """The staged flow with every language approved, so that drafts are checked as if callers heard them."""
    words = {language: replace(spoken, status="approved") for language, spoken in flow.words.items()}
    return replace(staged(flow), words=words)


def everywhere(flow: Flow, walked: Walked) -> tuple[list[Move], list[Finding]]:
    """All moves tried, and where one led elsewhere than in the first language, at normal pace, on the first try."""
    spoken = approved(flow)
    tried: list[Move] = []
    findings: list[Finding] = []
    for place in _everywhere(spoken, walked):
        landings: dict[Event, _Landing] = {}
        for state, events in _ways_to_be_there(spoken, place):
            for event in events:
                found = moves(spoken, state, event)
                tried += found
                landing = landings.setdefault(event, _landing(found))
                if landing != _landing(found):
                    findings.append(_elsewhere(state, event))
    return tried, findings


def _everywhere(flow: Flow, walked: Walked) -> list[State]:
    """One place for each node, part and message before it; and the choice of language."""
    first = flow.line.languages[0]
    asked = [State(name, turn=1, language=first) for name, one in flow.nodes.items() if isinstance(one, LanguageChoice)]
    return [*one_of_each(walked), *(asked if len(flow.words) > 1 else ())]


def _ways_to_be_there(flow: Flow, place: State) -> Iterator[tuple[State, list[Event]]]:
    """The place with everything that may happen first; then in each language, at each pace, on each try, in doubt."""
    yield place, list(every(flow, place))
    keys: list[Event] = [*choices(flow, place), *(Pressed(key) for key in "09#*")]
    for language, pace in product(flow.line.languages, get_args(Pace)):
        yield place._replace(language=language, pace=pace), keys
    yield place._replace(unreached=True), keys
    # A number that cannot be rung, and # where a number is awaited, are failures: on the last try they bring a person.
    keyed = isinstance(flow.nodes.get(place.node), PhoneNumber)
    onward: list[Event] = [NumberKeyed(valid=True), PERSON] if keyed else [*choices(flow, place), PERSON, BACK]
    for tries, pace in product(range(1, len(flow.line.no_input) + 1), get_args(Pace)):
        yield place._replace(tries=tries, pace=pace), onward


def doubts(flow: Flow, walked: Walked) -> list[Move]:
    """What comes of `Did you say …?` for each choice of each menu: yes, no, a person, silence, a wrong key."""
    spoken = approved(flow)
    tried: list[Move] = []
    for place in _everywhere(spoken, walked):
        menu = spoken.nodes.get(place.node)
        for option in offered(menu, place) if isinstance(menu, Menu) else ():
            doubted = place._replace(doubt=option.key, tries=1)
            tried += [move for event in _ANSWERS for move in moves(spoken, doubted, event)]
    return tried


_ANSWERS: tuple[Event, ...] = (Pressed("1"), Pressed("2"), Pressed("9"), PERSON)


def _landing(found: list[Move]) -> _Landing:
    """Where moves led, but for the words on the way."""
    return [
        (move.clock, move.after.node, move.after.part, type(move.turn.action).__name__)
        if move.after and move.turn
        else None
        for move in found
    ]


def _elsewhere(state: State, event: Event) -> Finding:
    text = f"{shown(event)} leads elsewhere in {state.language} at {state.pace} pace on try {state.tries + 1}"
    return error("not-the-same", node(state.node), text)
