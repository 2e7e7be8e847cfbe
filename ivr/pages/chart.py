"""The map of a call, drawn in numbers: a lane for each chapter, a box for each node, a line for each way down."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from ivr.flow.nodes import NodeId
from ivr.pages.book import Book
from ivr.pages.boxes import NARROW, ROOMY, Box, box_of, pill_of, pill_width
from ivr.pages.chapters import Chapter
from ivr.pages.layers import Edge, bends, depths, downward, ordered
from ivr.pages.places import Link, middles

MARGIN: Final = 20.0
SIDE: Final = 16.0
"""Between neighbours of a layer."""
FALL: Final = 64.0
"""Between layers."""
TITLE: Final = 56.0
"""The title of a lane."""
BEND: Final = 20.0
"""Room beside boxes for a line that goes past them."""
PILL_GAP: Final = 6.0
ABREAST: Final = 3
"""So many boxes side by side may be roomy."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a line between two layers: from x, y to x, y."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A way from box to box: straight down inside its layers, in a curve between them; `label` sits where it leaves."""

    stretches: tuple[Stretch, ...]
    leaves: float
    label: str
    label_width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One chapter, placed; y counts from the top of the chart."""

    chapter: Chapter
    top: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture, in pixels."""

    name: str
    width: float
    height: float
    lanes: tuple[Lane, ...]
    phone: str


def chart_of(book: Book) -> Chart:
    """The map of the line."""
    lanes: list[Lane] = []
    top = 0.0
    for chapter in book.chapters:
        lanes.append(_lane(book, chapter, top))
        top += lanes[-1].height
    right = max(box.x + box.width for lane in lanes for box in lane.boxes)
    return Chart(book.flow.line.name, right + MARGIN, top, tuple(lanes), book.phone)


def _lane(book: Book, chapter: Chapter, top: float) -> Lane:
    names = [entry.node for entry in chapter.entries]
    inside = [edge for name in names for edge in _edges(book, name) if edge[1] in names]
    edges = tuple(dict.fromkeys(downward(names, inside)))
    depth = depths(names, edges)
    chains = bends(edges, depth)
    layers = ordered(depth, chains.values())
    most = max(sum(node in depth for node in layer) for layer in layers)
    least = ROOMY if most <= ABREAST else NARROW
    boxes = {name: box_of(book, name, [end for start, end in edges if start == name], least) for name in names}
    return _placed(book, chapter, top, boxes, layers, chains)


def _edges(book: Book, name: NodeId) -> Iterator[Edge]:
    return ((name, onward.entry.node) for onward in book.stops[name].ways)


def _placed(
    book: Book,
    chapter: Chapter,
    top: float,
    boxes: dict[NodeId, Box],
    layers: list[list[str]],
    chains: dict[Edge, tuple[str, ...]],
) -> Lane:
    ports = _ports(book, layers, chains)
    widths = {node: boxes[NodeId(node)].width if node in boxes else BEND for layer in layers for node in layer}
    links = [
        Link(link, leaves=ports[edge] if link[0] == edge[0] else 0.0)
        for edge, chain in chains.items()
        for link in pairwise(chain)
    ]
    middle = {node: place + MARGIN for node, place in middles(layers, widths, links, SIDE).items()}
    rows = _rows(layers, boxes, top + TITLE)
    set_down = {
        NodeId(node): replace(boxes[NodeId(node)], x=middle[node] - boxes[NodeId(node)].width / 2, y=row[0])
        for layer, row in zip(layers, rows, strict=True)
        for node in layer
        if node in boxes
    }
    row_of = {node: row for layer, row in zip(layers, rows, strict=True) for node in layer}
    lines = tuple(_line(book, chain, ports[edge], middle, row_of, set_down) for edge, chain in chains.items())
    return Lane(chapter, top, rows[-1][1] + FALL / 2 - top, tuple(set_down.values()), lines)


def _rows(layers: list[list[str]], boxes: dict[NodeId, Box], top: float) -> list[tuple[float, float]]:
    """Top and bottom of each layer."""
    rows = []
    for layer in layers:
        tallest = max((boxes[NodeId(node)].height for node in layer if node in boxes), default=0.0)
        rows.append((top, top + tallest))
        top += tallest + FALL
    return rows


def _ports(book: Book, layers: list[list[str]], chains: dict[Edge, tuple[str, ...]]) -> dict[Edge, float]:
    """How far from the middle of its box each line leaves, in the order of the places it goes to."""
    at = {node: number for layer in layers for number, node in enumerate(layer)}
    ports: dict[Edge, float] = {}
    for start in dict.fromkeys(edge[0] for edge in chains):
        leaving = sorted((edge for edge in chains if edge[0] == start), key=lambda edge: at[chains[edge][1]])
        sizes = [pill_width(pill_of(book, edge)) for edge in leaving]
        left = -(sum(sizes) + PILL_GAP * (len(sizes) - 1)) / 2
        for edge, size in zip(leaving, sizes, strict=True):
            ports[edge] = left + size / 2
            left += size + PILL_GAP
    return ports


def _line(
    book: Book,
    chain: tuple[str, ...],
    port: float,
    middle: dict[str, float],
    rows: dict[str, tuple[float, float]],
    boxes: dict[NodeId, Box],
) -> Line:
    start, end = boxes[NodeId(chain[0])], chain[-1]
    leaves = middle[chain[0]] + port
    stretches = []
    x = leaves
    for before, after in pairwise(chain):
        stretches.append(Stretch(x, rows[before][1], middle[after], rows[after][0]))
        x = middle[after]
    label = pill_of(book, (chain[0], end))
    return Line(tuple(stretches), start.y + start.height, label, pill_width(label))
