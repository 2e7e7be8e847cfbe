"""Only what the guidance says is said, all of it is said, and nothing that must not be."""

import re

import pytest

from ivr.flow.enter import own_words
from ivr.flow.nodes import NodeId
from ivr.flow.script import node_says
from ivr.flow.state import State
from ivr.flow.turn import Quiet, Say
from tests.content.calling import (
    ENGLISH,
    Calling,
    at,
    every_sentence,
    facts_of,
    keys_from_main,
    leaflets,
    line,
    prompt_sentences,
    spoken_text,
)
from tests.content.reading import words

OF_THE_LINE = (
    "I do not have a mediation adviser's number to give you.",
    "I do not have a name or a number for them.",
    "To ask a person at the councils, press 0.",
    "I will say the number once more.",
    "You may want a pen and paper, so I will wait a moment.",
    "This line makes no decisions, and it does not give legal advice.",
    "You can also read every word of this line on its web page.",
)
"""Sentences of leaflets that say something of the line itself, so that no fact of the guidance stands behind them."""
LEAFLETS = sorted(leaflets())
MUST = r"\b(must|have to|has to|need to|needs to|required|compulsory|obliged)\b"


def test_every_fact_for_callers_is_told():
    told = {fact for _, sentence in every_sentence() for fact in sentence.facts}

    assert told == {fact.id for fact in line().facts.values() if fact.spoken != "staff"}


def test_every_fact_is_told_within_three_keys_of_the_main_menu():
    away = keys_from_main()
    nearest = {fact: min(away[name] for name in leaflets() if fact in facts_of(line().nodes[name])) for fact in told()}

    assert {fact: keys for fact, keys in nearest.items() if keys > 3} == {}


def told() -> set[str]:
    return {fact.id for fact in line().facts.values() if fact.spoken != "staff"}


@pytest.mark.parametrize("name", LEAFLETS)
def test_each_sentence_of_a_leaflet_rests_on_a_fact_or_is_about_the_line(name):
    sentences = [one for say in node_says(line().nodes[name]) for one in prompt_sentences(say.prompt)]

    assert [one.text for one in sentences if not one.facts and one.text not in OF_THE_LINE] == []
    assert [one.text for one in sentences if one.facts and one.text in OF_THE_LINE] == []


def test_elsewhere_a_statement_about_the_guidance_names_its_facts():
    guidance = (
        r"tribunal|mediation|resolution|appeal|\bfree\b|confidential|employed|complaints policy|adviser|advice service"
    )
    bare = [
        (prompt, one.text)
        for prompt, one in every_sentence()
        if re.search(guidance, one.text, re.IGNORECASE)
        and not one.facts
        and not one.text.endswith("?")
        and "{key}" not in one.text
        and one.text not in OF_THE_LINE
    ]

    assert bare == []


def test_must_is_said_of_contacting_a_mediation_adviser_before_an_appeal_and_of_nothing_else():
    obliged = [one for _, one in every_sentence() if re.search(MUST, one.text)]
    free_to = ("never have to use disagreement resolution", "everyone involved has to agree", "You do not have to.")

    musts = [one for one in obliged if not any(allowed in one.text for allowed in free_to)]
    assert musts
    for one in musts:
        assert "must contact a mediation adviser" in one.text
        assert "before you register" in one.text.lower()
        assert "appeal" in one.text
        assert one.facts == ("must-contact",)


def test_must_says_which_appeals():
    for name in ("mediation", "disagreement", "difference"):
        parts = [
            " ".join(spoken_text(one) for one in own_words(line(), State(NodeId(name), part=part))) for part in range(3)
        ]
        musts = [part for part in parts if "must contact" in part]
        assert len(musts) == 1, name
        assert "needs assessment for an education, health and care plan" in musts[0]
        assert "special educational part of a plan" in musts[0]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b\d+ (days|weeks|months)\b|deadline|time limit|too late|you have until|two months",
        r"certificate|section i\b",
        r"professional|referral|referred|refer you",
        r"opening hours|we are open|lines are open|monday|friday|o'clock|\d ?[ap]m\b",
        r"emergency|crisis|safeguarding|999|in danger|samaritans",
        r"sendiass|kids\b|ipsea|global mediation|information service is called",
        r"your rights are|you are entitled|you will win|we advise|legally",
        r"mediation (is|be) (compulsory|required)|must (have|use|try|go to) mediation",
        r"national trial|since 20|new law|white paper|bill",
    ],
    ids=[
        "time limits",
        "certificates",
        "referral",
        "hours",
        "crisis",
        "names",
        "legal advice",
        "compulsion",
        "reforms",
    ],
)
def test_nothing_is_said_of(pattern):
    heard = [one.text for prompt, one in every_sentence() if prompt != "callback.privacy"]

    assert [text for text in heard if re.search(pattern, text, re.IGNORECASE)] == []


def test_90_days_is_how_long_a_request_is_kept_and_nothing_else():
    assert {prompt for prompt, one in every_sentence() if "90" in one.text} == {"callback.privacy"}


def test_the_only_numbers_said_are_those_of_the_facts_and_of_the_line():
    allowed = {"0", "1", "2", "25", "90", "2014"}

    numbers = {number for _, one in every_sentence() for number in re.findall(r"\d+", one.text)}
    assert numbers <= allowed


def test_the_telephone_number_is_the_councils_never_the_mediation_service():
    for prompt, one in every_sentence():
        if "{phone}" in one.text:
            assert "phone" in one.facts, prompt
            assert not re.search(r"mediat|adviser|advice|service", one.text), prompt
    assert "councils" in at("number").said


@pytest.mark.parametrize("node", ["number", "address"])
def test_the_number_and_the_address_are_said_twice_after_time_for_a_pen(node):
    speech = at(node).turn.speech
    says = [one for one in speech if isinstance(one, Say)]
    pen = next(place for place, one in enumerate(speech) if isinstance(one, Say) and one.prompt == "number.pen")

    assert [one.prompt for one in says[:3]] == ["number.pen", f"{node}.first", f"{node}.again"]
    assert isinstance(speech[pen + 1], Quiet)
    assert speech[pen + 1].seconds >= 2
    heard = at(node).said
    assert heard.count("0 1 6 0 4, 3 6 7, 1 2 5" if node == "number" else "N N 1, 1 E D") == 2
    assert "01604" not in heard


def test_the_line_says_how_old_the_guidance_is_and_whose():
    heard = at("about").said + at("about").does("1").said

    assert "North Northamptonshire and West Northamptonshire councils" in heard
    assert "28 April 2023" in heard
    assert "0 to 25" in heard
    assert "makes no decisions" in heard
    assert "does not give legal advice" in heard
    assert "web page" in heard


def test_the_whisper_tells_who_is_calling_and_no_more():
    whisper = " ".join(one.text for one in prompt_sentences(line().line.phrases.whisper))

    assert len(words(whisper)) <= 20
    assert whisper.endswith("To take the call, press 1.")


def test_a_call_opens_with_what_the_line_is_and_a_choice_within_25_words():
    call = Calling()
    opening = call.said.split("If you are not sure")[0]

    assert len(words(opening)) <= 25
    assert line().line.name in opening
    assert "special educational needs" in opening
    assert "For a person, press 0." in opening
    assert "press star" in opening
    assert call.node == "main"


def test_the_words_are_approved_by_somebody_named():
    spoken = line().words[ENGLISH]

    assert spoken.status == "approved"
    assert spoken.approved_by
    assert spoken.voice != spoken.second_voice
