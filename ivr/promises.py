"""What one request stores and looks up: its promises and effects, and what may be read back to the caller."""

import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import GATHERED, PromptId
from ivr.flow.spoken import digits_of, text_of
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
    Say,
    SendText,
    Spell,
    Spoken,
    Stored,
    Turn,
    Wish,
)
from ivr.flow.workdays import promised_by
from ivr.numbers import caller_kind, ending, grouped, ringable
from ivr.store import CallFacts, Caps, Marks, Store, StoreUnavailable, TextAsked
from ivr.watching import count

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
class Texting:
    """How this line sends text messages. `page`: the address that every text ends with; `wake` is called after each."""

    marks: Marks
    page: str
    caps: Caps
    wake: Callable[[], None] = lambda: None


Playing = Callable[[str, str], str]
"""Where a recording of a call can be played, by Twilio's ids; empty while it cannot. Raises StoreUnavailable."""


def nothing_to_play(_call_sid: str, _recording_sid: str) -> str:
    """Where recordings are not kept."""
    return ""


@dataclass(frozen=True, slots=True)
class Promises:
    """One request: its call, the number keyed in it (no state may carry that), and the local time."""

    store: Store
    call: Call
    keyed: str
    now: datetime
    texting: Texting | None = None
    playing: Playing = nothing_to_play

    def keep(self, flow: Flow, state: State, promise: Promise) -> Outcome:
        """Store a promise durably, or say that it could not be."""
        try:
            if isinstance(promise, SendText):
                return Stored() if self._text(flow, promise.text, state.language) else NotStored()
            return self._keep(flow, _facts(self.call, state), promise, state.reference)
        except (StoreUnavailable, LookupError) as trouble:
            _log.error("promise %s of turn %d not stored: %s", type(promise).__name__, state.turn, trouble)
            count("promises_not_kept")
            return NotStored()

    def _keep(self, flow: Flow, facts: CallFacts, promise: Promise, known: str) -> Outcome:
        match promise:
            case Draft():
                self.store.draft(facts, self.keyed, self._utc)
            case Confirm(number=which):
                own = self._own() if which == "own" else None
                kept = self.store.confirm(facts, own, promised_by(flow, self.now), self._utc, known)
                return Stored(kept.reference, kept.merged)
            case Improve(field=field, value=value):
                self.store.improve(facts, field, value, self._utc)
            case Message(seconds=seconds):
                self.store.message(facts, self.call.recording or None, seconds, self._utc)
            case SendText():
                raise TypeError("texts are kept apart")
        return Stored()

    def _text(self, flow: Flow, prompt: PromptId, language: str) -> bool:
        """Have a prompt's words sent to the mobile that the call comes from. False when that cannot be."""
        if self.texting is None or caller_kind(self.call.caller) != "mobile":
            return False
        number, body = ringable(self.call.caller) or "", text_body(flow, prompt, language, self.texting.page)
        if segments(body) > MOST_SEGMENTS:
            _log.error("the text %s is too long to be sent", prompt)
            return False
        asked = TextAsked(self.call.sid, prompt, number, self.texting.marks("text", number), body)
        kept = self.store.ask_text(asked, self.texting.caps, self._utc)
        self.texting.wake()
        return kept

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

    def look_up(self, flow: Flow, spoken: Spoken) -> tuple[Spoken, ...]:
        """What a caller hears for what stands for a number or a recording.

        Raises StoreUnavailable or LookupError when a number cannot be had.
        """
        match spoken:
            case CallersNumber(which="ending"):
                return (Spell(ending(self._own())),)
            case CallersNumber():
                return (Spell(grouped(self.keyed or self._number())),)
            case CallersMessage():
                return self._message(flow)
            case Spell(digits="") | Quiet(seconds=0):
                return ()
            case _:
                return (spoken,)

    def _own(self) -> str:
        number = ringable(self.call.caller)
        if number is None:
            raise LookupError("the call comes from no number that can be rung")
        return number

    def _number(self) -> str:
        number = self.store.number_of(self.call.sid)
        if number is None:
            raise LookupError("this call has given no number")
        return number

    def _message(self, flow: Flow) -> tuple[Spoken, ...]:
        """The message, announced; or that it cannot be played yet, which costs the caller no way on."""
        phrases, url = flow.line.phrases, self._playable()
        announced = phrases.message_here if url else phrases.message_later
        said = (Say(announced),) if announced else ()
        return (*said, Recorded(url)) if url else said

    def _playable(self) -> str:
        try:
            sid = self.call.recording or self.store.recording_of(self.call.sid)
            return self.playing(self.call.sid, sid) if sid else ""
        except StoreUnavailable as trouble:
            _log.warning("nobody can tell whether a message is here: %s", trouble)
            return ""

    @property
    def _utc(self) -> datetime:
        return self.now.astimezone(UTC)


def _facts(call: Call, state: State) -> CallFacts:
    return CallFacts(
        call_sid=call.sid,
        turn=state.turn,
        from_number=ringable(call.caller) or call.caller,
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
    return {**kept, "notice": state.notice} if state.notice else kept


MOST_SEGMENTS: Final = 3
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€\f")
"""Characters that take two places."""
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def text_body(flow: Flow, prompt: PromptId, language: str, page: str) -> str:
    """What a text says: the line's name, the prompt's words, and where to read more.

    The telephone number stands as it is written, `01604 367125`, not digit by digit as it is said.
    """
    number = flow.line.ringing.number
    area, rest = grouped(number).split(" ", 1)
    written = f"{area} {rest if area.startswith(('02', '03')) else rest.replace(' ', '')}"
    words = text_of(flow, Say(prompt), language).replace(digits_of(number), written)
    return unicodedata.normalize("NFC", f"{flow.line.name}: {words} {page}".translate(_PLAIN)).strip()


def segments(body: str) -> int:
    """How many messages a text is cut into: of 153 places, or of 67 when a character is not in GSM 03.38."""
    whole, part = 160, 153
    if _GSM.union(_GSM_TWICE).issuperset(body):
        places = len(body) + sum(letter in _GSM_TWICE for letter in body)
    else:
        whole, part, places = 70, 67, len(body.encode("utf-16-be")) // 2
    return 1 if places <= whole else -(-places // part)
