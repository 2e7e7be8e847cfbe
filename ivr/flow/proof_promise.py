"""Nothing is promised before it is stored, and nothing read back that there is not: in every move of the walk."""

from collections.abc import Iterator

from ivr.flow.check_finding import Finding, Subject, error, node
from ivr.flow.nodes import REFERENCE, Hours, Menu, Message, PromptId
from ivr.flow.proof_events import BACK
from ivr.flow.proof_help import at, plain
from ivr.flow.proof_moves import Move
from ivr.flow.proof_ways import exits
from ivr.flow.state import State
from ivr.flow.turn import Ring, Say, Spell, Spoken
from ivr.flow.walk import Walked, reachable

PROMISE = "{days}"
"""What a promise to ring back holds in any language."""


def promises(walked: Walked) -> Iterator[Finding]:
    """Promises without a request, references that are none, and people rung at any hour."""
    promised = _promising(walked)
    for move in _certain(walked):
        if move.turn is None or move.turn.state.progress == "kept":
            continue
        for word in move.turn.speech:
            if isinstance(word, Say) and word.prompt in promised:
                text = f"'{word.prompt}' promises a call, and no request is stored: {' -> '.join(move.path)}"
                yield error("promise", _where(walked, move, word), text)
            if word == Spell(""):
                text = f"a reference is read out, and there is none: {' -> '.join(move.path)}"
                yield error("promise", _where(walked, move, word), text)
    yield from _at_any_hour(walked)
    yield from _same_ways(walked)


def _certain(walked: Walked) -> list[Move]:
    """The moves that some call makes. Where `back` leads, the walk tries more than any one call can have before it."""
    onward: dict[State | None, list[Move]] = {}
    for move in walked.moves:
        if move.event != BACK or isinstance(at(walked.flow, move.path[0]), Message):
            onward.setdefault(move.place and reachable(move.place), []).append(move)
    reached: dict[State | None, None] = {None: None}
    ahead: list[State | None] = [None]
    while ahead:
        for move in onward.get(ahead.pop(), ()):
            place = move.after and reachable(move.after)
            if place not in reached:
                reached[place] = None
                ahead.append(place)
    return [move for place in reached for move in onward.get(place, ())]


def _promising(walked: Walked) -> frozenset[PromptId]:
    words = walked.flow.words[walked.flow.line.languages[0]].prompts
    return frozenset(
        name for name, wording in words.items() if any(PROMISE in sentence.text for sentence in wording.says)
    )


def _where(walked: Walked, move: Move, word: Spoken) -> Subject:
    """The exit that led to the words, or else the node that says them."""
    nodes = plain(walked.flow)
    said = word.prompt if isinstance(word, Say) else REFERENCE
    for number, name in enumerate(move.path):
        one = nodes[name]
        if isinstance(one, Message) and any(said in part.says for part in one.parts):
            before = move.path[number - 1] if number else name
            paths = [path for path, goto in exits(nodes[before]) if goto == name]
            return node(before, *paths[-1]) if paths else node(name, "parts")
    return node(move.path[-1])


def _at_any_hour(walked: Walked) -> Iterator[Finding]:
    """A person is rung only behind a node that knows the hours: hours may be stated any day."""
    nodes = plain(walked.flow)
    for move in walked.moves:
        if move.turn is None or not isinstance(move.turn.action, Ring) or len(move.path) < 2:  # noqa: PLR2004 (a way)
            continue
        before, last = move.path[-2:]
        if move.path[0] != last and not any(isinstance(nodes.get(name), Hours) for name in move.path):
            paths = [path for path, goto in exits(nodes[before]) if goto == last]
            text = f"'{last}' would ring a person at any hour; lead to a node of kind hours, and from there to '{last}'"
            yield error("clock", node(before, *paths[0]) if paths else Subject("line", "", ("person",)), text)


def _same_ways(walked: Walked) -> Iterator[Finding]:
    """Choices that lead to one place and keep nothing: whatever is chosen, the same happens."""
    for name, one in plain(walked.flow).items():
        if not isinstance(one, Menu) or one.keeps or name == walked.flow.line.resume:
            continue
        for number, option in enumerate(one.options):
            same = next((other for other in one.options[:number] if other.goto == option.goto), None)
            if same and ("any" in {same.only, option.only} or same.only == option.only):
                text = f"the keys {same.key} and {option.key} both lead to '{option.goto}', and nothing is kept"
                yield error("same-way", node(name, "options", number, "goto"), text)
