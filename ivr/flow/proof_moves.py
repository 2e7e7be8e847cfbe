"""One move of a proof: an event at a place, given to the engine, at each time that matters and however promises go.

Nothing here knows what a node does. The engine gets its nodes in a dictionary that notes which of them it goes
through, so the path of a move is what the engine did, not what a model of it would do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, Literal, get_args

from ivr.flow.engine import settle, step
from ivr.flow.enter import FlowError
from ivr.flow.events import Event, Started
from ivr.flow.line import Flow, Opening, Weekday
from ivr.flow.nodes import Hours, Node, NodeId
from ivr.flow.state import State, answer
from ivr.flow.turn import Confirm, Keep, NotStored, Outcome, Stored, Turn

Clock = Literal["open", "closed", "holiday"]
DAY: Final = date(2026, 11, 24)
HOLIDAY: Final = date(2026, 11, 25)
CLOCKS: Final[dict[Clock, datetime]] = {
    "open": datetime.combine(DAY, time(12)),
    "closed": datetime.combine(DAY, time(20)),
    "holiday": datetime.combine(HOLIDAY, time(12)),
}
"""One local time for each thing the clock can say. A notice is current on `DAY` only."""
LATER: Final[tuple[Clock, ...]] = ("closed", "holiday")
MOST_PROMISES: Final = 5
"""Promises one after the other in one turn, before the flow is said to go round in a circle."""
CIRCLE: Final = FlowError.__name__
"""Begins the trouble of a flow that goes round and asks nothing."""
REFERENCE: Final = "4271"


class Noted(dict[NodeId, Node]):
    """The nodes of a flow, noting which the engine goes through."""

    def __init__(self, nodes: dict[NodeId, Node]) -> None:
        super().__init__(nodes)
        self.path: list[NodeId] = []

    def __getitem__(self, name: NodeId) -> Node:
        """The node, noted."""
        if not self.path or self.path[-1] != name:
            self.path.append(name)
        return super().__getitem__(name)


@dataclass(frozen=True, slots=True)
class Move:
    """One event at one place, and what came of it. There is no turn when the engine could not answer."""

    place: State | None
    event: Event
    clock: Clock
    outcomes: tuple[Outcome, ...]
    path: tuple[NodeId, ...]
    turn: Turn | None
    after: State | None
    trouble: str = ""


def staged(flow: Flow) -> Flow:
    """The same flow with its nodes noted, in its first language, and with hours that `CLOCKS` fall in and out of."""
    words = {language: replace(words, status="draft") for language, words in flow.words.items()}
    first = flow.line.languages[0]
    words[first] = flow.words[first]
    always = Opening(days=get_args(Weekday), opens=time(9), closes=time(17))
    notice = replace(flow.line.notice, starts=DAY, ends=DAY) if flow.line.notice else None
    line = replace(flow.line, hours=(always,), closures=(HOLIDAY,), notice=notice)
    return replace(flow, line=line, nodes=Noted(flow.nodes), words=words, bank_holidays=frozenset())


def canonical(state: State) -> State:
    """The place of a call, without what no later turn depends on: how many turns, which answers, how it got there."""
    own = state.progress == "drafted" and answer(state, "number") == "own"
    return State(
        node=state.node,
        turn=1,
        part=state.part,
        tries=state.tries,
        pace=state.pace,
        language=state.language,
        caller=state.caller,
        progress=state.progress,
        unreached=state.unreached,
        doubt=state.doubt,
        reference=REFERENCE if state.progress == "kept" else "",
        told=state.told,
        answers=(("number", "own"),) if own else (),
    )


def moves(flow: Flow, state: State | None, event: Event, *, place: State | None = None) -> list[Move]:
    """What an event leads to: at each time that matters, and for each way in which a promise may go.

    `place` is what the moves are noted under, where it is not the state itself.
    """
    noted = state if place is None else place
    found = [_done(noted, event, "open", tried) for tried in _at(flow, state, event, "open")]
    if isinstance(event, Started) or any(_by_clock(flow, name) for move in found for name in move.path):
        found += [_done(noted, event, clock, tried) for clock in LATER for tried in _at(flow, state, event, clock)]
    return found


def _by_clock(flow: Flow, name: NodeId) -> bool:
    return isinstance(flow.nodes.get(name), Hours)


_Tried = tuple[tuple[NodeId, ...], tuple[Outcome, ...], Turn | None, str]
"""The nodes gone through, how promises went, the turn, and what was wrong."""


def _done(place: State | None, event: Event, clock: Clock, tried: _Tried) -> Move:
    path, outcomes, turn, trouble = tried
    return Move(place, event, clock, outcomes, path, turn, canonical(turn.state) if turn else None, trouble)


def _at(flow: Flow, state: State | None, event: Event, clock: Clock) -> Iterator[_Tried]:
    now = CLOCKS[clock]
    path, turn, trouble = _attempt(flow, lambda: step(flow, state, event, now))
    yield from _settled(flow, (path, (), turn, trouble), now)


def _settled(flow: Flow, tried: _Tried, now: datetime) -> Iterator[_Tried]:
    """What is said once a promise went one way or another; a promise may lead to the next."""
    path, outcomes, turn, _ = tried
    if turn is None or not isinstance(turn.action, Keep):
        yield tried
        return
    if len(outcomes) >= MOST_PROMISES:
        yield path, outcomes, None, f"{CIRCLE}: promise after promise, and never a question"
        return
    for outcome in _outcomes(turn.action):
        further, settled, trouble = _attempt(flow, _settling(flow, turn, outcome, now))
        whole = (*path, *(further[1:] if further[:1] == path[-1:] else further))
        yield from _settled(flow, (whole, (*outcomes, outcome), settled, trouble), now)


def _outcomes(keep: Keep) -> tuple[Outcome, ...]:
    merged = (Stored(REFERENCE, merged=True),) if isinstance(keep.promise, Confirm) else ()
    return (Stored(REFERENCE), *merged, NotStored())


def _settling(flow: Flow, turn: Turn, outcome: Outcome, now: datetime) -> Callable[[], Turn]:
    return lambda: settle(flow, turn, outcome, now)


def _attempt(flow: Flow, answering: Callable[[], Turn]) -> tuple[tuple[NodeId, ...], Turn | None, str]:
    """The engine's answer and the nodes that it went through; any exception is trouble to report."""
    noted = flow.nodes
    path = noted.path if isinstance(noted, Noted) else []
    path.clear()
    trouble, turn = "", None
    try:
        turn = answering()
    except Exception as error:  # noqa: BLE001 (whatever breaks here would break in a call: it is a finding)
        trouble = f"{type(error).__name__}: {error}"
    return tuple(path), turn, trouble
