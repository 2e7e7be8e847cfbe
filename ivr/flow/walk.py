"""Every way through a flow: each place that a call can be at, and each move from it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ivr.flow.events import Event, Lost, Started
from ivr.flow.line import Flow
from ivr.flow.nodes import LanguageChoice, Menu, Message, NodeId, PhoneNumber
from ivr.flow.proof_events import BACK, CALLERS, PERSON, SILENCE, common
from ivr.flow.proof_moves import Move, moves, staged
from ivr.flow.state import State, encode
from ivr.flow.turn import End

GONE: Final = NodeId("no-longer-there")
"""A node of an earlier flow, in the state of a call that was going on when the flow changed."""

LISTENING: Final = (Menu, Message, LanguageChoice, PhoneNumber)
"""Kinds at which a caller may be silent, or press an odd key."""


@dataclass(slots=True)
class Walked:
    """Every place of a flow and every move from it. `before`: the nodes that `back` may lead to, by node.

    `patient`: places where only failures were tried. Somebody was rung there in vain, and that matters to nothing else.
    """

    flow: Flow
    moves: list[Move] = field(default_factory=list)
    places: dict[State, None] = field(default_factory=dict)
    patient: dict[State, None] = field(default_factory=dict)
    before: dict[NodeId, dict[NodeId, None]] = field(default_factory=dict)
    passed: set[NodeId] = field(default_factory=set)
    pairs: set[tuple[NodeId, NodeId]] = field(default_factory=set)
    backs: set[tuple[object, ...]] = field(default_factory=set)


def walk(flow: Flow) -> Walked:
    """Walk the whole flow, for each caller, from each beginning, at each time that matters, however promises go.

    The work grows with the number of nodes and of ways between them, not with the number of calls that are possible.
    """
    walked = Walked(staged(flow))
    ahead = deque(_beginnings(walked.flow))
    while ahead:
        place, event, top = ahead.popleft()
        state = place._replace(trail=(top,)) if place and top else place
        for move in moves(walked.flow, state, event, place=place):
            ahead += _noted(walked, move)
            if place and top and move.path[1:2] == (top,):
                walked.backs.add(_call(place, top))
    return walked


_Ahead = tuple[State | None, Event, NodeId | None]
"""A place, an event there, and the node that `back` leads to."""


def _beginnings(flow: Flow) -> Iterator[_Ahead]:
    """A new call, a call that dropped in a leaflet, a call that lost its place, and one from an earlier flow."""
    for caller in CALLERS:
        yield None, Started(caller), None
        yield None, Lost(caller), None
        yield State(GONE, turn=1, language=flow.line.languages[0], caller=caller), PERSON, None
    for name, node in flow.nodes.items():
        for part in range(len(node.parts) if isinstance(node, Message) and node.waits and flow.line.resume else 0):
            left = encode(State(name, part=part, language=flow.line.languages[0]))
            yield None, Started("landline", left), None


def _noted(walked: Walked, move: Move) -> Iterator[_Ahead]:
    """Remember a move; what is to be tried next because of it."""
    walked.moves.append(move)
    walked.passed.update(move.path)
    walked.pairs.update(pairwise(move.path))
    place, turn = move.after, move.turn
    if place is None or turn is None or isinstance(turn.action, End):
        return
    tops = walked.before.setdefault(place.node, {})
    if turn.state.trail and turn.state.trail[-1] not in tops:
        tops[turn.state.trail[-1]] = None
        here = [known for known in walked.places if known.node == place.node]
        yield from (step for known in here for step in _back(walked, known, turn.state.trail[-1]))
    yield from _arrived(walked, place)


def _arrived(walked: Walked, place: State) -> Iterator[_Ahead]:
    """What is to be tried at a place, unless it is known."""
    if place in walked.places or place in walked.patient:
        return
    if place.unreached and reachable(place) in walked.places:
        walked.patient[place] = None
        yield place, SILENCE, None
        return
    walked.places[place] = None
    yield from ((place, event, None) for event in common(walked.flow, place))
    yield from (step for top in walked.before[place.node] for step in _back(walked, place, top))
    if not place.unreached and isinstance(walked.flow.nodes.get(place.node), LISTENING):
        yield from _arrived(walked, place._replace(unreached=True))


def reachable(place: State) -> State:
    """The same place in a call that has rung nobody in vain."""
    return place._replace(unreached=False)


def _back(walked: Walked, place: State, top: NodeId) -> Iterator[_Ahead]:
    """What depends on how the call got to a place.

    Where `back` leads to depends on where it leads from, or on the rest of the call, never on both: each node is tried
    with each node before it, and each node before with each kind of call.
    """
    if place.tries or place.doubt:
        return
    if place.node == walked.flow.line.resume:
        yield from ((place, event, top) for event in (BACK, *common(walked.flow, place)))
        return
    pair = (place.node, place.part, place.told, top)
    if not {pair, _call(place, top)} <= walked.backs:
        walked.backs.add(pair)
        yield place, BACK, top


def _call(place: State, top: NodeId) -> tuple[object, ...]:
    return top, place.caller, place.progress, place.unreached


def one_of_each(walked: Walked) -> list[State]:
    """One place for each node and part, and for each message that may have been said before it."""
    found: dict[tuple[NodeId, int, NodeId | None], State] = {}
    for place in walked.places:
        if not place.tries and not place.doubt:
            found.setdefault((place.node, place.part, place.told), place)
    return list(found.values())
