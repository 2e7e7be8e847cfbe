"""Spoken messages are heard by those who may see their request, in part too, and each time is noted."""

from collections.abc import Callable

import pytest

from ivr.sounds import Sounds
from ivr.store import Sound
from tests.staff.people import Person
from tests.staff.requests import Requests

SignedIn = Callable[..., Person]
DATA = b"RIFF" + bytes(range(256)) * 300


def spoken(requests: Requests, *, here: bool = True) -> tuple[str, Sound]:
    """A request with a spoken message, and the message; `here`: it was fetched."""
    row, desk = requests.confirmed(said="completed"), requests.desk
    (message,) = requests.one(row).request.messages
    sound = desk.store.sound_of(message.sid)
    assert sound
    if here:
        sounds = Sounds(desk.store, desk.sealing, desk.store.boxes(desk.config.data_dir / "recordings"))
        assert sounds.keep(sound, DATA, 9, desk.now())
    return row, sound


def heard(requests: Requests, row: str) -> int:
    found = requests.desk.audit.page(limit=100)
    return sum(one.deed.what == "recording-heard" and one.deed.about == f"request:{row}" for one in found)


def test_it_can_be_heard_and_each_time_is_noted(requests: Requests, signed_in: SignedIn) -> None:
    ann, (row, sound) = signed_in("staff"), spoken(requests)
    page = ann.get(f"/staff/requests/{row}").text
    assert f'src="/staff/requests/{row}/recordings/{sound.id}"' in page
    assert "A copy is still at Twilio" in page
    answer = ann.get(f"/staff/requests/{row}/recordings/{sound.id}")
    assert (answer.status_code, answer.data, answer.headers["Content-Type"]) == (200, DATA, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "message.wav" in answer.headers["Content-Disposition"]
    assert heard(requests, row) == 1
    assert sound.recording_sid not in answer.headers.to_wsgi_list().__repr__()


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=70000-70009", 70000, 70010),
        ("bytes=-5", len(DATA) - 5, len(DATA)),
        ("bytes=7-", 7, len(DATA)),
        (f"bytes=5-{10**12}", 5, len(DATA)),
    ],
)
def test_a_part_can_be_heard(requests: Requests, signed_in: SignedIn, asked: str, start: int, end: int) -> None:
    ann, (row, sound) = signed_in("staff"), spoken(requests)
    answer = ann.get(f"/staff/requests/{row}/recordings/{sound.id}", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, DATA[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert heard(requests, row) == (start == 0)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=0-1,5-6"])
def test_a_part_that_is_none_is_refused(requests: Requests, signed_in: SignedIn, asked: str) -> None:
    ann, (row, sound) = signed_in("staff"), spoken(requests)
    answer = ann.get(f"/staff/requests/{row}/recordings/{sound.id}", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (416, b"")


def test_nobody_else_hears_it(requests: Requests, signed_in: SignedIn, anyone: Person) -> None:
    row, sound = spoken(requests)
    other, _ = spoken(requests)
    ann = signed_in("staff")
    assert anyone.get(f"/staff/requests/{row}/recordings/{sound.id}").status_code == 303
    for path in (
        f"/staff/requests/{other}/recordings/{sound.id}",
        f"/staff/requests/{row}/recordings/{sound.recording_sid}",
        f"/staff/requests/{row}/recordings/..%2f..%2fencryption.key",
        f"/staff/requests/none/recordings/{sound.id}",
    ):
        assert ann.get(path).status_code == 404
    assert heard(requests, row) == 0


def test_what_is_not_here_is_said(requests: Requests, signed_in: SignedIn) -> None:
    ann, (row, sound) = signed_in("staff"), spoken(requests, here=False)
    page = ann.get(f"/staff/requests/{row}").text
    assert "It is being fetched" in page
    assert "<audio" not in page
    assert ann.get(f"/staff/requests/{row}/recordings/{sound.id}").status_code == 404
