"""What callers say to the line as it is shipped, and what comes of it: dialect, doubt, mishearings, temper, noise."""

from functools import cache
from typing import get_args

import pytest

from ivr.flow.answers import obey
from ivr.flow.engine import step
from ivr.flow.events import Pressed, Said
from ivr.flow.nodes import NodeId
from ivr.flow.state import State
from ivr.flow.turn import Turn
from ivr.flow.wording import Command
from tests.content.calling import TUESDAY, line
from tests.content.utterances import TABLE

NOBODY_SAYS_THIS = "the weather is nice in Kettering"


def rows() -> list[tuple[str, str, str]]:
    """Each utterance with its menu and what must come of it."""
    menu, wanted, found = "", "", []
    for row in TABLE.splitlines():
        if row.startswith("## "):
            menu = row[3:]
        elif row[:1] in "=~!-" and row:
            wanted = row
        elif row:
            found.append((menu, wanted, row))
    return found


ROWS = rows()


def place(menu: str) -> State:
    return State(NodeId(menu), turn=3, caller="mobile" if menu.startswith("after") else "landline")


def came_of(menu: str, said: str) -> Turn:
    """The turn after some words; `@0.2` behind them is how sure the recogniser was."""
    words, _, sure = said.partition(" @")
    return step(line(), place(menu), Said(words, float(sure) if sure else None), TUESDAY)


@cache
def turns(menu: str) -> dict[str, Turn]:
    """What each key and each universal command leads to here."""
    here = place(menu)
    keys = {key: step(line(), here, Pressed(key), TUESDAY) for key in "12345678"}
    return keys | {command: obey(line(), here._replace(turn=4), command, TUESDAY) for command in get_args(Command)}


def outcome(menu: str, said: str) -> tuple[str, str]:
    """`ask` and the key, `nothing`, or `sure` and every key and command that does the same, in one text."""
    turn = came_of(menu, said)
    if turn.state.doubt:
        return "ask", turn.state.doubt
    if turn == came_of(menu, NOBODY_SAYS_THIS):
        return "nothing", ""
    return "sure", " ".join(name for name, same in turns(menu).items() if same == turn)


@pytest.mark.parametrize(("menu", "wanted", "said"), ROWS)
def test_what_is_said_is_taken_for_what_it_means(menu: str, wanted: str, said: str) -> None:
    how, what = outcome(menu, said)
    meant = wanted[2:] in what.split()

    match wanted[0]:
        case "=":
            assert (how, meant) == ("sure", True), what
        case "~":
            assert how != "nothing", what
            assert meant, what
        case "!":
            assert how != "sure", what
        case _:
            assert how == "nothing", what


def test_the_table_is_large_and_full_of_what_must_not_be_acted_on() -> None:
    assert len(ROWS) >= 230
    assert sum(wanted[0] in "!-" for _, wanted, _ in ROWS) >= 100
    assert {menu for menu, _, _ in ROWS} <= set(line().nodes)


def test_a_wrong_outcome_in_the_table_would_be_seen() -> None:
    assert outcome("main", "mediation") == ("sure", "2")
    assert outcome("main", "mediation @0.2") == ("ask", "2")
    assert outcome("main", NOBODY_SAYS_THIS) == ("nothing", "")
    assert "person" in outcome("main", "operator")[1].split()
