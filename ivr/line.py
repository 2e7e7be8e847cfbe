"""THE USE CASE: one event of one call -> step -> carry out its effects -> what the caller hears."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from ivr.decided import Decided
from ivr.flow import engine
from ivr.flow.events import CallerKind, Event, Lost, NumberKeyed, Pressed, Said, Started
from ivr.flow.line import Flow
from ivr.flow.nodes import PhoneNumber
from ivr.flow.notice import noted, told_in
from ivr.flow.state import State, decode, encode
from ivr.flow.turn import End, Keep, Quiet, RingNoted, Say, Turn
from ivr.intake import Intake
from ivr.listening import Listening
from ivr.numbers import caller_kind, ringable
from ivr.promises import Call, Playing, Promises, Texting, nothing_to_play
from ivr.store import GOODBYE, Listened, Marks, Place, Store, StoreUnavailable, Wording
from ivr.watching import SILENT, Silent

LONDON: Final = ZoneInfo("Europe/London")
"""Where staff work: opening hours and promises are in this time; everything stored is UTC."""
_SHORTEST_NUMBER: Final = 2
_MOST_PROMISES: Final = 3
_FAR: Final = 300
_STEP: Final = 10
"""Seconds of the day to a turn, so that the count stays below 9,000; it begins beyond the turns of a long call."""
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
    """Answers every event of every call. Safe to share between threads; it holds nothing of any call.

    Without `marks` no caller is offered to go on where they left off; without `texting` no texts are sent.
    """

    def __init__(
        self,
        flows: Flows,
        store: Store,
        now: Callable[[], datetime] = clock,
        marks: Marks | None = None,
        texting: Texting | None = None,
        watch: Silent = SILENT,
    ) -> None:
        self.watch = watch
        """Where answers are noted."""
        self._flows = flows
        self._decided = Decided()
        self._now = now
        self._marks = marks
        self._texting = texting
        self.playing: Playing = nothing_to_play
        """Where callers' messages can be played to them."""
        self.closing: list[Callable[[], None]] = []
        """What is to stop before the database is let go."""
        self.store = store
        self.listening = Listening(store)
        self.intake = Intake(store, now)
        self.beside: list[Callable[[], None]] = [self.intake.start]
        """What works beside the calls, each from when it is called first."""

    def awake(self) -> None:
        """Have what works beside the calls begin, unless it has: cheap, for every request, and so after any fork."""
        for start in self.beside:
            start()

    @property
    def flow(self) -> Flow:
        """The flow that new requests use."""
        return self._flows.flow

    def begin(self, call: Call) -> Answer:
        """The first words of a call."""
        return self.answer(call, None, Started(self._kind(call), self._left(call)))

    def begin_again(self, call: Call) -> Answer:
        """A call whose place was lost, for example after a fault: the main menu, saying so."""
        return self.answer(call, None, self._lost(call))

    def answer(self, call: Call, place: str | None, event: Event) -> Answer:
        """What the caller hears next. `place` is the state from the URL, None at the start of a call."""
        flow = self._flows.flow
        state = decode(place) if place is not None else None
        if place is not None and state is None:
            event = self._lost(call)
        numbered, keyed = _numbered(flow, state, event)
        now = self.time(call)
        promises = Promises(self.store, call, keyed, now.astimezone(LONDON), self._texting, self.playing)
        decided = self._decided.step(flow, state, numbered, promises.now)
        turn = self._told(flow, self._kept(flow, decided, promises), promises)
        promises.carry_out(turn)
        at = (state or turn.state).node
        self.watch.seen(at if at in flow.nodes else "gone", _KINDS[type(numbered)], turn.state.node)
        self._listen(call, state, numbered, turn, now)
        self._leave(flow, call, state, turn.state, now)
        return Answer(flow, self._looked_up(flow, turn, promises))

    def time(self, call: Call) -> datetime:
        """The time of a call, UTC: now, or what a rehearsal says it is."""
        return (call.now or self._now()).astimezone(UTC)

    def close(self) -> None:
        """Write what callers listened to, then let the database go."""
        for close in self.closing:
            close()
        self.intake.close()
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

    def _told(self, flow: Flow, turn: Turn, promises: Promises) -> Turn:
        """Where the privacy notice is said: with the version of its words, which are kept beside the call."""
        if told := told_in(flow, turn):
            self.listening.told(Wording(told.version, told.language, told.words, promises.now.astimezone(UTC)))
        return noted(turn, told) if told else turn

    def _looked_up(self, flow: Flow, turn: Turn, promises: Promises) -> Turn:
        """Replace what stands for a number or a recording; when it cannot be had, a person is the way on."""
        if all(type(word) is Say for word in turn.speech if type(word) is not Quiet or not word.seconds):
            return turn
        try:
            speech = tuple(word for spoken in turn.speech for word in promises.look_up(flow, spoken))
        except (StoreUnavailable, LookupError) as trouble:
            _log.error("nothing to read back: %s", trouble)
            return engine.regret(flow, turn.state, promises.now)
        return replace(turn, speech=speech)

    def _kind(self, call: Call) -> CallerKind:
        """Who calls. A mobile that cannot be sent a text is one number like another."""
        kind = caller_kind(call.caller)
        return "landline" if kind == "mobile" and self._texting is None else kind

    def _lost(self, call: Call) -> Lost:
        """The place is lost: the call goes on after the last turn at which it was promised anything.

        The same request again gets the same turn. Only where nobody knows that turn does the time of day stand for it.
        """
        try:
            last = self.store.last_turn(call.sid)
        except StoreUnavailable as trouble:
            _log.warning("a call that lost its place counts its turns by the clock: %s", trouble)
            now = self.time(call)
            last = _FAR + (now.hour * 3600 + now.minute * 60 + now.second) // _STEP
        return Lost(self._kind(call), last)

    def _mark(self, call: Call) -> str:
        """By what this caller's place is known; empty where nobody is offered to go on, or cannot be known again."""
        number = ringable(call.caller)
        return self._marks("place", number) if self._marks and number and self.flow.line.resume else ""

    def _left(self, call: Call) -> str:
        """Where this caller's last call dropped; nothing when that cannot be had."""
        mark = self._mark(call)
        if unwritten := self.listening.left(mark):
            return unwritten.place
        try:
            return self.store.left(mark, self.time(call)) if mark else ""
        except StoreUnavailable as trouble:
            _log.warning("nobody can be offered to go on: %s", trouble)
            return ""

    def _leave(self, flow: Flow, call: Call, before: State | None, after: State, now: datetime) -> None:
        """Note where in a leaflet the caller is now; once they have moved on from there, that they have."""
        place = ""
        if flow.is_leaflet(after.node):
            place = encode(State(after.node, part=after.part, pace=after.pace, language=after.language))
        elif before is None or not _had_place(flow, before) or after.node == flow.line.resume:
            return
        mark = self._mark(call)
        if mark:
            self.listening.note(Place(mark, place, now))

    def _listen(self, call: Call, before: State | None, event: Event, turn: Turn, now: datetime) -> None:
        """Note what the caller did where, what it led to, and how a transfer ended; no number and no words."""
        at = before or turn.state
        self._note(call, at, _kind(event, at, turn.state), turn, now)
        for effect in turn.effects:
            if isinstance(effect, RingNoted):
                self._note(call, at, f"transfer_{effect.outcome}", turn, now)

    def _note(self, call: Call, state: State, kind: str, turn: Turn, now: datetime) -> None:
        went = GOODBYE if isinstance(turn.action, End) else turn.state.node
        self.listening.note(
            Listened(call.sid, state.turn, now, state.node, state.part, kind, state.pace, state.language, went)
        )


_KINDS: Final[dict[type[Event], str]] = {kind: kind.__name__.lower() for kind in Event.__args__}
"""What each event is called in the notes of listening."""


def _kind(event: Event, before: State, after: State) -> str:
    """What the caller did; asking for the same again or more slowly, the first time, is told from other keys."""
    if isinstance(event, Pressed | Said):
        if after.pace == "slow" != before.pace:
            return "slower"
        if after.starred and not before.starred:
            return "again"
    return _KINDS[type(event)]


def _numbered(flow: Flow, state: State | None, event: Event) -> tuple[Event, str]:
    """At a phone number, keys are a number unless they are one universal key; the number itself stays out of events."""
    if not isinstance(event, Pressed) or state is None or not isinstance(flow.nodes.get(state.node), PhoneNumber):
        return event, ""
    keys = event.keys.rstrip("#")
    if len(keys) < _SHORTEST_NUMBER or keys == "**":
        return event, ""
    number = ringable(keys) or ""
    return NumberKeyed(valid=bool(number)), number


def _had_place(flow: Flow, before: State) -> bool:
    return before.node == flow.line.resume or flow.is_leaflet(before.node)
