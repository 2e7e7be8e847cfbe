"""Hearing spoken words: the table of utterances, and what must hold for any utterance."""

import statistics
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.ears import ENGLISH, Choice, Heard, Nothing, Speechways, Sure, Unsure, hear
from ivr.flow.line import Flow
from ivr.flow.nodes import Menu, NodeId
from ivr.prompts.load import load
from tests.flow.utterances import TABLE

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


def test_the_table_is_large_enough_to_judge_by() -> None:
    assert len(ROWS) >= 260
    assert sum(outcome[0] in "-!" for _, outcome, _ in ROWS) >= 80


@pytest.mark.parametrize(
    ("confidence", "heard"),
    [
        (None, Sure("mediation")),
        (1.0, Sure("mediation")),
        (0.45, Sure("mediation")),
        (0.44, Unsure("mediation")),
        (0.0, Unsure("mediation")),
        (-1.0, Unsure("mediation")),
        (float("nan"), Unsure("mediation")),
    ],
)
def test_a_recogniser_in_doubt_is_not_believed_without_asking(confidence: float | None, heard: Heard) -> None:
    assert _at("main", "mediation", confidence) == heard


def test_doubt_never_makes_something_of_nothing() -> None:
    assert _at("main", "banana", 0.1) == Nothing()
    assert _at("main", "medication", 0.1) == Unsure("mediation")


def test_a_command_can_be_told_from_an_option_of_the_same_name() -> None:
    assert _at("main", "main menu") == Sure("main_menu", command=True)
    assert _at("more", "main menu") == Sure("main_menu", command=False)


def test_an_options_own_words_win_over_a_command() -> None:
    options = (Choice("support", ("help",), "1"),)
    assert hear("help", 0.9, options, COMMANDS, {}) == Sure("support")


def test_a_command_said_exactly_wins_over_an_option_that_is_only_near() -> None:
    options = (Choice("prison", ("persons in prison",), "1"), Choice("elf", ("helper",), "2"))
    assert hear("person", 0.9, options, COMMANDS, {}) == Sure("person", command=True)
    assert hear("help", 0.9, options, COMMANDS, {}) == Sure("help", command=True)


def test_a_phrase_of_two_options_chooses_neither_command() -> None:
    commands = (Choice("a", ("person",)), Choice("b", ("operator",)))
    assert hear("operator or person", 0.9, (), commands, {}) == Nothing()


def test_two_ways_to_say_no_are_no_choice_where_nothing_was_asked() -> None:
    commands = (Choice("no", ("no", "nope")), Choice("never", ("no", "nah")))
    assert hear("nope nah", 0.9, (), commands, {}) == Nothing()


def test_a_word_of_two_options_is_not_a_choice_of_either() -> None:
    options = (Choice("red", ("red apple",)), Choice("green", ("green apple",)), Choice("pear", ("yellow pear",)))
    assert hear("apple", 0.9, options, (), {}) == Nothing()
    assert hear("pear", 0.9, options, (), {}) == Unsure("pear")


def test_only_keys_of_this_menu_can_be_said() -> None:
    assert _at("yes_no", "three") == Nothing()
    assert _at("council", "three") == Sure("unsure")
    assert hear("two", 0.9, (), (), NUMBERS) == Nothing()


def test_the_lines_own_words_for_a_key_are_understood() -> None:
    assert hear("deux", 0.9, MENUS["main"], COMMANDS, {"2": ("deux",)}) == Sure("mediation")
    assert hear("press deux", 0.9, MENUS["main"], COMMANDS, {"2": ("deux",)}) == Sure("mediation")


def test_the_last_one_is_the_last_option_of_the_menu() -> None:
    assert _at("council", "the last one please") == Sure("unsure")
    assert _at("more", "the last one please") == Sure("goodbye")


def test_only_the_first_500_characters_are_looked_at() -> None:
    assert _at("main", "mediation" + " " * 500 + "not advice") == Sure("mediation")
    assert _at("main", " " * 500 + "mediation") == Nothing()


