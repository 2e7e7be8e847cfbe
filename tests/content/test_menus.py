"""Where each key leads: few choices, short ways, a person from everywhere, and never an end nobody chose."""

import re

import pytest

from ivr.flow.enter import own_words
from ivr.flow.nodes import Goodbye, Menu, NodeId
from ivr.flow.script import leads_to, nodes_in_order
from ivr.flow.state import State
from ivr.flow.turn import End, Ring
from tests.content.calling import (
    ENGLISH,
    Calling,
    at,
    keys_from_main,
    leaflets,
    line,
    menus,
    messages,
    prompt_sentences,
    seconds,
    spoken_text,
)
from tests.content.reading import words

COUNTS = {"two": 2, "three": 3, "four": 4}
MENUS = sorted(menus())
LEAFLETS = sorted(leaflets())
ROUTES = {
    ("1", "1"): ("mediation", "Mediation may be the way for you."),
    ("1", "2", "1"): ("mediation", "health and social care"),
    ("1", "2", "2", "1"): ("advice", "advice service"),
    ("1", "2", "2", "2"): ("disagreement", "Disagreement resolution may be the way for you."),
    ("2", "1"): ("school", "complaints policy"),
    ("2", "2", "1"): ("advice", "advice service"),
    ("2", "2", "2"): ("disagreement", "Disagreement resolution may be the way for you."),
}
"""Answers in `help me choose`, the leaflet they end at, and why, in words."""


def questions() -> list[str]:
    return [name for name in nodes_in_order(line()) if name == "choose" or name.startswith("choose-")]


@pytest.mark.parametrize("name", [name for name in MENUS if not menus()[NodeId(name)].yes_no])
def test_a_menu_says_how_many_choices_are_coming(name):
    menu = menus()[NodeId(name)]
    asked = " ".join(one.text for prompt in menu.ask for one in prompt_sentences(prompt))

    counts = re.findall(r"\b(two|three|four) choices\b", asked)
    for audience in ("mobile", "others"):
        offered = [option for option in menu.options if option.only in {"any", audience}]
        assert [COUNTS[count] for count in counts] == [len(offered)]


@pytest.mark.parametrize("name", MENUS)
def test_one_and_two_are_yes_and_no_everywhere(name):
    menu = menus()[NodeId(name)]
    said = [option.says for option in menu.options]

    assert menu.yes_no == ("option.yes" in said)
    assert not menu.yes_no or said == ["option.yes", "option.no"]
    assert not menu.yes_no or own_words(line(), State(NodeId(name)))


@pytest.mark.parametrize("name", MENUS)
def test_a_yes_or_no_menu_asks_a_question(name):
    menu = menus()[NodeId(name)]
    asked = [one.text for prompt in menu.ask for one in prompt_sentences(prompt)]

    assert not menu.yes_no or any(text.endswith("?") for text in asked)


def test_a_callback_is_two_keys_from_the_main_menu():
    assert keys_from_main()["callback"] <= 2


@pytest.mark.parametrize("name", [*MENUS, *LEAFLETS, "callback-number"])
def test_zero_rings_a_person_from_everywhere(name):
    call = at(name).does("0")

    assert call.node == "transfer"
    assert isinstance(call.turn.action, Ring)


@pytest.mark.parametrize("answers", ROUTES)
def test_help_me_choose_ends_at_the_way_that_fits_within_four_questions(answers):
    call = Calling().does("1", *answers)
    leaflet, why = ROUTES[answers]

    assert len(answers) <= 4
    assert call.node == leaflet
    assert why in call.said


def test_help_me_choose_has_no_other_ways():
    ends = {way for name in questions() for way in leads_to(line().nodes[NodeId(name)]) if way not in questions()}

    assert ends == {f"fits-{fit}" for fit in ("appeal", "health", "school", "advice", "disagreement")}
    assert len(questions()) == 5


def test_whoever_may_appeal_hears_at_once_that_they_must_contact_an_adviser_first():
    assert "must contact a mediation adviser" in Calling().does("1", "1", "1").said


@pytest.mark.parametrize("name", LEAFLETS)
def test_after_a_leaflet_a_caller_may_hear_it_again_be_called_back_or_choose_the_end(name):
    after = menus()[NodeId(f"after-{name}")]

    assert [option.goto for option in after.options if option.only != "mobile"] == [name, "callback", "main", "goodbye"]
    assert [option.goto for option in after.options if option.only == "mobile"] in ([], ["text"])


