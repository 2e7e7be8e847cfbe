"""Every document is what Twilio takes: its package's verbs, the guidelines' attributes, nothing unescaped."""

from dataclasses import replace
from itertools import product
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.clip import Clip
from ivr.flow.engine import settle, step
from ivr.flow.events import NoInput, NumberKeyed, Pressed, RingEnded, Started
from ivr.flow.state import State, decode
from ivr.flow.turn import End, Keep, Listen, Quiet, Recorded, Ring, Say, Spell, Stored, TakeMessage, Turn
from ivr.flow.wording import Sentence, Wording
from ivr.line import Answer
from ivr.phone.fallback import fallback
from ivr.phone.twiml import Place, Voice, Writer, clean

from ..flow.toy import NOW, toy
from .oracle import problems

FLOW = toy()
PLACE = Place("https://line.example", "+442079460000")
WRITER = Writer(PLACE, Voice(None))
STATE = State("main", turn=3)


def document(action, *speech, state=STATE, flow=FLOW, writer=WRITER):
    return ET.fromstring(writer.document(Answer(flow, Turn(speech, action, state))))


class Shelf:
    """A library that has the audio of everything, or of all but some texts."""

    version = None

    def __init__(self, *, without=()):
        self.without = without

    def find(self, language, pace, text):
        path = f"/audio/{language}/{pace}/{abs(hash(text))}.wav"
        return None if text in self.without else Clip(path, 1.0, "test", "https://cdn.example" + path)


def test_a_menu_gathers_one_key_or_words():
    gather = document(Listen(10, hints=("mediation", "call me back")), Quiet(1), Say("main")).find("Gather")
    assert dict(gather.attrib) == {
        "input": "dtmf speech",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "10",
        "speechTimeout": "3",
        "language": "en-GB",
        "hints": "mediation, call me back",
        "actionOnEmptyResult": "true",
        "method": "POST",
        "action": "https://line.example/voice/turn?s=1.main.3.0.0.nun00.en-GB.....",
    }
    assert [child.tag for child in gather] == ["Pause", "Say"]


def test_a_number_is_keyed_with_hash_to_end_and_no_speech():
    gather = document(Listen(10, keys=0, speech=False), Say("number")).find("Gather")
    assert gather.get("input") == "dtmf"
    assert gather.get("finishOnKey") == "#"
    assert gather.get("numDigits") is None
    assert gather.get("actionOnEmptyResult") == "true"


def test_a_person_is_rung_from_our_own_number_and_what_follows_is_said():
    response = document(Ring("+441604367125", 30), Say("ringing"))
    assert [child.tag for child in response] == ["Say", "Dial"]
    dial = response.find("Dial")
    assert dial.get("callerId") == "+442079460000"
    assert dial.get("timeout") == "30"
    assert dial.get("answerOnBridge") is None
    assert dial.get("record") is None
    assert dial.get("action").startswith("https://line.example/voice/rang?s=")
    assert dial.find("Number").text == "+441604367125"
    assert dial.find("Number").get("url") is None


def test_a_whisper_only_where_the_line_wants_one():
    number = document(Ring("+441604367125", 30, "whisper")).find("Dial/Number")
    assert number.get("url") == "https://line.example/voice/whisper"
    whisper = ET.fromstring(WRITER.whisper(FLOW))
    assert [child.tag for child in whisper] == ["Gather", "Hangup"]
    assert not list(problems(whisper))


def test_a_message_is_recorded_and_silence_has_a_way_on():
    response = document(TakeMessage(120), Say("speak"))
    assert [child.tag for child in response] == ["Say", "Record", "Redirect"]
    record = response.find("Record")
    assert (record.get("maxLength"), record.get("timeout"), record.get("finishOnKey")) == ("120", "10", "#")
    assert record.get("playBeep") == "true"
    assert record.get("transcribe") is None
    assert record.get("recordingStatusCallback") == "https://line.example/voice/recording"
    assert decode(response.find("Redirect").text.partition("?s=")[2]) == STATE


def test_goodbye_hangs_up_last():
    assert [child.tag for child in document(End(), Say("bye"))] == ["Say", "Hangup"]


def test_a_turn_that_still_has_to_be_kept_cannot_be_said():
    with pytest.raises(TypeError):
        document(Keep(None))


def test_slow_is_slower_in_twilios_voice_too():
    rates = [
        document(End(), Say("bye"), state=STATE._replace(pace=pace)).find("Say/prosody").get("rate")
        for pace in ("normal", "slow")
    ]
    assert rates == ["90%", "75%"]


def test_the_voice_and_its_language_are_always_said():
    flow = toy()
    flow = replace(flow, words={"en-GB": replace(flow.words["en-GB"], voice="Polly.Amy-Neural")})
    say = document(End(), Say("bye"), flow=flow).find("Say")
    assert dict(say.attrib) == {"voice": "Polly.Amy-Neural", "language": "en-GB"}


