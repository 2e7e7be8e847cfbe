"""The same request gets the same answer, whatever the clock and the writers in the background have done meanwhile."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.factory import create_app
from tests.phone.signed import Line, action

BEGUN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
OTHER = "CA" + "2" * 32


@dataclass
class Clock:
    """A clock that goes on by so much at each look."""

    step: timedelta = timedelta(seconds=11)
    looks: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self) -> datetime:
        return BEGUN + self.step * next(self.looks)


class Timed(Line):
    """The whole line by another clock."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(folder)
        self.app = create_app(self.config, clock)
        self.client = self.app.test_client()
        self.switchboard = self.app.extensions["switchboard"]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Timed]:
    made = Timed(tmp_path, Clock())
    yield made
    made.switchboard.close()


@pytest.mark.parametrize("path", ["/voice/turn?s=forgotten", "/voice/again", "/voice/turn"])
@pytest.mark.parametrize("keys", [(), ("4", "1", "1")])
def test_a_call_that_lost_its_place_hears_the_same_again(line: Timed, path: str, keys: tuple[str, ...]) -> None:
    line.call(*keys)
    assert len({line.post(path).data for _ in range(20)}) == 1


def test_so_it_does_without_a_database_for_as_long_as_the_clock_lets_it(tmp_path: Path) -> None:
    line = Timed(tmp_path, Clock(timedelta(microseconds=1)))
    line.database.unlink()
    answers = {line.post("/voice/turn?s=forgotten").data for _ in range(5)}
    line.switchboard.close()
    assert len(answers) == 1


def test_a_promise_after_the_place_was_lost_is_none_that_was_made_before(line: Timed) -> None:
    """The same keys, each time after the place was lost: another number, then the first number again."""
    for number in ("02079460018", "02079460019", "02079460018"):
        answer = line.post("/voice/turn?s=forgotten")
        for key in ("4", "1", "2", number, "1"):
            answer = line.post(action(answer), Digits=key)
        (request,) = line.switchboard.store.queue()
        assert request.phone == "+44" + number[1:], "the number keyed last is the one that is rung"


def test_who_rings_again_before_the_place_is_written_is_offered_it_and_offered_it_again(
    line: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notes are written in the background; when that is done changes no answer."""
    listening = line.switchboard.listening
    monkeypatch.setattr(listening, "_start", lambda: None)
    line.call("2", "1")
    before = line.post("/voice", CallSid=OTHER)
    assert ".resume." in action(before)
    listening._drain()
    assert line.post("/voice", CallSid=OTHER).data == before.data


def test_a_place_that_was_written_is_not_held_in_memory(line: Timed) -> None:
    line.call("2", "1")
    line.switchboard.listening.close()
    assert line.switchboard.listening._left == {}
