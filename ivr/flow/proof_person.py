"""Ways to a person: the key for one, the third failure, closed hours, and every end of a transfer."""

from collections.abc import Callable, Iterator

from ivr.flow.check_finding import Finding, Path, Subject, error, line, node
from ivr.flow.events import Pressed, RingEnded
from ivr.flow.nodes import Hours, NodeId, Transfer
from ivr.flow.proof_events import PERSON, SILENCE, UNKNOWN_OUTCOME, WRONG
from ivr.flow.proof_help import Help, plain
from ivr.flow.proof_moves import Clock, Move, moves
from ivr.flow.state import State
from ivr.flow.turn import Ring
from ivr.flow.walk import LISTENING, Walked, one_of_each

MOST_FAILURES = 3
"""The third failure brings a person."""
_EXITS: dict[str, str] = {"busy": "busy", "no_answer": "no_answer", "refused": "no_answer", "conversation": "goto"}


def people(walked: Walked, helping: Help) -> Iterator[Finding]:
    """Whatever keeps a caller from a person or the offer of a callback."""
    for move in walked.moves:
        if move.event != PERSON or not move.place or move.trouble:
            continue
        if not within_two_keys(helping, move):
            yield _no_person(walked, move)
        elif move.clock != "open" and helping.heard(move) is None:
            yield _odd_exit(walked, move)
    yield from _by_the_clock(walked)
    yield from _transfers(walked, helping)
    yield from _failures(walked, helping)


def within_two_keys(helping: Help, move: Move) -> bool:
    """Whether 0 brings help, or one more key after it."""
    if helping.heard(move) is not None or move.after is None:
        return True
    further = [key for key in (Pressed(str(digit)) for digit in range(10)) if key != WRONG]
    return any(helping.heard(one) is not None for key in further for one in helping.after(move.after, key, move.clock))


def _odd_exit(walked: Walked, move: Move) -> Finding:
    """When nobody is there, the offer of a callback comes with the news, not somewhere behind it."""
    hours = _hours(walked, move)
    text = f"when it is {_when(move.clock)}, 0 leads where no callback is offered: {' -> '.join(move.path)}"
    return error("clock", node(hours, move.clock) if hours else line("person"), text)


def _hours(walked: Walked, move: Move) -> NodeId | None:
    nodes = plain(walked.flow)
    return next((name for name in reversed(move.path) if isinstance(nodes.get(name), Hours)), None)


def _no_person(walked: Walked, move: Move) -> Finding:
    hours = _hours(walked, move)
    way = " -> ".join(move.path)
    text = f"0 brings no person and no offer of a callback within two keys: {way}"
    if hours and move.clock != "open":
        return error("no-person", node(hours, move.clock), f"{text}, when it is {_when(move.clock)}")
    if isinstance(plain(walked.flow).get(move.path[0]), Transfer):
        return error("no-person", node(move.path[0], "failed"), text)
    return error("no-person", line("person"), text)


def _when(clock: Clock) -> str:
    return {"open": "open", "closed": "closed", "holiday": "a holiday"}[clock]


def _by_the_clock(walked: Walked) -> Iterator[Finding]:
    """On a closed day nobody is rung, and something else happens than when staff are there."""
    nodes = plain(walked.flow)
    for name, hours in nodes.items():
        if isinstance(hours, Hours):
            exits: tuple[tuple[Clock, NodeId], ...] = (("closed", hours.closed), ("holiday", hours.holiday))
            for clock, goto in exits:
                if goto == hours.open:
                    text = f"when it is {_when(clock)} the line would go on to '{goto}', as if staff were there"
                    yield error("clock", node(name, clock), text)
    for move in walked.moves:
        timed = _hours(walked, move) if move.clock != "open" else None
        if timed and move.turn and isinstance(move.turn.action, Ring):
            text = f"a person would be rung when it is {_when(move.clock)}: {' -> '.join(move.path)}"
            yield error("clock", node(timed, move.clock), text)


def _transfers(walked: Walked, helping: Help) -> Iterator[Finding]:
    """Nobody was reached: the offer of a callback comes with the news."""
    for move in walked.moves:
        if not isinstance(move.event, RingEnded) or move.event.outcome == "conversation" or not move.turn:
            continue
        if helping.heard(move) is None:
            path: Path = (_EXITS.get(move.event.outcome, "failed"),)
            ended = "an outcome that nobody knows" if move.event == UNKNOWN_OUTCOME else f"'{move.event.outcome}'"
            text = f"after {ended} the caller is offered no callback: {' -> '.join(move.path)}"
            yield error("unreached", Subject("node", move.path[0], path), text)


def _failures(walked: Walked, helping: Help) -> Iterator[Finding]:
    """Silence to the end, and wrong keys to the end: the third brings a person, and no call ends or stays lost."""
    nodes = plain(walked.flow)
    for place in (*walked.places, *walked.patient):
        if place.tries or place.doubt or not isinstance(nodes[place.node], LISTENING):
            continue
        if not _ends_well(walked, helping, place, lambda here: helping.moves.get((here, SILENCE, "open"), [])):
            yield _third_failure(walked, place, "silence", "no_input")
    for place in one_of_each(walked):
        if isinstance(nodes[place.node], LISTENING):
            for state in (place, place._replace(unreached=True)):
                if not _ends_well(walked, helping, state, lambda here: moves(walked.flow, here, WRONG)):
                    yield _third_failure(walked, place, "a wrong key", "no_match")


def _third_failure(walked: Walked, place: State, shown: str, field: str) -> Finding:
    own = bool(getattr(plain(walked.flow)[place.node], field, ()))
    text = f"at '{place.node}', {shown} {MOST_FAILURES} times brings no person and no offer of a callback"
    return error("third-failure", node(place.node, field) if own else line(field), text)


def _ends_well(walked: Walked, helping: Help, place: State, failing: Callable[[State], list[Move]]) -> bool:
    """Whether the failures end at help; once nobody could be reached, the offer stands while the caller is silent."""
    here: State | None = place
    for _ in range(MOST_FAILURES):
        tried = failing(here) if here else []
        if not tried or tried[0].trouble:
            return bool(tried)
        here = tried[0].after
        if here and here.node != place.node:
            return all(helping.heard(move) is not None or within_two_keys(helping, move) for move in tried)
    return place.unreached and place.node == walked.flow.line.nobody and _offers(helping, place.node)


def _offers(helping: Help, name: NodeId) -> bool:
    return any(menu == name for menu, _ in helping.callbacks)
