"""The proof that nobody is stranded: every turn is answered, and nobody is hung up on."""

from collections.abc import Iterable, Iterator

from ivr.flow import proof_person, proof_ways
from ivr.flow.check_finding import Finding, Subject, error, line, node
from ivr.flow.events import Said
from ivr.flow.line import Flow
from ivr.flow.nodes import GATHERED, Menu, Message, NodeId
from ivr.flow.proof_events import shown
from ivr.flow.proof_help import Help, chosen, plain
from ivr.flow.proof_moves import CIRCLE, Move
from ivr.flow.state import TRAIL, State, decode, encode, with_answer
from ivr.flow.turn import End
from ivr.flow.walk import Walked

DIRECT = 2
"""Nodes on the way of a chosen goodbye: the menu, and the goodbye."""


def stranded(walked: Walked, helping: Help) -> Iterator[Finding]:
    """Everything that could leave a caller of this flow without a way on."""
    yield from troubles(walked.moves)
    yield from hang_ups(walked.flow, walked.moves)
    yield from proof_ways.ways(walked)
    yield from proof_person.people(walked, helping)
    yield from too_long(walked.flow)


def troubles(moves: Iterable[Move]) -> Iterator[Finding]:
    """Turns that the engine could not answer."""
    for move in moves:
        if not move.trouble:
            continue
        name, way = round_of(move.path)
        if move.trouble.startswith(CIRCLE):
            yield error("circle", node(name), f"a call goes round here and is asked nothing: {way}")
        else:
            yield error("no-answer", node(name), f"the line has no answer to {shown(move.event)} here: {move.trouble}")


def round_of(path: tuple[NodeId, ...]) -> tuple[NodeId, str]:
    """The node at which a way first comes round, and the way round; the last node of a way that does not."""
    for at, name in enumerate(path):
        if name in path[:at]:
            return name, " -> ".join(path[path.index(name) : at + 1])
    return path[-1], " -> ".join(path)


def hang_ups(flow: Flow, moves: Iterable[Move]) -> Iterator[Finding]:
    """Ends of calls that the caller did not choose: anything but a choice of a menu that is a goodbye itself."""
    for move in moves:
        if move.turn is None or not isinstance(move.turn.action, End) or _said_goodbye(flow, move):
            continue
        way = f"{' -> '.join(move.path)} after {shown(move.event)}"
        text = f"the line would hang up, but the caller chose no goodbye: {way}"
        yield error("hang-up", _exit(flow, move.path[-DIRECT:]), text)


def _exit(flow: Flow, way: tuple[NodeId, ...]) -> Subject:
    """The author's line that leads from the first node to the last; the last node's file for a way of one."""
    first, last = way[0], way[-1]
    paths = [path for path, goto in proof_ways.exits(plain(flow)[first]) if goto == last]
    return node(first, *paths[0]) if paths else node(last)


def _said_goodbye(flow: Flow, move: Move) -> bool:
    if isinstance(move.event, Said) and _is_goodbye(flow, move.event) and move.path[-1] == flow.line.goodbye:
        return True
    if len(move.path) != DIRECT or not isinstance(plain(flow)[move.path[0]], Menu):
        return False
    doubted = move.place is not None and move.place.doubt != ""
    return chosen(flow, move) is not None or doubted or isinstance(move.event, Said)


def _is_goodbye(flow: Flow, event: Said) -> bool:
    """Whether these are universal words for goodbye, in any language."""
    return any(event.words in words.universal.get("goodbye", ()) for words in flow.words.values())


def too_long(flow: Flow) -> Iterator[Finding]:
    """The longest state of a call must come back from its URL as it went."""
    longest = _longest(flow)
    if decode(encode(longest)) != longest:
        text = f"answers and ids are too long for the address of a turn: {len(encode(longest))} characters"
        yield error("state-too-long", line(), f"{text}; shorten the values that menus keep, or the names of nodes")


def _longest(flow: Flow) -> State:
    """A call that has kept the longest of every answer, at the end of the longest names."""
    names = sorted(flow.nodes, key=len)[-TRAIL:]
    state = State(names[-1], turn=1, language=flow.line.languages[0], reference="4271", told=names[-1])
    for one in flow.nodes.values():
        if isinstance(one, Menu) and one.keeps in GATHERED:
            for option in one.options:
                state = with_answer(state, one.keeps, option.value, gathered=True)
    for one in flow.nodes.values():
        if isinstance(one, Menu) and one.keeps and one.keeps not in GATHERED:
            longest = max((option.value for option in one.options), key=len, default="")
            state = with_answer(state, one.keeps, longest)
    topic = max((one.topic for one in flow.nodes.values() if isinstance(one, Message)), key=len, default="")
    return with_answer(state, "topic", topic)._replace(trail=tuple(names))