def test_audio_is_played_where_there_is_a_file_and_said_where_not():
    writer = Writer(PLACE, Voice(Shelf(without=("Words of main.",))))
    response = document(End(), Say("bye"), Say("main"), writer=writer)
    assert [child.tag for child in response] == ["Play", "Say", "Hangup"]
    assert response.find("Play").text.startswith("https://cdn.example/audio/en-GB/normal/")


def test_digits_are_spaced_and_grouped():
    response = document(End(), Spell("07700 900 123"))
    assert [(child.tag, "".join(child.itertext())) for child in response][:-1] == [
        ("Say", "0 7 7 0 0"),
        ("Pause", ""),
        ("Say", "9 0 0"),
        ("Pause", ""),
        ("Say", "1 2 3"),
    ]


def test_digits_come_from_their_own_files():
    spelled = document(End(), Spell("123 4"), writer=Writer(PLACE, Voice(Shelf())))
    assert [child.tag for child in spelled] == ["Play", "Play", "Play", "Pause", "Play", "Hangup"]
    mixed = document(End(), Spell("123"), writer=Writer(PLACE, Voice(Shelf(without=("Words of digit.2.", "1 2 3")))))
    assert [child.tag for child in mixed] == ["Say", "Hangup"]


def test_a_recording_is_played_from_its_address():
    play = document(End(), Recorded("https://line.example/message/1/2.wav")).find("Play")
    assert play.text == "https://line.example/message/1/2.wav"


@given(st.text(max_size=60))
def test_any_words_at_all_give_a_document_that_parses_and_says_them(text):
    flow = toy()
    prompts = {**flow.words["en-GB"].prompts, "bye": Wording(says=(Sentence(text=text.replace("{", "")),))}
    flow = replace(flow, words={"en-GB": replace(flow.words["en-GB"], prompts=prompts)})
    response = document(End(), Say("bye"), flow=flow)
    assert [child.tag for child in response] == ["Say", "Hangup"]
    said = response.find("Say/prosody").text or ""
    assert said == clean(text.replace("{", "")).replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_xml_cannot_hold_are_left_out(bad):
    assert clean(f"a{bad}b") == "ab"


KEYS = ["0", "1", "2", "3", "*", "#", "9"]


def test_every_turn_of_a_flow_is_what_twilios_package_would_make():
    """All calls of three keys, with silence, odd numbers and a failed transfer among them."""
    events = [*map(Pressed, KEYS), NoInput(), NumberKeyed(valid=True), RingEnded("busy")]
    seen = set()
    for caller, *path in product(("mobile", "unknown"), events, events, events):
        turn = step(FLOW, None, Started(caller), NOW)
        for event in path:
            turn = step(FLOW, turn.state, event, NOW)
            while isinstance(turn.action, Keep):
                turn = settle(FLOW, turn, Stored("4271"), NOW)
            speech = tuple(word for word in turn.speech if isinstance(word, (Say, Quiet, Spell)))
            raw = WRITER.document(Answer(FLOW, replace(turn, speech=speech)))
            if raw in seen or isinstance(turn.action, End):
                break
            seen.add(raw)
            response = ET.fromstring(raw)
            assert not list(problems(response))
            assert raw.startswith(b"<?xml")
            assert len(raw) < 64_000
            assert all((say.text or say.find("prosody").text).strip() for say in response.iter("Say"))
            assert response.find("Hangup") is None
    assert len(seen) > 30


@pytest.mark.parametrize("name", ["nobody", "after", "goodbye", "over", "refused"])
def test_the_fallback_is_valid_and_always_the_same(name):
    ready = fallback(PLACE, "+441604367125", "0 1 6 0 4, 3 6 7, 1 2 5")
    response = ET.fromstring(getattr(ready, name))
    assert not list(problems(response))


def test_the_fallback_says_sorry_rings_a_person_and_gives_the_number_twice():
    ready = fallback(PLACE, "+441604367125", "0 1 6 0 4, 3 6 7, 1 2 5")
    sorry, nobody = ET.fromstring(ready.sorry("+442079460000")), ET.fromstring(ready.nobody)
    assert not list(problems(sorry))
    assert dict(sorry.find("Dial").attrib) | {"action": ""} == {
        "callerId": "+442079460000",
        "timeout": "30",
        "timeLimit": "7200",
        "action": "",
        "method": "POST",
    }
    assert ET.fromstring(ready.sorry("")).find("Dial").get("callerId") is None
    assert "sorry" in sorry.find("Say").text
    assert sorry.find("Dial/Number").text == "+441604367125"
    assert sum("0 1 6 0 4, 3 6 7, 1 2 5" in say.text for say in nobody.iter("Say")) == 2
    assert nobody.find("Gather").get("actionOnEmptyResult") == "true"
