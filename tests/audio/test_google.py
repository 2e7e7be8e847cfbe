"""gTTS against a stand-in that answers, stalls, refuses and cuts off."""

import ssl
import subprocess
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import gtts.tts
import pytest

from ivr.audio import google as voice_module
from ivr.audio.build import build_utterances
from ivr.audio.folder import AudioFolder, read_manifest
from ivr.audio.google import Google
from ivr.audio.voice import VoiceError
from tests.audio.google_stand_in import (
    Answer,
    answers,
    cuts_off,
    drips,
    drips_a_chunk,
    drips_headers,
    google,
    mp3,
    page,
    quiet,
    stalls,
)
from tests.audio.sample import utterance

GOOD = answers(page(mp3()))
SENTENCE = "Hello, this is a sentence."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, shorter; no proxy of this machine between."""
    monkeypatch.setattr(voice_module, "PATIENCE", 0.4)
    monkeypatch.setattr(voice_module, "DEADLINE", 1.0)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def speak(monkeypatch: pytest.MonkeyPatch, *turns: Answer, text: str = SENTENCE, slow: bool = False) -> list[str]:
    """Speak against these answers; gives the requests that were made and the waits, in words."""
    waited: list[str] = []
    with google(*turns) as (address, came):
        monkeypatch.setattr(gtts.tts, "_translate_url", lambda tld, path="": f"{address}/{tld}/{path}")
        voice = Google(rest=lambda seconds: waited.append(f"waited {seconds:g}"))
        assert voice.speak(text, "en-GB", "slow" if slow else "normal").seconds > 1
    return [*(unquote(request) for request in came), *waited]


def test_a_sentence_is_spoken_in_british_english(monkeypatch: pytest.MonkeyPatch) -> None:
    [request] = speak(monkeypatch, GOOD)
    assert SENTENCE in request
    assert '\\"en\\"' in request


def test_the_slow_pace_is_asked_of_the_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert speak(monkeypatch, GOOD, slow=True) != speak(monkeypatch, GOOD)


def test_a_long_sentence_is_asked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(speak(monkeypatch, GOOD, text="This is a long sentence, " * 8)) > 1


@pytest.mark.parametrize("fault", [stalls, drips, cuts_off, answers(b"", 503), answers(b"busy", 429)])
def test_after_a_passing_fault_it_is_tried_again(monkeypatch: pytest.MonkeyPatch, fault: Answer) -> None:
    assert "waited 2" in speak(monkeypatch, fault, GOOD)


def test_the_wait_that_google_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "waited 7" in speak(monkeypatch, answers(b"", 429, Retry_After="7"), GOOD)


def test_the_time_that_google_names_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from Google's own clock: this machine's may be wrong."""
    here = formatdate(time.time() + 9, usegmt=True)
    [wait] = [one for one in speak(monkeypatch, answers(b"", 503, Retry_After=here), GOOD) if "waited" in one]
    assert 7 <= float(wait.removeprefix("waited ")) <= 9
    with pytest.raises(VoiceError, match="asks for patience"):
        speak(monkeypatch, answers(b"", 429, Retry_After="Wed, 25 Nov 2099 20:00:00 GMT"), GOOD)


@pytest.mark.parametrize("fault", [drips, drips_headers, drips_a_chunk])
def test_no_answer_takes_longer_than_its_deadline(monkeypatch: pytest.MonkeyPatch, fault: Answer) -> None:
    began = time.monotonic()
    assert "waited 2" in speak(monkeypatch, fault, GOOD)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (stalls, "no answer"),
        (drips, "not complete"),
        (drips_headers, "not complete"),
        (drips_a_chunk, "not complete"),
        (cuts_off, "no answer"),
        (answers(b"", 429, Retry_After="3600"), "asks for patience"),
        (answers(b"", 429, Retry_After="9" * 400), "asks for patience"),
        (answers(b"", 429, Retry_After="\u00b2"), "asks for patience"),
        (answers(b"", 429, Retry_After="soon"), "asks for patience"),
        (answers(page(quiet())), "nothing is heard"),
        (answers(b"no", 403), "refuses"),
        (answers(b"", 302, Location="http://127.0.0.1:9/"), "refuses"),
        (answers(b"<html>Sorry</html>"), "holds no sound"),
        (answers(page(b"<html>not sound</html>")), "no sound file"),
        (answers(page(mp3()[:50])), "no sound file|empty|cut off"),
        (answers(page(mp3(0.1))), "cut off"),
        (answers(page(b"")), "holds no sound"),
        (answers(page(b"AAAA").replace(b"QUFBQQ==", b"QUFBQ")), "is damaged"),
        (answers(b"x" * 5_000_000), "far too long"),
    ],
)
def test_a_lasting_fault_says_what_happened_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, fault: Answer, why: str
) -> None:
    with pytest.raises(VoiceError, match=why) as caught:
        speak(monkeypatch, fault)
    assert "--voice nanotts" in str(caught.value)


def test_nobody_there_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtts.tts, "_translate_url", lambda **_: "http://127.0.0.1:1/")
    with pytest.raises(VoiceError, match="no answer"):
        Google(rest=lambda _: None).speak(SENTENCE, "en-GB", "normal")


def test_text_without_words_is_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VoiceError, match="cannot speak"):
        speak(monkeypatch, GOOD, text="")


def test_a_failed_build_leaves_the_old_audio_and_no_empty_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_utterances([utterance("Hello.")], tmp_path)
    before = read_manifest(AudioFolder(tmp_path).manifest)
    with google(GOOD, answers(b"", 403)) as (address, _):
        monkeypatch.setattr(gtts.tts, "_translate_url", lambda **_: address)
        with pytest.raises(VoiceError, match="refuses"):
            build_utterances([utterance("Goodbye."), utterance("Once more.")], tmp_path, "gtts")
    assert read_manifest(AudioFolder(tmp_path).manifest) == before
    assert all(path.stat().st_size > 1000 for path in tmp_path.rglob("*.wav"))


def test_a_build_in_googles_voice_is_listed_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with google(GOOD) as (address, came):
        monkeypatch.setattr(gtts.tts, "_translate_url", lambda **_: address)
        build_utterances([utterance("Hello.")], tmp_path, "gtts")
        assert build_utterances([utterance("Hello.")], tmp_path, "gtts").made == 0
    assert {entry.voice for entry in read_manifest(AudioFolder(tmp_path).manifest)} == {"gtts en co.uk"}
    assert len(came) == 2


def test_google_is_asked_one_thing_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files are made: processes of their own would not find the stand-in."""
    with google(GOOD) as (address, came):
        monkeypatch.setattr(gtts.tts, "_translate_url", lambda **_: address)
        build_utterances([utterance(f"Hello {number}.", f"hello.{number}") for number in range(4)], tmp_path, "gtts")
    assert len(came) == 8


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A server with a certificate that nobody vouches for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl here to make a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_an_impostor_is_not_believed(impostor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtts.tts, "_translate_url", lambda **_: impostor)
    with pytest.raises(VoiceError, match=r"not Google.*--voice nanotts"):
        Google().speak(SENTENCE, "en-GB", "normal")
