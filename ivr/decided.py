"""Turns that were decided before.

A decision depends on the flow, the place, what the caller did, and the time to the minute; so the next caller who does
the same within that minute is answered with the same turn, and nothing is decided twice. Most callers do the same.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ivr.flow import engine
from ivr.flow.events import Event, NoInput, Pressed, RingEnded, Started
from ivr.flow.line import Flow
from ivr.flow.state import State
from ivr.flow.turn import Turn

MOST: Final = 1024
"""Turns kept at a time, of about 2 kB; then all are decided anew."""
_COMMON: Final = frozenset({Pressed, NoInput, RingEnded, Started})
"""What many callers do in the same way. Words are one caller's own, and are not kept."""
_Asked = tuple[State | None, Event]


@dataclass(frozen=True, slots=True)
class _Minute:
    """What was decided of one flow within one minute."""

    flow: Flow
    minute: datetime
    turns: dict[_Asked, Turn] = field(default_factory=dict)


class Decided:
    """The engine, asked once for each question. Safe to share between threads: a new minute replaces the old whole."""

    __slots__ = ("_minute",)

    def __init__(self) -> None:
        self._minute: _Minute | None = None

    def step(self, flow: Flow, state: State | None, event: Event, now: datetime) -> Turn:
        """As `engine.step`, at the minute: opening hours, notices and promises begin and end with one."""
        minute = now.replace(second=0, microsecond=0)
        if type(event) not in _COMMON:
            return engine.step(flow, state, event, minute)
        turns, asked = self._of(flow, minute), (state, event)
        turn = turns.get(asked)
        if turn is None:
            turn = engine.step(flow, state, event, minute)
            if len(turns) >= MOST:
                turns.clear()
            turns[asked] = turn
        return turn

    def _of(self, flow: Flow, minute: datetime) -> dict[_Asked, Turn]:
        kept = self._minute
        if kept is None or kept.flow is not flow or kept.minute != minute:
            kept = self._minute = _Minute(flow, minute)
        return kept.turns