def test_goodbye_is_only_ever_chosen():
    goodbyes = {name for name, node in line().nodes.items() if isinstance(node, Goodbye)}

    for name, node in line().nodes.items():
        if not isinstance(node, Menu):
            assert goodbyes.isdisjoint(leads_to(node)), name
    for name, menu in menus().items():
        for option in menu.options:
            if option.goto in goodbyes:
                assert "finish the call" in prompt_sentences(option.says)[0].text, name


@pytest.mark.parametrize("name", sorted(messages()))
def test_a_part_is_at_most_75_words_and_30_seconds(name):
    node = messages()[NodeId(name)]

    for number in range(len(node.parts)):
        speech = own_words(line(), State(NodeId(name), part=number))
        assert sum(len(words(spoken_text(one))) for one in speech) <= 75
        assert seconds(speech) <= 30


@pytest.mark.parametrize("name", [name for name in nodes_in_order(line()) if name not in {"language", "welcome"}])
def test_whatever_is_said_at_one_go_lasts_no_longer_than_50_seconds_pauses_included(name):
    assert seconds(at(name).turn.speech) <= 50


@pytest.mark.parametrize("name", MENUS)
def test_a_choice_is_heard_within_30_seconds(name):
    asked = own_words(line(), State(NodeId(name)))

    assert seconds(asked[: 2 + len(menus()[NodeId(name)].ask)]) <= 30


def test_tries_get_simpler_and_the_third_brings_a_person():
    settings = line().line
    for tries in (settings.no_input, settings.no_match):
        said = [" ".join(one.text for one in prompt_sentences(prompt)) for prompt in tries]
        assert len(said) == 2
        assert said[0] != said[1]
        assert len(words(said[1])) <= len(words(said[0]))
    assert "Take your time" in said_after("silence", "silence")
    assert Calling().does("silence", "silence", "silence").node == "transfer"
    assert Calling().does("8", "8", "8").node == "transfer"


def said_after(*steps: str) -> str:
    return Calling().does(*steps).said


def test_help_says_how_to_choose_everywhere():
    for name in MENUS:
        call = at(name).does('"help"')
        assert call.node == name
        assert re.search(r"press|say no|hear a message", call.said)


@pytest.mark.parametrize("name", MENUS)
def test_each_word_for_a_choice_makes_that_choice(name):
    prompts = line().words[ENGLISH].prompts
    for option in menus()[NodeId(name)].options:
        caller = "mobile" if option.only == "mobile" else "landline"
        by_key = at(name, caller).does(option.key)
        wording = prompts[option.says]
        assert 3 <= len(wording.hears) <= 12, option.says
        assert wording.name
        for phrase in (*wording.hears, wording.name):
            by_voice = at(name, caller).does(f'"{phrase}"')
            assert (phrase, by_voice.node) == (phrase, by_key.node)


@pytest.mark.parametrize("name", MENUS)
@pytest.mark.parametrize(("command", "node"), [("person", "transfer"), ("main_menu", "main")])
def test_universal_words_are_understood_everywhere(name, command, node):
    for phrase in line().words[ENGLISH].universal[command]:
        assert (phrase, at(name).does(f'"{phrase}"').node) == (phrase, node)


@pytest.mark.parametrize("command", ["again", "slower", "normal", "more_time", "help"])
def test_universal_words_that_stay_are_understood(command):
    for name in ("main", "mediation", "ask-council", "choose"):
        for phrase in line().words[ENGLISH].universal[command]:
            call = at(name).does(f'"{phrase}"')
            assert (phrase, call.node, call.turn.state.tries) == (phrase, name, 0)


def test_a_question_back_reads_as_english():
    call = at("main").does('"um maybe the tribunal thing or whatever"')

    assert call.node == "main"
    for menu in menus().values():
        for option in menu.options:
            name = line().words[ENGLISH].prompts[option.says].name
            assert not name.startswith(("to ", "press")), name
            assert len(words(name)) <= 9


def test_only_what_the_caller_chose_ends_the_call():
    call = at("after-mediation", "landline").does("4")

    assert isinstance(call.turn.action, End)
    assert call.said == "Thank you for ringing. Goodbye."
