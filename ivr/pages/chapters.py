"""The nodes of a flow in chapters: the start, each choice of the main menu, a person, a callback, a text, the end."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flow.line import Flow
from ivr.flow.nodes import CallbackWish, Goodbye, Menu, NodeId, TextMessage
from ivr.flow.script import leads_to, nodes_in_order
from ivr.pages.headings import headings
from ivr.pages.sentences import Reader


@dataclass(frozen=True, slots=True)
class Entry:
    """A node, its number such as `3.2`, and its heading."""

    node: NodeId
    number: str
    heading: str

    @property
    def anchor(self) -> str:
        """The id of its place on the page of the script."""
        return f"node-{self.node}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Nodes that belong together, in the order in which a call meets them."""

    number: int
    title: str
    entries: tuple[Entry, ...]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return f"chapter-{self.number}"


def chapters(flow: Flow, reader: Reader) -> tuple[Chapter, ...]:
    """Every node of the flow in exactly one chapter."""
    told = headings(flow, reader)
    owner = _owners(flow)
    ends = {name for name, node in flow.nodes.items() if isinstance(node, Goodbye)}
    groups = [[name for name in told if owner[name] == first and name not in ends] for first in _firsts(flow)]
    named = [(_title(flow, group[0], told), group) for group in groups if group]
    named += [("The end of a call", [name for name in told if name in ends])]
    return tuple(_chapter(number, title, group, told) for number, (title, group) in enumerate(named, 1) if group)


def _chapter(number: int, title: str, group: list[NodeId], told: dict[NodeId, str]) -> Chapter:
    entries = (Entry(name, f"{number}.{place}", told[name]) for place, name in enumerate(group, 1))
    return Chapter(number, title, tuple(entries))


def _title(flow: Flow, first: NodeId, told: dict[NodeId, str]) -> str:
    return "The start of a call" if first == flow.line.start else told[first]


def _firsts(flow: Flow) -> tuple[NodeId, ...]:
    """The node with which each chapter begins, in the order of the chapters."""
    main = flow.nodes[flow.line.main]
    choices = [option.goto for option in main.options] if isinstance(main, Menu) else []
    shared = [name for name in nodes_in_order(flow) if isinstance(flow.nodes[name], CallbackWish | TextMessage)]
    late = (flow.line.person, *shared)
    return tuple(dict.fromkeys((flow.line.start, *(name for name in choices if name not in late), *late)))


def _owners(flow: Flow) -> dict[NodeId, NodeId]:
    """The chapter of each node: that of the node from which a call comes to it first."""
    line = flow.line
    firsts = set(_firsts(flow))
    owner: dict[NodeId, NodeId] = {}
    for root in (line.start, line.main, line.person, line.nobody, *((line.resume,) if line.resume else ())):
        ahead = deque([(root, root if root in firsts else line.start)])
        while ahead:
            name, chapter = ahead.popleft()
            if name not in owner:
                owner[name] = name if name in firsts else chapter
                ahead += _next(flow, name, owner[name])
    return owner


def _next(flow: Flow, name: NodeId, chapter: NodeId) -> Iterator[tuple[NodeId, NodeId]]:
    return ((following, chapter) for following in leads_to(flow.nodes[name]))
