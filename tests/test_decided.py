"""What was decided before is what the engine would decide again, and never out of date."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from ivr import decided
from ivr.decided import Decided
from ivr.flow import engine
from ivr.flow.events import MessageTaken, NoInput, NumberKeyed, Pressed, RingEnded, Said, Started
from ivr.flow.line import Flow, Opening
from ivr.flow.state import State
from ivr.flow.walk import walk
from ivr.prompts.load import load

TOP = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 10, 30, 12, 345, tzinfo=UTC)
FLOW = load(TOP / "prompts")
MAIN = State(FLOW.line.main, turn=3)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[object]:
    """What the engine itself was asked, each time."""
    counted: Counter[object] = Counter()
    step = engine.step

    def counting(flow: Flow, state: State | None, event: object, now: datetime) -> object:
        counted[event] += 1
        return step(flow, state, event, now)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "step", counting)
    return counted


def test_every_turn_of_the_line_is_the_one_that_the_engine_decides() -> None:
    kept = Decided()
    moves = [move for move in walk(FLOW).moves if move.place is not None]
    assert len(moves) > 1000
    for _ in range(2):
        for move in moves[::7]:
            assert kept.step(FLOW, move.place, move.event, NOW) == engine.step(FLOW, move.place, move.event, NOW)


@pytest.mark.parametrize("event", [Pressed("1"), Pressed("0"), NoInput(), RingEnded("busy"), Started("mobile")])
def test_what_many_do_is_decided_once_a_minute(event: object, asked: Counter[object]) -> None:
    kept = Decided()
    turns = [kept.step(FLOW, MAIN, event, NOW + timedelta(seconds=9 * n)) for n in range(5)]  # type: ignore[arg-type]
    assert all(turn is turns[0] for turn in turns)
    assert asked[event] == 1
    kept.step(FLOW, MAIN, event, NOW + timedelta(minutes=1))  # type: ignore[arg-type]
    assert asked[event] == 2


@pytest.mark.parametrize("event", [Said("mediation"), NumberKeyed(valid=True), MessageTaken(7)])
def test_what_one_caller_does_is_not_kept(event: object, asked: Counter[object]) -> None:
    kept = Decided()
    for _ in range(3):
        kept.step(FLOW, MAIN, event, NOW)  # type: ignore[arg-type]
    assert asked[event] == 3


def test_another_flow_decides_anew() -> None:
    """The same files read again included: nothing of the old one is left."""
    kept = Decided()
    first = kept.step(FLOW, MAIN, Pressed("1"), NOW)
    assert kept.step(replace(FLOW, version="later"), MAIN, Pressed("1"), NOW) is not first


def test_opening_hours_begin_and_end_with_their_minute() -> None:
    hours = (Opening(days=("tuesday",), opens=time(9), closes=time(17)),)
    flow = replace(FLOW, line=replace(FLOW.line, hours=hours))
    kept, zero = Decided(), Pressed("0")
    for at in ("08:59:59.9", "09:00", "16:59:59.9", "17:00", "09:00:30", "17:00:01"):
        now = datetime.combine(NOW, time.fromisoformat(at), UTC)
        assert kept.step(flow, MAIN, zero, now) == engine.step(flow, MAIN, zero, now)


def test_turns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decided, "MOST", 5)
    kept = Decided()
    for number in range(20):
        kept.step(FLOW, MAIN._replace(turn=number), NoInput(), NOW)
        minute = kept._minute
        assert minute is not None
        assert 1 <= len(minute.turns) <= 5
