"""Other languages: complete, faithful to the English, and silent until somebody who speaks them has approved them."""

import re
from dataclasses import replace

import pytest

from ivr.flow import engine
from ivr.flow.events import Pressed, Started
from ivr.flow.nodes import Menu
from ivr.flow.speech import spoken_languages
from ivr.flow.turn import Listen
from tests.content.calling import ENGLISH, TUESDAY, line

OTHERS = [language for language in line().line.languages if language != ENGLISH]


def test_polish_and_romanian_are_there():
    assert OTHERS == ["pl-PL", "ro-RO"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_prompt_says_as_much_on_the_same_facts(language):
    english, other = line().words[ENGLISH].prompts, line().words[language].prompts

    assert list(other) == list(english)
    for prompt, wording in english.items():
        assert [one.facts for one in other[prompt].says] == [one.facts for one in wording.says], prompt


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_names_the_same_keys_and_fillings(language):
    def named(text):
        return sorted(re.findall(r"\{\w+\}|\b\d+\b", text))

    english, other = line().words[ENGLISH].prompts, line().words[language].prompts
    for prompt, wording in english.items():
        assert [named(one.text) for one in other[prompt].says] == [named(one.text) for one in wording.says], prompt


@pytest.mark.parametrize("language", OTHERS)
def test_words_come_before_keys(language):
    options = {option.says for node in line().nodes.values() if isinstance(node, Menu) for option in node.options}

    for option in options:
        wording = line().words[language].prompts[option]
        assert wording.says[0].text.endswith("{key}."), option
        assert len(wording.hears) >= 2, option
        assert wording.name, option


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_are_short(language):
    for prompt, wording in line().words[language].prompts.items():
        assert [one.text for one in wording.says if len(one.text.split()) > 25] == [], prompt


@pytest.mark.parametrize("language", OTHERS)
def test_a_draft_is_said_to_nobody(language):
    words = line().words[language]

    assert words.status == "draft"
    assert not words.approved_by
    assert spoken_languages(line()) == (ENGLISH,)


@pytest.mark.parametrize("language", OTHERS)
def test_an_approved_language_is_offered_first_thing_and_then_spoken(language):
    approved = replace(line().words[language], status="approved", approved_by="somebody")
    flow = replace(line(), words=line().words | {language: approved})

    asked = engine.step(flow, None, Started("mobile"), TUESDAY)
    assert isinstance(asked.action, Listen)
    assert asked.state.node == flow.line.start
    chosen = engine.step(flow, asked.state, Pressed("2"), TUESDAY)
    assert chosen.state.language == language
    assert chosen.state.node == flow.line.main
