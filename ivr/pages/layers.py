"""Layers of a directed graph, so that lines lead down: which are dropped, how deep each node lies, in what order."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

Edge = tuple[str, str]
ROUNDS: Final = 12
"""Passes down and up over the layers; more change nothing in graphs of this size."""


def downward(nodes: Iterable[str], edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """The edges without those that lead back to a node on the way to their own start.

    The last way on from a node is followed first: exceptions are named last, and are short ways to the end.
    """
    pairs = tuple(edges)
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in reversed(pairs):
        following[start].append(end)
    kept: list[Edge] = []
    done: set[str] = set()
    for root in following:
        _walk(root, following, kept, done)
    return tuple(pair for pair in pairs if pair in kept)


def _walk(root: str, following: Mapping[str, list[str]], kept: list[Edge], done: set[str]) -> None:
    """Depth first from a root, without recursion, so that a long chain is no trouble."""
    if root in done:
        return
    path, ahead = [root], [iter(following[root])]
    on_path = {root}
    done.add(root)
    while path:
        end = next(ahead[-1], None)
        if end is None:
            ahead.pop()
            on_path.discard(path.pop())
        elif end not in on_path:
            kept.append((path[-1], end))
            if end not in done:
                done.add(end)
                on_path.add(end)
                path.append(end)
                ahead.append(iter(following[end]))


def depths(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    """The layer of each node: one below the deepest node that leads to it. The edges must lead down only."""
    found = dict.fromkeys(nodes, 0)
    pairs = list(edges)
    for _ in found:
        deeper = {end: found[start] + 1 for start, end in pairs if found[end] <= found[start]}
        if not deeper:
            return found
        found |= {end: max([found[start] for start, other in pairs if other == end]) + 1 for end in deeper}
    return found


def bends(edges: Iterable[Edge], depth: Mapping[str, int]) -> dict[Edge, tuple[str, ...]]:
    """Each edge as a chain with one place in every layer that it passes; the places between are called bends."""
    return {
        (start, end): (start, *(f"{start}>{end}@{layer}" for layer in range(depth[start] + 1, depth[end])), end)
        for start, end in edges
    }


def ordered(depth: Mapping[str, int], chains: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """The layers, each from left to right, with few crossings of lines."""
    links = [link for chain in chains for link in pairwise(chain)]
    layers = _first(depth, links)
    best, fewest = [list(layer) for layer in layers], crossings(layers, links)
    for turn in range(ROUNDS):
        _sweep(layers, links, down=turn % 2 == 0)
        count = crossings(layers, links)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def _first(depth: Mapping[str, int], links: list[Edge]) -> list[list[str]]:
    """Layers in the order in which the nodes and then the bends are named."""
    level = dict(depth)
    for start, end in links:
        level.setdefault(start, level.get(end, 1) - 1)
        level.setdefault(end, level[start] + 1)
    layers: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for node, layer in level.items():
        layers[layer].append(node)
    return layers


def _sweep(layers: list[list[str]], links: list[Edge], *, down: bool) -> None:
    """Put each node at the mean place of its neighbours in the layer before."""
    for number in range(1, len(layers)) if down else range(len(layers) - 2, -1, -1):
        fixed = layers[number - 1 if down else number + 1]
        place = {node: at for at, node in enumerate(fixed)}
        pairs = links if down else [(end, start) for start, end in links]
        layers[number].sort(key=_means(layers[number], place, pairs).__getitem__)


def _means(layer: list[str], place: Mapping[str, int], pairs: list[Edge]) -> dict[str, float]:
    means: dict[str, float] = {}
    for at, node in enumerate(layer):
        near = [place[start] for start, end in pairs if end == node and start in place]
        means[node] = sum(near) / len(near) if near else float(at)
    return means


def crossings(layers: list[list[str]], links: Iterable[Edge]) -> int:
    """How many pairs of lines cross."""
    at = {node: (number, place) for number, layer in enumerate(layers) for place, node in enumerate(layer)}
    by_layer: dict[int, list[tuple[int, int]]] = {}
    for start, end in links:
        by_layer.setdefault(at[start][0], []).append((at[start][1], at[end][1]))
    return sum(_crossed(pairs) for pairs in by_layer.values())


def _crossed(pairs: list[tuple[int, int]]) -> int:
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for number, a in enumerate(pairs) for b in pairs[number + 1 :])
