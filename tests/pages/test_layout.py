"""The layers and places of the map: every line leads down, few cross, and nothing stands on anything else."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ivr.pages.layers import bends, crossings, depths, downward, ordered
from ivr.pages.measure import cut, width, wrapped
from ivr.pages.places import Link, middles

NODES = tuple("abcdefgh")
edges = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=20, unique=True)


@given(edges)
def test_lines_lead_down_whatever_leads_where(pairs):
    kept = downward(NODES, pairs)
    depth = depths(NODES, kept)

    assert all(depth[end] > depth[start] for start, end in kept)
    assert set(kept) <= set(pairs)


@given(edges)
def test_only_ways_back_are_left_out(pairs):
    kept = downward(NODES, pairs)

    for start, end in set(pairs) - set(kept):
        assert start == end or _leads(kept, end, start), (start, end)


def _leads(pairs, start, end):
    seen, ahead = set(), [start]
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            ahead += [to for at, to in pairs if at == node]
    return end in seen


def test_a_long_line_bends_once_in_each_layer_it_passes():
    depth = {"a": 0, "b": 1, "c": 2, "d": 3}

    assert bends([("a", "d"), ("a", "b")], depth) == {("a", "d"): ("a", "a>d@1", "a>d@2", "d"), ("a", "b"): ("a", "b")}


def test_lines_that_need_not_cross_do_not():
    chains = [("a", "e"), ("b", "d"), ("c", "f")]
    layers = ordered({"a": 0, "b": 0, "c": 0, "d": 1, "e": 1, "f": 1}, chains)

    assert crossings([["a", "b", "c"], ["d", "e", "f"]], chains) == 1
    assert crossings(layers, chains) == 0


@given(st.lists(st.lists(st.integers(10, 90), min_size=1, max_size=5), min_size=1, max_size=4), st.data())
def test_neighbours_keep_their_order_and_their_distance(sizes, data):
    layers = [[f"{number}.{place}" for place in range(len(layer))] for number, layer in enumerate(sizes)]
    widths = {
        name: size for names, row in zip(layers, sizes, strict=True) for name, size in zip(names, row, strict=True)
    }
    ends = [(a, b) for upper, lower in pairwise(layers) for a in upper for b in lower]
    links = [Link(pair) for pair in data.draw(st.lists(st.sampled_from(ends), unique=True))] if ends else []
    placed = middles(layers, widths, links, 7)

    for layer in layers:
        for left, right in pairwise(layer):
            assert placed[right] - placed[left] >= (widths[left] + widths[right]) / 2 + 7 - 1e-6
    assert min(placed[name] - widths[name] / 2 for name in widths) >= -1e-6


def test_a_box_stands_above_the_only_one_it_leads_to():
    placed = middles([["a"], ["b"]], {"a": 20, "b": 80}, [Link(("a", "b"), leaves=5)], 7)

    assert placed["a"] + 5 == placed["b"]


@given(st.text("ab mW", max_size=60), st.integers(40, 200))
def test_lines_fit_their_room_and_lose_no_word(text, room):
    lines = wrapped(text, 10, room)

    assert " ".join(lines).split() == text.split()
    assert all(width(line, 10) <= room or " " not in line for line in lines)


def test_what_is_cut_says_so_and_what_fits_is_left_alone():
    assert cut("short", 10, 500) == "short"
    assert cut("a very long heading of a box", 10, 80).endswith("…")
    assert width(cut("a very long heading of a box", 10, 80), 10) <= 80