def test_a_speech_is_no_answer() -> None:
    assert _at("main", "um er " * 29 + "mediation") == Sure("mediation")
    assert _at("main", "um er " * 30 + "mediation") == Nothing()


def test_babble_is_no_answer() -> None:
    assert _at("main", " um ".join(["help me choose"] * 2)) == Sure("help-me")
    assert _at("main", " um ".join(["help me choose"] * 15)) == Nothing()


def test_many_slips_are_not_mended() -> None:
    slips = ["meadiation", "mediaton", "mediatian", "medisation", "mdiation", "medation", "mediaition"]
    assert _at("main", " ".join(slips[:6])) == Sure("mediation")
    assert _at("main", " ".join(slips)) == Nothing()


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "\x00",
        "\x0b\x1f",
        "\ufffe",
        "\ud800",
        "\u202e",
        "x" * 65536,
        "\u0300" * 600,
        "\u2028",
        "'" * 90,
        "ﷺ" * 200,
    ],
)
def test_noise_is_nothing(said: str) -> None:
    assert _at("main", said) == Nothing()


def test_no_choices_are_nothing() -> None:
    assert hear("mediation", 0.9, (), (), {}) == Nothing()
    assert hear("um", 0.9, (Choice("empty", ("", "!")),), (), {}) == Nothing()


@given(st.text(max_size=700), st.none() | st.floats(allow_nan=True), st.sampled_from(sorted(MENUS)))
def test_any_text_gives_an_answer_of_this_prompt(said: str, confidence: float | None, menu: str) -> None:
    _is_of(menu, _at(menu, said, confidence))


WORDS = sorted({word for _, _, said in ROWS for word in said.split()} | set(ENGLISH.negations) | set(ENGLISH.idioms))


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.sampled_from(sorted(MENUS)))
def test_any_words_give_an_answer_of_this_prompt(words: list[str], menu: str) -> None:
    _is_of(menu, _at(menu, " ".join(words)))


def _is_of(menu: str, heard: Heard) -> None:
    match heard:
        case Sure(id, command) | Unsure(id, command):
            assert id in {choice.id for choice in (_commands(menu) if command else MENUS[menu])}
        case Nothing():
            pass


SURE = [(menu, said) for menu, outcome, said in ROWS if outcome[0] == "="]
POLITE = ("please", "thank you", "um", "erm", "ta", "excuse me", "me duck", "hello", "thanks very much")


@given(st.sampled_from(SURE), st.sampled_from(POLITE), st.sampled_from(POLITE))
def test_politeness_never_changes_what_was_meant(row: tuple[str, str], before: str, after: str) -> None:
    menu, said = row
    assert _at(menu, f"{before}, {said}, {after}") == _at(menu, said)


CHOSEN = [(menu, said) for menu, said in SURE if (heard := _at(menu, said)) and heard.id not in {"no", "unsure", "any"}]


@given(
    st.sampled_from(CHOSEN),
    st.sampled_from(("not", "I don't want", "never", "anything but", "without", "please don't")),
)
def test_a_negation_never_chooses_what_it_denies(row: tuple[str, str], negation: str) -> None:
    menu, said = row
    denied = _at(menu, f"{negation} {said}")
    assert not isinstance(denied, Sure) or denied.id != _at(menu, said).id


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.lists(st.sampled_from(WORDS), max_size=8))
def test_nothing_is_sure_with_a_negation_beside_it(before: list[str], after: list[str]) -> None:
    heard = _at("main", " ".join((*before, "isn't", *after)))
    assert not isinstance(heard, Sure) or heard.command


def test_hearing_takes_less_than_half_a_millisecond() -> None:
    taken = []
    for menu, _, said in ROWS:
        began = time.perf_counter()
        _at(menu, said)
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.0005


