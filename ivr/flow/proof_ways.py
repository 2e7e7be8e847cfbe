"""Ways through a flow: nodes that no call comes to, choices that only lead round, and how deep things lie."""

from collections import deque
from collections.abc import Iterator
from dataclasses import fields

from ivr.flow.check_finding import Finding, Path, error, node, warning
from ivr.flow.line import Flow
from ivr.flow.nodes import LanguageChoice, Menu, Message, Node, NodeId
from ivr.flow.proof_events import BACK, PERSON, SILENCE, WRONG
from ivr.flow.proof_help import at, chosen, plain, wished
from ivr.flow.proof_moves import Move
from ivr.flow.speech import offered
from ivr.flow.state import State
from ivr.flow.turn import End, Ring
from ivr.flow.walk import Walked, reachable

MOST_OPTIONS = 4
MOST_LEVELS = 3
"""Choices from the main menu to anything; yes-or-no questions and questions for staff are no level."""


def ways(walked: Walked) -> Iterator[Finding]:
    """What is wrong with the ways through a flow."""
    yield from _unreached(walked)
    yield from _menus(walked)
    yield from _rounds(walked)
    yield from _depths(walked)


def _unreached(walked: Walked) -> Iterator[Finding]:
    for name, one in plain(walked.flow).items():
        if name not in walked.passed:
            yield error("unreachable", node(name), f"no call can come to '{name}'")
            continue
        for path, goto in exits(one):
            if (name, goto) not in walked.pairs and name != walked.flow.line.resume:
                yield warning("forgotten-exit", node(name, *path), f"no call takes the way from '{name}' to '{goto}'")


def exits(one: Node) -> Iterator[tuple[Path, NodeId]]:
    """Each way out of a node. A language that the line does not speak is never offered, so its way is not taken."""
    if isinstance(one, Menu):
        yield from ((("options", number, "goto"), option.goto) for number, option in enumerate(one.options))
    elif not isinstance(one, LanguageChoice):
        yield from (((field.name,), getattr(one, field.name)) for field in fields(one) if field.type is NodeId)


def _menus(walked: Walked) -> Iterator[Finding]:
    for place in walked.places:
        menu = at(walked.flow, place.node)
        if not isinstance(menu, Menu):
            continue
        choices = len(offered(menu, place))
        if not choices:
            text = f"no choice is offered here to a caller with {_number(place)}"
            yield error("dead-end", node(place.node, "options"), text)
        if choices > MOST_OPTIONS:
            text = f"{choices} choices; at most {MOST_OPTIONS}: lead to another menu"
            yield error("menu-too-long", node(place.node, "options"), text)


def _number(place: State) -> str:
    return "no number that can be rung" if place.caller == "unknown" else f"a {place.caller} number"


def _rounds(walked: Walked) -> Iterator[Finding]:
    """Places from which no row of choices ends in a person, a callback or a goodbye.

    Keys that work anywhere, silence and wrong keys do not count: they are the way out of a mistake, not a way on.
    """
    back: dict[State, list[State]] = {}
    good: list[State] = []
    for move in walked.moves:
        if move.place is None or move.turn is None or move.event in (PERSON, WRONG, SILENCE, BACK):
            continue
        if isinstance(move.turn.action, (End, Ring)) or wished(walked.flow, move):
            good.append(move.place)
        elif move.after:
            known = move.after if move.after in walked.places else reachable(move.after)
            back.setdefault(known, []).append(move.place)
    stuck = _never(walked, good, back)
    for name in stuck:
        text = f"the choices here only lead round ({', '.join(stuck)}), to no person, callback or goodbye"
        yield error("loop", node(name), text)


def _never(walked: Walked, good: list[State], back: dict[State, list[State]]) -> list[NodeId]:
    reached = set(good)
    while good:
        further = [place for place in back.get(good.pop(), []) if place not in reached]
        reached.update(further)
        good += further
    stuck = (place for place in walked.places if place not in reached and not place.tries and not place.doubt)
    return list(dict.fromkeys(place.node for place in stuck))


def _depths(walked: Walked) -> Iterator[Finding]:
    for name, level in levels(walked).items():
        if level > MOST_LEVELS:
            text = f"{level} choices below the main menu; at most {MOST_LEVELS}"
            yield error("too-deep", node(name), text)


def levels(walked: Walked) -> dict[NodeId, int]:
    """Fewest choices from the main menu to each node that choices lead to."""
    steps = _steps(walked)
    main = walked.flow.line.main
    found, ahead = {main: 0}, deque([main])
    while ahead:
        name = ahead.popleft()
        for further, cost in steps.get(name, {}).items():
            level = found[name] + cost
            if level < found.get(further, level + 1):
                found[further] = level
                ahead.append(further)
    return found


def _steps(walked: Walked) -> dict[NodeId, dict[NodeId, int]]:
    """From each node, the nodes that its choices lead to, and how many levels down that is."""
    steps: dict[NodeId, dict[NodeId, int]] = {}
    for move in walked.moves:
        if move.place is None or move.place.tries or move.event in (PERSON, WRONG, SILENCE):
            continue
        if move.event == BACK and not isinstance(at(walked.flow, move.place.node), Message):
            continue
        cost = int(_is_level(walked.flow, move))
        for name in move.path[1:]:
            known = steps.setdefault(move.place.node, {})
            known[name] = min(cost, known.get(name, cost))
    return steps


def _is_level(flow: Flow, move: Move) -> bool:
    menu = at(flow, move.path[0])
    return isinstance(menu, Menu) and not menu.yes_no and not menu.keeps and chosen(flow, move) is not None
