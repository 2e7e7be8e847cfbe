"""The first minute of a newcomer: which keys leave a callback request, read from the flow."""

from collections import deque
from collections.abc import Iterator

from ivr.flow.line import Flow
from ivr.flow.nodes import CallbackRequest, CallbackWish, Menu, Node, NodeId


def callback_keys(flow: Flow) -> tuple[str, ...]:
    """The fewest keys from the main menu to a stored request for the number that calls; none where no keys lead there.

    Only choices that every caller has are taken, and no node in between that says more than a choice.
    """
    ahead: deque[tuple[NodeId, tuple[str, ...]]] = deque([(flow.line.main, ())])
    seen: set[NodeId] = set()
    while ahead:
        name, keys = ahead.popleft()
        node = flow.nodes[name]
        if isinstance(node, CallbackRequest):
            return keys
        if name not in seen:
            seen.add(name)
            ahead += [(goto, (*keys, key) if key else keys) for key, goto in _ways(node)]
    return ()


def _ways(node: Node) -> Iterator[tuple[str, NodeId]]:
    match node:
        case Menu():
            yield from ((option.key, option.goto) for option in node.options if option.only == "any")
        case CallbackWish():
            yield "", node.own
        case _:
            return
