"""Hearing spoken words: the table of utterances, and what must hold for any utterance."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flow.utterances import TABLE

from ivr.flow.ears import ENGLISH, Choice, Heard, Nothing, Sure, Unsure, hear

NUMBERS = {
    "1": ("one", "won", "number one"),
    "2": ("two", "too", "number two"),
    "3": ("three", "number three"),
    "4": ("four", "number four"),
}
COMMANDS = (
    Choice("person", ("person", "operator", "speak to someone", "adviser"), "0"),
    Choice("again", ("again", "say that again", "repeat"), "*"),
    Choice("slower", ("slower", "speak slower", "more slowly")),
    Choice("normal", ("normal speed", "faster")),
    Choice("back", ("back", "go back")),
    Choice("main_menu", ("main menu", "start again")),
    Choice("help", ("help", "help me")),
    Choice("more_time", ("more time", "wait", "hold on")),
    Choice("go_on", ("go on", "next", "continue")),
    Choice("done", ("done here", "skip")),
)
ANSWERS = (Choice("yes", ("yes", "yeah")), Choice("no", ("no", "nope")))


def _menu(*options: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(option[0], option[1:], str(key)) for key, option in enumerate(options, 1))


MENUS = {
    "main": _menu(
        ("help-me", "help me choose", "help me decide", "I don't know which one I need", "help choosing"),
        ("mediation", "mediation", "disagreement resolution", "mediation and disagreement resolution"),
        ("advice", "advice and complaints", "advice", "complaints", "make a complaint"),
        ("number", "phone number", "number", "call me back", "callback", "ring me back", "the number and address"),
    ),
    "yes_no": _menu(("yes", "yes", "yeah", "call me back", "be called back"), ("no", "no", "nope")),
    "council": _menu(
        ("north", "north", "north northamptonshire", "north northants", "North Northamptonshire council", "Kettering",
         "Corby", "up north"),
        ("west", "west", "west northamptonshire", "west northants", "West Northamptonshire council", "Northampton",
         "Daventry"),
        ("unsure", "not sure", "don't know", "I don't know", "dunno", "no idea", "haven't a clue"),
    ),
    "best_time": _menu(
        ("morning", "morning", "mornings", "in the morning", "first thing"),
        ("afternoon", "afternoon", "afternoons", "in the afternoon"),
        ("any", "any time", "anytime", "whenever", "I don't mind", "not fussed"),
    ),
    "needs": _menu(
        ("interpreter", "interpreter", "translator", "another language"),
        ("relay", "text relay", "relay", "relay UK"),
        ("slower-speech", "slower speech", "speak slowly to me"),
        ("large-print", "large print", "big print", "large print letters", "bigger letters"),
    ),
    "more": _menu(
        ("hear-again", "hear it again", "again", "once more"),
        ("call-me", "call me back", "callback", "be called back"),
        ("main_menu", "main menu", "the menu"),
        ("goodbye", "goodbye", "bye", "that's all", "nothing else"),
    ),
}  # fmt: skip


def _commands(menu: str) -> tuple[Choice, ...]:
    return COMMANDS if menu == "yes_no" else (*COMMANDS, *ANSWERS)


def _at(menu: str, said: str, confidence: float | None = 0.9) -> Heard:
    return hear(said, confidence, MENUS[menu], _commands(menu), NUMBERS)


def _rows() -> list[tuple[str, str, str]]:
    menu, outcome, rows = "", "", []
    for line in TABLE.splitlines():
        if line.startswith("## "):
            menu = line[3:]
        elif line[:2] in {"= ", "? ", "~ ", "! "} or line == "-":
            outcome = line
        elif line:
            rows.append((menu, outcome, line))
    return rows


ROWS = _rows()


def _fits(heard: Heard, outcome: str) -> bool:
    match outcome[:1]:
        case "=":
            return isinstance(heard, Sure) and heard.id == outcome[2:]
        case "?":
            return isinstance(heard, Unsure) and heard.id == outcome[2:]
        case "~":
            return isinstance(heard, Sure | Unsure) and heard.id == outcome[2:]
        case "!":
            return not isinstance(heard, Sure) or heard.id != outcome[2:]
        case _:
            return heard == Nothing()


@pytest.mark.parametrize(("menu", "outcome", "said"), ROWS)
def test_an_utterance_is_taken_for_what_it_means(menu: str, outcome: str, said: str) -> None:
    heard = _at(menu, said)
    assert _fits(heard, outcome), f"{menu}: {said!r} should be {outcome}, was {heard}"
