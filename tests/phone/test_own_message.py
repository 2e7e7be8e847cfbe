"""A caller hears their own message again: our copy, by an address that is theirs for as long as their call."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from ivr.factory import create_app
from ivr.sealing import Sealing
from ivr.sounds import Sounds
from tests.phone.signed import SID, Line, action, words

REAL = {
    "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
    "TWILIO_AUTH_TOKEN": "a-token-of-twilio",
    "SECRET_KEY": "s" * 40,
    "ENCRYPTION_KEY": "5" * 64,
    "PUBLIC_URL": "https://line.example",
    "WORKER": "off",
}
BEGUN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
RECORDING, OTHER = "RE" + "b" * 32, "CA" + "2" * 32
DATA = b"RIFF" + bytes(range(256)) * 9
TO_MESSAGE = ("4", "1", "1", "1", "1", "1", "2", "1")
"""From the start of a call to the beep."""
LATER = "I cannot play your message just yet."


@dataclass
class Clock:
    """A clock that is moved by hand."""

    at: datetime = BEGUN

    def __call__(self) -> datetime:
        return self.at


class RealLine(Line):
    """A line that Twilio calls, whose clock is ours."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, **REAL)
        self.clock = Clock()
        self.app = create_app(self.config, self.clock)
        self.client = self.app.test_client()
        self.switchboard = self.app.extensions["switchboard"]

    def spoken(self, sid: str = SID, caller: str = "+447700900123") -> Any:
        """The question after a message that was spoken in a call."""
        beep = self.call(*TO_MESSAGE, CallSid=sid, From=caller)[-1]
        path = re.search(r'<Record[^>]* action="https://[^/]+([^"]+)"', beep.get_data(as_text=True))
        assert path
        return self.post(path[1], CallSid=sid, RecordingSid=RECORDING, RecordingDuration="4", Digits="#")

    def fetch(self, sid: str = SID) -> None:
        """What background work does once Twilio has told of the recording."""
        store = self.switchboard.store
        store.recording_status(RECORDING, sid, "completed", 4, None, self.clock())
        sounds = Sounds(store, Sealing([REAL["ENCRYPTION_KEY"]]), store.boxes(self.config.data_dir / "recordings"))
        assert sounds.keep(store.sound_of(RECORDING), DATA, 4, self.clock())

    def hear(self, asked: Any) -> Any:
        """The answer to whoever wants to hear it."""
        return self.post(action(asked), Digits="2")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[RealLine]:
    made = RealLine(tmp_path)
    yield made
    made.switchboard.close()


def address(answer: Any) -> str:
    """Where the message is played from; empty when none is."""
    played = [play.text or "" for play in ET.fromstring(answer.data).iter("Play")]
    return next((urlsplit(url).path for url in played if "/message/" in url), "")


@pytest.fixture
def at(line: RealLine) -> str:
    """The address of a message that is here, in a call that goes on."""
    asked = line.spoken()
    line.fetch()
    return address(line.hear(asked))


def test_our_copy_is_played_to_whoever_spoke_it(line: RealLine) -> None:
    asked = line.spoken()
    line.fetch()
    heard = line.hear(asked)
    assert b"api.twilio.com" not in heard.data
    assert "This is your message." in words(heard)
    answer = line.client.get(address(heard))
    assert (answer.status_code, answer.data) == (200, DATA)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_until_it_is_here_that_is_said_and_star_tries_again(line: RealLine) -> None:
    asked = line.spoken()
    line.switchboard.store.recording_status(RECORDING, SID, "completed", 4, None, line.clock())
    waits = line.hear(asked)
    assert words(waits).startswith(f"{LATER} To try again, press star. You have two choices.")
    assert b"<Play>" not in waits.data
    line.fetch()
    assert address(line.post(action(waits), Digits="*"))
    assert "speak after the beep" in words(line.post(action(waits), Digits="2"))


def test_the_same_request_again_gets_the_same_bytes(line: RealLine) -> None:
    asked = line.spoken()
    line.fetch()
    first = line.hear(asked).data
    line.clock.at += timedelta(minutes=5)
    assert line.hear(asked).data == first


def test_while_the_database_is_away_it_cannot_be_played_and_the_call_goes_on(
    line: RealLine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    asked = line.spoken()
    line.fetch()
    at = address(line.hear(asked))
    line.database.rename(line.database.with_suffix(".away"))
    assert words(line.hear(asked)).startswith(LATER)
    assert line.client.get(at).status_code == 404


def test_a_recording_of_another_call_is_not_played(line: RealLine) -> None:
    line.spoken(OTHER, "+447700900456")
    line.fetch(OTHER)
    assert words(line.hear(line.spoken())).startswith(LATER)


def test_the_address_ends_with_the_call(line: RealLine, at: str) -> None:
    assert line.client.get(at).status_code == 200
    line.post("/voice/status", CallStatus="completed", CallDuration="60")
    refused = line.client.get(at)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (404, "no-store")


def test_it_ends_after_an_hour_though_nothing_was_told_of_the_call(line: RealLine, at: str) -> None:
    line.clock.at += timedelta(minutes=59)
    assert line.client.get(at).status_code == 200
    line.clock.at += timedelta(minutes=2)
    assert line.client.get(at).status_code == 404


def test_no_other_address_is_any_messages(line: RealLine, at: str) -> None:
    _, _, sound, mark = at.split("/")
    for wrong in (
        f"{sound}/{'0' * 64}.wav",
        f"{sound}/é.wav",
        f"{sound}/.wav",
        f"{'0' * 32}/{mark}",
        f"{sound}/{mark[:-4]}",
    ):
        assert line.client.get(f"/message/{wrong}").status_code == 404
    assert line.client.post(at).status_code == 405
    assert sound not in {RECORDING, SID}


def test_a_message_whose_box_is_gone_is_told_in_the_log_alone(
    line: RealLine, at: str, caplog: pytest.LogCaptureFixture
) -> None:
    for box in (line.config.data_dir / "recordings").iterdir():
        box.unlink()
    assert line.client.get(at).text == "There is no such message.\n"
    assert [one.message for one in caplog.records if "hear" in one.message] == [
        "a caller cannot hear their message again: NotHereError"
    ]
