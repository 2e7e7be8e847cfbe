"""What counts as help in a call: a person is rung, or the caller is offered a callback."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flow.events import Event, Pressed
from ivr.flow.line import Flow
from ivr.flow.nodes import CallbackWish, Menu, Node, NodeId, Option, PromptId
from ivr.flow.proof_moves import Clock, Move
from ivr.flow.speech import offered
from ivr.flow.state import State
from ivr.flow.turn import Ring, Say, Spoken, Turn
from ivr.flow.walk import Walked, reachable


@dataclass(frozen=True, slots=True)
class Help:
    """The choices of a flow that lead to a callback, and its moves by place, event and time."""

    flow: Flow
    callbacks: frozenset[tuple[NodeId, PromptId]]
    moves: dict[tuple[State | None, Event, Clock], list[Move]]

    def after(self, place: State, event: Event, clock: Clock) -> list[Move]:
        """The moves that an event makes at a place; the clock matters only to some."""
        for here in (place, reachable(place)):
            for when in (clock, "open"):
                if found := self.moves.get((here, event, when)):
                    return found
        return []

    def heard(self, move: Move) -> tuple[Spoken, ...] | None:
        """What a caller has listened to when a move brings help by itself, or None when it brings none."""
        turn = move.turn
        if turn is None:
            return None
        if isinstance(turn.action, Ring) or wished(self.flow, move):
            return turn.speech
        return self.offer(turn)

    def offer(self, turn: Turn) -> tuple[Spoken, ...] | None:
        """The words of a turn up to its offer of a callback, if it makes one."""
        for place, word in enumerate(turn.speech):
            if isinstance(word, Say) and word.key and (turn.state.node, word.prompt) in self.callbacks:
                return turn.speech[: place + 1]
        return None


def help_in(walked: Walked) -> Help:
    """What helps in a walked flow, as its moves show it."""
    moves: dict[tuple[State | None, Event, Clock], list[Move]] = {}
    callbacks: set[tuple[NodeId, PromptId]] = set()
    for move in walked.moves:
        moves.setdefault((move.place, move.event, move.clock), []).append(move)
        option = chosen(walked.flow, move) if wished(walked.flow, move) else None
        if option:
            callbacks.add((move.path[0], option.says))
    return Help(walked.flow, frozenset(callbacks), moves)


def plain(flow: Flow) -> Mapping[NodeId, Node]:
    """The nodes, to look at without the engine's way being noted."""
    return dict.copy(flow.nodes)


def at(flow: Flow, name: NodeId) -> Node | None:
    """A node, looked at without the engine's way being noted."""
    return flow.nodes.get(name)


def wished(flow: Flow, move: Move) -> bool:
    """Whether the caller's wish to be called back is taken on this move."""
    return any(isinstance(at(flow, name), CallbackWish) for name in move.path)


def chosen(flow: Flow, move: Move) -> Option | None:
    """The choice of a menu that a move makes by its key, if it makes one."""
    if move.place is None or not isinstance(move.event, Pressed):
        return None
    menu, key = at(flow, move.place.node), move.event.keys
    options = offered(menu, move.place) if isinstance(menu, Menu) else ()
    return next((option for option in options if option.key == key), None)
