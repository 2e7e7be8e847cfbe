"""What one request stores and looks up: its promises and effects, and what may be read back to the caller."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import GATHERED
from ivr.flow.state import State
from ivr.flow.turn import (
    CallersMessage,
    CallersNumber,
    Confirm,
    Draft,
    Effect,
    Finished,
    Improve,
    Message,
    NotStored,
    Outcome,
    Promise,
    Quiet,
    Recorded,
    SendText,
    Spell,
    Spoken,
    Stored,
    Turn,
    Wish,
)
from ivr.flow.workdays import promised_by
from ivr.numbers import ending, grouped, ringable
from ivr.store import CallFacts, Store, StoreUnavailable

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """What a request says of its call: Twilio's id, the number it comes from as sent, the last recording's id."""

    sid: str
    caller: str = ""
    recording: str = ""
    now: datetime | None = None
    """Only in a rehearsal: the time it is to be."""


@dataclass(frozen=True, slots=True)
class Promises:
    """One request: its call, the number keyed in it (no state may carry that), and the local time."""

    store: Store
    call: Call
    keyed: str
    now: datetime

    def keep(self, flow: Flow, state: State, promise: Promise) -> Outcome:
        """Store a promise durably, or say that it could not be."""
        try:
            return self._keep(flow, _facts(self.call, state), promise)
        except (StoreUnavailable, LookupError) as trouble:
            _log.error("promise %s of turn %d not stored: %s", type(promise).__name__, state.turn, trouble)
            return NotStored()

    def _keep(self, flow: Flow, facts: CallFacts, promise: Promise) -> Outcome:
        match promise:
            case Draft():
                self.store.draft(facts, self.keyed, self._utc)
            case Confirm(number=which):
                own = ringable(self.call.caller) if which == "own" else None
                kept = self.store.confirm(facts, own, promised_by(flow, self.now), self._utc)
                return Stored(kept.reference, kept.merged)
            case Improve(field=field, value=value):
                self.store.improve(facts, field, value, self._utc)
            case Message(seconds=seconds):
                self.store.message(facts, self.call.recording or None, seconds, self._utc)
            case SendText():
                return NotStored()
        return Stored()

    def carry_out(self, turn: Turn) -> None:
        """Effects that change no words: written before the answer; a failure is logged and the call goes on."""
        for effect in turn.effects:
            try:
                self._effect(effect, _facts(self.call, turn.state))
            except (StoreUnavailable, LookupError) as trouble:
                _log.error("effect %s not stored: %s", type(effect).__name__, trouble)

    def _effect(self, effect: Effect, facts: CallFacts) -> None:
        if isinstance(effect, Wish):
            self.store.wish(facts, self._utc)
        elif isinstance(effect, Finished):
            self.store.finished(facts, self._utc)

    def look_up(self, spoken: Spoken) -> tuple[Spoken, ...]:
        """What a caller hears for what stands for a number or a recording.

        Raises StoreUnavailable or LookupError when a number cannot be had.
        """
        match spoken:
            case CallersNumber(which="ending"):
                return (Spell(ending(self.call.caller)),)
            case CallersNumber():
                return (Spell(grouped(self.keyed or self._number())),)
            case CallersMessage():
                return self._recording()
            case Spell(digits="") | Quiet(seconds=0):
                return ()
            case _:
                return (spoken,)

    def _number(self) -> str:
        number = self.store.number_of(self.call.sid)
        if number is None:
            raise LookupError("this call has given no number")
        return number

    def _recording(self) -> tuple[Spoken, ...]:
        sid = self.call.recording or self.store.recording_of(self.call.sid)
        return (Recorded(sid),) if sid else ()

    @property
    def _utc(self) -> datetime:
        return self.now.astimezone(UTC)


def _facts(call: Call, state: State) -> CallFacts:
    return CallFacts(
        call_sid=call.sid,
        turn=state.turn,
        from_number=call.caller,
        language=state.language,
        pace=state.pace,
        node=state.node,
        answers=_answers(state),
    )


def _answers(state: State) -> dict[str, str]:
    """The answers so far; a field that gathers has its values with commas between them."""
    kept: dict[str, str] = {}
    for name, value in state.answers:
        kept[name] = f"{kept[name]},{value}" if name in GATHERED and name in kept else value
    kept.pop("number", None)
    return kept
