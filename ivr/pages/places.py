"""Where the nodes of layers stand: as near to their neighbours as their widths allow, and never over each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ivr.pages.layers import Edge

PASSES: Final = 24


@dataclass(frozen=True, slots=True)
class Link:
    """A line between neighbouring layers; it leaves and arrives so far to the right of the middle of its ends."""

    ends: Edge
    leaves: float = 0.0
    arrives: float = 0.0


def middles(layers: list[list[str]], widths: Mapping[str, float], links: list[Link], gap: float) -> dict[str, float]:
    """The middle of each node, from left to right; the leftmost edge of all is 0."""
    middle = {node: place for layer in layers for node, place in zip(layer, _packed(layer, widths, gap), strict=True)}
    for turn in range(PASSES):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted = [_wanted(node, middle, links, down=turn % 2 == 0) for node in layer]
            middle |= dict(zip(layer, _apart(layer, wanted, widths, gap), strict=True))
    left = min((middle[node] - widths[node] / 2 for node in middle), default=0.0)
    return {node: place - left for node, place in middle.items()}


def _packed(layer: list[str], widths: Mapping[str, float], gap: float) -> list[float]:
    """Side by side, round the middle of the picture."""
    total = sum(widths[node] for node in layer) + gap * (len(layer) - 1)
    places, left = [], -total / 2
    for node in layer:
        places.append(left + widths[node] / 2)
        left += widths[node] + gap
    return places


def _wanted(node: str, middle: Mapping[str, float], links: list[Link], *, down: bool) -> float:
    """Where the lines to the layer before would be straight; where there are none, where it is."""
    if down:
        near = [middle[one.ends[0]] + one.leaves - one.arrives for one in links if one.ends[1] == node]
    else:
        near = [middle[one.ends[1]] + one.arrives - one.leaves for one in links if one.ends[0] == node]
    return sum(near) / len(near) if near else middle[node]


def _apart(layer: list[str], wanted: list[float], widths: Mapping[str, float], gap: float) -> list[float]:
    """The places nearest to those wanted that keep the order and the gaps: pools of neighbours that push each other."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        mean, size = place - offset, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, size = (mean * size + before * many) / (size + many), size + many
        pools.append((mean, size))
    moved = [mean for mean, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(moved, offsets, strict=True)]
