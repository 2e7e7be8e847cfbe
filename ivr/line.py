"""THE USE CASE: one event of one call -> step -> carry out its effects -> what the caller hears."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from ivr.flow import engine
from ivr.flow.events import Event, Lost, NumberKeyed, Pressed, Started
from ivr.flow.line import Flow
from ivr.flow.nodes import PhoneNumber
from ivr.flow.state import State, decode
from ivr.flow.turn import Keep, RingNoted, Turn
from ivr.listening import Listening
from ivr.numbers import caller_kind, ringable
from ivr.promises import Call, Promises
from ivr.store import Listened, Store, StoreUnavailable

LONDON: Final = ZoneInfo("Europe/London")
"""Where staff work: opening hours and promises are in this time; everything stored is UTC."""
_SHORTEST_NUMBER: Final = 2
_MOST_PROMISES: Final = 3
_log: Final = logging.getLogger(__name__)


class Flows(Protocol):
    """Where the current flow comes from; it may change between two requests, never within one."""

    @property
    def flow(self) -> Flow:
        """The flow that new requests use."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn ready to be spoken, and the flow it was decided from; nothing in its speech is left to look up."""

    flow: Flow
    turn: Turn


def clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class Switchboard:
    """Answers every event of every call. Safe to share between threads; it holds nothing of any call."""

    def __init__(self, flows: Flows, store: Store, now: Callable[[], datetime] = clock) -> None:
        self._flows = flows
        self._now = now
        self.store = store
        self.listening = Listening(store)

    @property
    def flow(self) -> Flow:
        """The flow that new requests use."""
        return self._flows.flow

    def begin(self, call: Call) -> Answer:
        """The first words of a call."""
        return self.answer(call, None, Started(caller_kind(call.caller)))

    def begin_again(self, call: Call) -> Answer:
        """A call whose place was lost, for example after a fault: the main menu, saying so."""
        return self.answer(call, None, Lost(caller_kind(call.caller)))

    def answer(self, call: Call, place: str | None, event: Event) -> Answer:
        """What the caller hears next. `place` is the state from the URL, None at the start of a call."""
        flow = self._flows.flow
        state = decode(place) if place is not None else None
        if place is not None and state is None:
            event = Lost(caller_kind(call.caller))
        numbered, keyed = _numbered(flow, state, event)
        promises = Promises(self.store, call, keyed, self.time(call).astimezone(LONDON))
        turn = self._kept(flow, engine.step(flow, state, numbered, promises.now), promises)
        promises.carry_out(turn)
        self._listen(call, state, numbered, turn)
        return Answer(flow, self._looked_up(flow, turn, promises))

    def time(self, call: Call) -> datetime:
        """The time of a call, UTC: now, or what a rehearsal says it is."""
        return (call.now or self._now()).astimezone(UTC)

    def close(self) -> None:
        """Write what callers listened to, then let the database go."""
        self.listening.close()
        self.store.close()

    def _kept(self, flow: Flow, turn: Turn, promises: Promises) -> Turn:
        """Store promises before anything is said of them."""
        for _ in range(_MOST_PROMISES):
            if not isinstance(turn.action, Keep):
                return turn
            outcome = promises.keep(flow, turn.state, turn.action.promise)
            turn = engine.settle(flow, turn, outcome, promises.now)
        raise RuntimeError("a turn made more promises than any flow can")

    def _looked_up(self, flow: Flow, turn: Turn, promises: Promises) -> Turn:
        """Replace what stands for a number or a recording; when it cannot be had, a person is the way on."""
        try:
            speech = tuple(word for spoken in turn.speech for word in promises.look_up(spoken))
        except (StoreUnavailable, LookupError) as trouble:
            _log.error("nothing to read back: %s", trouble)
            return engine.regret(flow, turn.state, promises.now)
        return replace(turn, speech=speech)

    def _listen(self, call: Call, before: State | None, event: Event, turn: Turn) -> None:
        """Note what the caller did where, and how a transfer ended; no number and no words."""
        self._note(call, before or turn.state, _KINDS[type(event)])
        for effect in turn.effects:
            if isinstance(effect, RingNoted):
                self._note(call, before or turn.state, f"transfer_{effect.outcome}")

    def _note(self, call: Call, state: State, kind: str) -> None:
        at = self.time(call)
        self.listening.note(
            Listened(call.sid, state.turn, at, state.node, state.part, kind, state.pace, state.language)
        )


_KINDS: Final[dict[type[Event], str]] = {kind: kind.__name__.lower() for kind in Event.__args__}
"""What each event is called in the notes of listening."""


def _numbered(flow: Flow, state: State | None, event: Event) -> tuple[Event, str]:
    """At a phone number, keys are a number unless they are one universal key; the number itself stays out of events."""
    if not isinstance(event, Pressed) or state is None or not isinstance(flow.nodes.get(state.node), PhoneNumber):
        return event, ""
    keys = event.keys.rstrip("#")
    if len(keys) < _SHORTEST_NUMBER or keys == "**":
        return event, ""
    number = ringable(keys) or ""
    return NumberKeyed(valid=bool(number)), number