POLISH = Speechways(
    polite=("proszę", "dziękuję", "yyy"),
    fillers=("chciałbym", "chciałabym", "to", "o", "jest"),
    asides=("tak",),
    idioms=("jeden moment",),
    negations=("nie", "bez"),
    breaks=("ale",),
    retractions=("znaczy",),
    alternatives=("albo", "czy"),
    numbers=(("1", ("jeden",)), ("2", ("dwa",))),
    ordinals=(("2", ("drugi",)),),
    last=("ostatni",),
    sound_alikes=(),
    carriers=("opcja", "numer"),
    pronouns=(),
    pointers=(),
    same=(("tak", "pewnie"), ("nie", "raczej nie")),
    contractions=(),
    misheard=(),
    lookalikes=(),
    yes="tak",
    no="nie",
)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("mediacja proszę", Sure("mediacja")),
        ("Chciałbym mediację.", Sure("mediacja")),
        ("OPCJA DWA", Sure("mediacja")),
        ("Chciałabym mediacje", Sure("mediacja")),
        ("nie mediacja", Nothing()),
        ("mediacja albo skarga", Nothing()),
        ("jeden moment", Nothing()),
        ("jeden", Sure("skarga")),
    ],
)
def test_another_language_needs_only_its_own_small_words(said: str, heard: Heard) -> None:
    options = (Choice("skarga", ("skarga",), "1"), Choice("mediacja", ("mediacja", "mediację"), "2"))
    assert hear(said, 0.9, options, (), {}, POLISH) == heard


SHIPPED = {
    "main": ("main", ("help-me", "mediation", "advice", "number")),
    "yes_no": ("ask-safe", ("yes", "no")),
    "council": ("ask-council", ("north", "west", "unsure")),
    "best_time": ("ask-time", ("morning", "afternoon", "any")),
    "needs": ("needs", ("interpreter", "relay", "slower-speech", "large-print")),
    "more": ("after-mediation", ("hear-again", "call-me", "main_menu", "goodbye")),
}
"""The menus of the line that the table's menus stand for."""

OTHER_WORDS = {
    ("more", "= hear-again"): "in the line, again at a menu is the menu again",
    ("more", "-"): "in the line, something else is the main menu",
    ("yes_no", "? no"): "in the line, yes has no words about a call back",
    ("needs", "= slower-speech"): "in the line, slower is the universal word",
}
PLACES = ("kettering", "corby", "northampton", "daventry", "up north")


@pytest.fixture(scope="module")
def shipped() -> Flow:
    return load(Path(__file__).parents[2] / "prompts")


def _shipped_at(flow: Flow, menu: str, said: str) -> Heard:
    words, (node, ids) = flow.words["en-GB"], SHIPPED[menu]
    asked = flow.nodes[NodeId(node)]
    assert isinstance(asked, Menu)
    wordings = [(words.prompts[option.says], option.key) for option in asked.options if option.only != "mobile"]
    options = [Choice(name, (*w.hears, w.name), key) for name, (w, key) in zip(ids, wordings, strict=True)]
    keys = {"person": "0", "again": "*"}
    commands = [Choice(name, phrases, keys.get(name, "")) for name, phrases in words.universal.items()]
    return hear(said, 0.9, options, commands, {})


def _misses(shipped: Flow, outcomes: str) -> tuple[list[tuple[str, str, str, Heard]], int]:
    rows = [row for row in ROWS if row[1][0] in outcomes and row[:2] not in OTHER_WORDS]
    rows = [row for row in rows if not row[2].lower().endswith(PLACES)]
    heard = [(*row, _shipped_at(shipped, row[0], row[2])) for row in rows]
    return [row for row in heard if not _fits(row[3], row[1])], len(rows)


def test_the_shipped_line_hears_nothing_in_noise(shipped: Flow) -> None:
    misses, rows = _misses(shipped, "!-")
    assert rows > 130
    assert misses == []


def test_the_shipped_line_hears_what_callers_mean(shipped: Flow) -> None:
    misses, rows = _misses(shipped, "=~?")
    assert rows > 290
    # The words are the authors' to change, so a few rows may come to mean something else; most may not.
    assert len(misses) <= rows * 0.02, misses
