"""Twilio's voice says lexicon words by their sounds, and another one speaks when the first is gone."""

import logging
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ivr.audio.lexicon import Word
from ivr.factory import lexicon
from ivr.flow.state import State
from ivr.flow.turn import Listen, Say, Turn
from ivr.line import Answer
from ivr.phone.pronounced import Speaker, pronounce
from ivr.phone.twiml import Place, Voice, Writer

from ..flow.toy import toy
from .oracle import problems
from .signed import Line

EHC = Word("EHC", "E H C")
SHIRE = Word("Northamptonshire", "Northamptonshur", twilio="nɔːˈθæmptənʃə")


def said(text, *words):
    element = ET.Element("prosody")
    pronounce(element, text, words)
    return ET.tostring(element, encoding="unicode")


def test_a_word_is_said_by_its_sounds_and_a_spelling_by_what_is_read_instead():
    assert said("In Northamptonshire, an EHC plan.", EHC, SHIRE) == (
        '<prosody>In <phoneme alphabet="ipa" ph="nɔːˈθæmptənʃə">Northamptonshire</phoneme>, '
        'an <sub alias="E H C">EHC</sub> plan.</prosody>'
    )


@pytest.mark.parametrize("text", ["EHC", "EHC EHC", "An EHC", "EHC plan", "An EHCP.", "", "No such word."])
def test_the_words_stay_the_same(text):
    element = ET.fromstring(said(text, EHC))
    assert "".join(element.itertext()) == text
    assert len(element) == text.replace("EHCP", "").count("EHC")


def test_the_longest_phrase_wins():
    assert '<sub alias="reed it">' in said("Then read it.", Word("read it", "reed it"), Word("read", "red"))


def document(writer, flow):
    state = State("main", turn=3, language=flow.line.languages[0])
    return ET.fromstring(writer.document(Answer(flow, Turn((Say("main"),), Listen(10), state))))


@pytest.fixture
def flow():
    """The toy flow, with a second voice."""
    made = toy()
    language = made.line.languages[0]
    words = replace(made.words[language], voice="Polly.Amy-Neural", second_voice="Google.en-GB-Neural2-B")
    return replace(made, words={**made.words, language: words})


def test_the_second_voice_speaks_once_the_first_is_gone_also_in_documents_that_were_ready(flow):
    writer = Writer(Place("https://line.example", "+442079460000"), Voice(None, (EHC,)))
    assert document(writer, flow).find(".//Say").get("voice") == "Polly.Amy-Neural"
    assert writer.voice.speaker.refused("13511")
    spoken = document(writer, flow)
    assert {say.get("voice") for say in spoken.iter("Say")} == {"Google.en-GB-Neural2-B"}
    assert not list(problems(spoken))


@pytest.mark.parametrize("code", ["", "11200", "13520"])
def test_any_other_fault_changes_no_voice(code, flow):
    speaker = Speaker()
    assert not speaker.refused(code)
    assert speaker.name(flow.words["en-GB"]) == "Polly.Amy-Neural"


def test_a_line_without_a_second_voice_keeps_the_first(flow):
    speaker = Speaker()
    speaker.refused("13321")
    assert speaker.name(replace(flow.words["en-GB"], second_voice="")) == "Polly.Amy-Neural"


def test_twilio_tells_the_line_that_a_voice_is_gone(tmp_path, caplog):
    line = Line(tmp_path)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            line.post("/voice/fallback", ErrorCode="13321", ErrorUrl="https://line.example/voice")
    assert caplog.text.count("second voice speaks from now on") == 1
    line.app.extensions["switchboard"].close()


def test_a_mistake_in_the_lexicon_is_told_and_ends_no_call(tmp_path, caplog):
    (tmp_path / "lexicon.toml").write_text("[[", encoding="utf-8")
    assert lexicon(tmp_path) == ()
    assert "lexicon.toml" in caplog.text
