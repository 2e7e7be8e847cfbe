"""A spoken message in a real browser: heard, slower and faster, again from a little before, by keyboard alone."""

import io
import wave
from typing import Any

import pytest
from flask import Flask

from ivr.sounds import Sounds
from tests.browsing import faint, faults, scrolls_sideways
from tests.staff.conftest import into
from tests.staff.people import Person, account_of
from tests.staff.requests import Requests


def silence(seconds: int) -> bytes:
    """A recording as it is kept: one channel of 8 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(bytes(2 * 8000 * seconds))
    return file.getvalue()


@pytest.fixture
def row(app: Flask, page: Any, address: str) -> str:
    """A request with a message of twenty seconds, claimed by who sits at the browser, who is at its page."""
    person, requests = Person(app, account_of(app, "staff")).begin(), Requests(app)
    assert person.account
    row, desk = requests.claimed(requests.confirmed(said="completed"), person.account.id), requests.desk
    (message,) = requests.one(row).request.messages
    sound = desk.store.sound_of(message.sid)
    assert sound
    sounds = Sounds(desk.store, desk.sealing, desk.store.boxes(desk.config.data_dir / "recordings"))
    assert sounds.keep(sound, silence(20), 20, desk.now())
    into(page, person, address)
    page.goto(f"{address}/staff/requests/{row}")
    return row


def told(page: Any, what: str) -> Any:
    """What the player says of itself."""
    return page.locator("audio").evaluate(f"one => one.{what}")


def until(page: Any, what: str) -> None:
    """Wait for the player; a page that lets no text be run as script cannot be waited for otherwise."""
    for _ in range(200):
        if told(page, what):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came to {what}: {told(page, 'currentTime')}")


def test_it_is_heard_by_keyboard_at_the_speed_that_suits(page: Any, row: str) -> None:
    player = page.locator("audio.spoken-message")
    assert player.get_attribute("aria-label") == "Spoken message"
    player.focus()
    page.keyboard.press("Space")
    until(page, "currentTime > 0.1")
    assert told(page, "duration") == pytest.approx(20, abs=0.1)
    page.get_by_label("Speed").focus()
    page.keyboard.press("ArrowDown")
    assert told(page, "playbackRate") == 1.25
    told(page, "currentTime = 12")
    page.get_by_role("button", name="Back 5 seconds").focus()
    page.keyboard.press("Enter")
    until(page, "currentTime < 11")
    player.focus()
    page.keyboard.press("Space")
    assert told(page, "paused")


def test_each_time_it_is_begun_is_noted(page: Any, row: str, app: Flask) -> None:
    page.locator("audio.spoken-message").focus()
    page.keyboard.press("Space")
    until(page, "currentTime > 0.1")
    noted = [one.deed for one in app.extensions["staff"].audit.page(limit=20)]
    assert "recording-heard" in [deed.what for deed in noted if deed.about == f"request:{row}"]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param({"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"}, id="320-dark"),
        pytest.param({"viewport": {"width": 1280, "height": 900}}, id="1280"),
        pytest.param({"forced_colors": "active"}, id="forced-colours"),
    ],
    indirect=True,
)
def test_the_player_breaks_no_rule_of_access(page: Any, row: str) -> None:
    page.get_by_label("Speed").wait_for()
    assert faults(page) == []
    assert faint(page) == []
    assert not scrolls_sideways(page)
    assert "nothing to be heard" not in page.locator("main").inner_text()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_browsers_own_player_is_there(page: Any, row: str) -> None:
    assert page.locator("audio.spoken-message").get_attribute("controls") is not None
    assert page.locator("audio.spoken-message").bounding_box()["height"] > 30
    assert page.get_by_label("Speed").count() == 0
