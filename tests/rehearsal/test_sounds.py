"""How long words take, and which words a sound holds."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ivr.audio.clip import Entry
from ivr.audio.folder import AudioFolder, write_manifest
from ivr.rehearsal.ear import Ear, Turn
from ivr.rehearsal.sounds import Sound, from_folder, served, spoken
from ivr.rehearsal.twiml import Answer, TwilioRefuses
from tests.rehearsal.toy import Toy, call, menu

TEN = "one two three four five six seven eight nine ten"


def seconds(inside):
    return spoken(ET.fromstring(f"<Say>{inside}</Say>")).seconds


def test_150_words_take_a_minute():
    assert seconds(TEN) == pytest.approx(4)


@pytest.mark.parametrize(("rate", "times"), [("50%", 2.0), ("x-slow", 2.0), ("slow", 4 / 3), ("medium", 1.0)])
def test_slower_words_take_longer(rate, times):
    assert seconds(f'<prosody rate="{rate}">{TEN}</prosody>') == pytest.approx(4 * times)


@pytest.mark.parametrize(("time", "length"), [('time="500ms"', 0.5), ('time="2s"', 2.0), ("", 0.25)])
def test_breaks_are_counted(time, length):
    assert seconds(f"{TEN}<break {time}/>") == pytest.approx(4 + length)


def test_words_after_a_pause_are_counted_too():
    assert seconds(f"<break/>{TEN}") == pytest.approx(4 + 0.25)


def test_a_repeated_sentence_takes_its_time_again():
    assert spoken(ET.fromstring(f'<Say loop="3">{TEN}</Say>')).seconds == pytest.approx(12)


def test_a_played_file_is_heard_as_its_words_for_its_seconds():
    sounds = {"/audio/a.wav": Sound("Hello there.", 2.5)}.get
    pages = {"/voice": "<Play>https://line.example/audio/a.wav</Play>" + menu("")}
    _, ringing = call(pages, sounds=sounds)
    assert ringing.dial().heard == ["Hello there."]
    assert ringing.seconds == 2.5


def test_a_sound_may_come_from_another_house():
    sounds = {"/audio/a.wav": Sound("Hello there.", 2.5)}.get
    _, ringing = call({"/voice": "<Play loop='2'>https://cdn.example/audio/a.wav</Play>" + menu("")}, sounds=sounds)
    assert ringing.dial().heard == ["Hello there."]
    assert ringing.seconds == 5.0


def test_a_callers_own_message_is_recognised():
    address = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/RE{'0' * 32}.wav"
    _, ringing = call({"/voice": f"<Play>{address}</Play>" + menu("")})
    assert ringing.dial().heard == ["(your message)"]


def test_an_unknown_sound_is_heard_by_its_name():
    _, ringing = call({"/voice": "<Play>/audio/x.wav</Play>" + menu("")})
    assert ringing.dial().heard == ["(sound: /audio/x.wav)"]


def test_an_ear_forgets_what_was_never_said():
    ear = Ear(lambda _: None)
    ear.turns.append(Turn("/voice", "", "", 0.0, 0.0))
    sounds = [Sound("One.", 1.0), Sound("", 2.0), Sound("Two.", 1.0)]
    ear.hear_all(sounds)
    ear.unhear(sounds, after=0.5)
    assert ear.heard == ["One."]
    assert ear.seconds == 0.5


NAMED = f"/audio/en-GB/hello-normal-{'0' * 16}.wav"
SERVED = {
    "/a.wav": (200, "audio/x-wav", "sound"),
    "/gone.wav": (404, "text/plain", "no"),
    "/page.wav": (200, "text/html", "<p>"),
    "/empty.wav": (200, "audio/x-wav", ""),
}


@pytest.mark.parametrize(("path", "words"), [("/gone.wav", "404"), ("/page.wav", "text/html"), ("/empty.wav", "empty")])
def test_a_sound_that_is_not_served_is_refused(path, words):
    toy = Toy(SERVED)
    with pytest.raises(TwilioRefuses, match=words):
        served(lambda asked: _answer(toy, asked), lambda _: None)(path)


def test_a_sound_that_is_served_is_fetched_once():
    asked = []
    toy = Toy(SERVED)
    sounds = served(lambda path: asked.append(path) or _answer(toy, path), {"/a.wav": Sound("Hello.", 1.0)}.get)
    assert sounds("/a.wav") == sounds("/a.wav") == Sound("Hello.", 1.0)
    assert asked == ["/a.wav"]


def _answer(toy, path):
    reply = toy._answer(path, {})
    return Answer(reply.status_code, {"content-type": reply.content_type}, reply.get_data())


def test_a_folder_without_audio_knows_no_sound(tmp_path):
    assert from_folder(tmp_path)("/audio/a.wav") is None


def test_a_folder_knows_the_words_and_seconds_of_its_sounds(tmp_path):
    entry = Entry(NAMED, "a", "en-GB", "normal", "Hello.", 1.5, "voice", "0" * 64)
    write_manifest(AudioFolder(tmp_path).shipped, [entry])
    assert from_folder(tmp_path)(NAMED) == Sound("Hello.", 1.5)
    write_manifest(AudioFolder(tmp_path).manifest, [replace(entry, text="Hello again.")])
    assert from_folder(tmp_path)(NAMED) == Sound("Hello again.", 1.5)
