"""The boxes of the map: what is written in them, and how large that makes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr.flow.nodes import Menu, NodeId
from ivr.pages.book import Book
from ivr.pages.chapters import Entry
from ivr.pages.layers import Edge
from ivr.pages.measure import cut, width, wrapped
from ivr.pages.stops import Onward
from ivr.pages.ways import label

NARROW: Final = 226.0
ROOMY: Final = 296.0
PADDING: Final = 12.0
SMALL: Final = 12.0
TITLE: Final = 15.0
"""Font sizes in pixels."""
LINE: Final = 20.0
CHIP: Final = 25.0
BADGE: Final = 26.0


@dataclass(frozen=True, slots=True)
class Chip:
    """A way that no line is drawn for: its key or event, an arrow and where it leads."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """One node in the picture; x and y are its left top corner, in pixels."""

    entry: Entry
    kind: str
    title: tuple[str, ...]
    chips: tuple[Chip, ...]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0


def box_of(book: Book, name: NodeId, drawn: Iterable[str], least: float = NARROW) -> Box:
    """The box of a node, at least so wide; `drawn` are the nodes to which a line leads from it."""
    stop, ends = book.stops[name], tuple(drawn)
    sizes = [pill_width(pill_of(book, (name, end))) + PADDING for end in ends]
    wide = max(least, sum(sizes) + PADDING)
    title = wrapped(stop.entry.heading, TITLE, wide - 2 * PADDING, bold=True)
    away = [onward for onward in stop.ways if onward.entry.node not in ends]
    chips = tuple(_chip(stop.entry, onward, wide) for onward in away)
    height = PADDING + LINE * (len(title) + 1) + CHIP * len(chips) + (PADDING if ends or not chips else PADDING / 2)
    return Box(stop.entry, stop.kind, title, chips, wide, height)


def _chip(here: Entry, onward: Onward, wide: float) -> Chip:
    way, there = onward.way, onward.entry
    inside = here.number.split(".")[0] == there.number.split(".")[0]
    when = f"{way.short} " if way.short else ""
    text = f"{when}{'↑' if inside else '→'} {there.number} {there.heading}"
    return Chip(way.key, cut(text, SMALL + 1, wide - 2 * PADDING - (BADGE if way.key else 0)))


def pill_of(book: Book, edge: Edge) -> str:
    """What is written on a line: its keys, `yes` or `no` besides, or the event in short; nothing where it is sure."""
    start, end = edge
    ways = [onward.way for onward in book.stops[NodeId(start)].ways if onward.entry.node == end]
    node = book.flow.nodes[NodeId(start)]
    keys = ", ".join(dict.fromkeys(way.key for way in ways if way.key))
    if isinstance(node, Menu) and node.yes_no and len(ways) == 1:
        return f"{keys} {label(book.flow, ways[0], book.language)}"
    return keys or ", ".join(way.short for way in ways if way.short)


def pill_width(text: str) -> float:
    """Pixels that a label takes on a line."""
    return width(text, SMALL + 1, bold=True) + 16 if text else 4.0
