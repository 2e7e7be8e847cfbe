"""The state in the URL: it survives the way there and back, holds nothing personal, and nonsense is refused."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.events import CallerKind
from ivr.flow.nodes import Field
from ivr.flow.state import LONGEST, Pace, Progress, State, answer, decode, encode, with_answer

nodes = st.from_regex(r"[a-z0-9-]{1,24}", fullmatch=True)
values = st.from_regex(r"[a-z0-9_-]{1,16}", fullmatch=True)
states = st.builds(
    State,
    node=nodes,
    turn=st.integers(0, 9999),
    part=st.integers(0, 99),
    tries=st.integers(0, 9),
    pace=st.sampled_from(get_args(Pace)),
    language=st.sampled_from(["en-GB", "pl-PL"]),
    caller=st.sampled_from(get_args(CallerKind)),
    progress=st.sampled_from(get_args(Progress)),
    starred=st.booleans(),
    unreached=st.booleans(),
    doubt=st.sampled_from(["", "1", "8"]),
    reference=st.sampled_from(["", "4271", "427158"]),
    told=st.none() | nodes,
    answers=st.lists(st.tuples(st.sampled_from(get_args(Field)), values), max_size=6).map(tuple),
    trail=st.lists(nodes, max_size=5).map(tuple),
    notice=st.just("") | st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
)


@given(states)
def test_there_and_back(state):
    text = encode(state)
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text)
    assert len(text) <= LONGEST
    assert decode(text) == state


@given(st.text(max_size=80) | states.map(encode).flatmap(lambda text: st.just(text[:-3] + "!") | st.just(text + ".")))
def test_anything_else_is_refused_without_an_exception(text):
    state = decode(text)
    assert state is None or encode(state) == text


@given(states)
def test_an_older_line_that_knows_no_notice_keeps_the_place(state):
    """It knows these names of answers alone, and takes anything else for damage."""
    pairs = encode(state).split(".")[10].split("~")
    assert {*pairs[::2]} <= {*get_args(Field), ""}


def first(**changes):
    return encode(State("main", **changes))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "main",
        first().replace("1.", "2.", 1),
        first().replace("1.", "01.", 1),
        first().replace(".nun", ".xun"),
        first().replace(".nun", ".nxn"),
        first().replace(".nun", ".nux"),
        first(answers=(("council", "west"),)).replace("council", "phone"),
        first(answers=(("council", "west"),)).replace("~west", ""),
        first() + "\n",
        first(trail=("ways",)) + "~",
        first(trail=("ways", "main")).replace("~", "~~"),
        first(turn=1).replace(".1.", ".01."),
        first(turn=1).replace(".1.", ".²."),
        "1." + "a" * 700,
    ],
)
def test_old_and_damaged_states_are_lost(text):
    assert decode(text) is None


def test_an_answer_replaces_or_gathers():
    state = with_answer(State("main"), "council", "north")
    state = with_answer(state, "council", "west")
    state = with_answer(with_answer(state, "needs", "relay", gathered=True), "needs", "slower", gathered=True)
    state = with_answer(with_answer(state, "needs", "relay", gathered=True), "topic", "")
    assert state.answers == (("council", "west"), ("needs", "relay"), ("needs", "slower"))
    assert answer(state, "council") == "west"
    assert answer(state, "needs") == "slower"
    assert answer(state, "topic") == ""
