"""A phone wired straight to the engine: no HTTP, no TwiML, no database. What it hears must be what the line says."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.flow import engine
from ivr.flow.events import Lost, MessageTaken, NoInput, NumberKeyed, Pressed, RingEnded, Said, Started
from ivr.flow.line import Flow
from ivr.flow.nodes import PhoneNumber, PromptId
from ivr.flow.spoken import text_of
from ivr.flow.turn import (
    CallersMessage,
    CallersNumber,
    Confirm,
    Draft,
    End,
    Keep,
    Listen,
    NotStored,
    Quiet,
    Ring,
    Say,
    SendText,
    Spell,
    Stored,
    TakeMessage,
    Turn,
)
from ivr.numbers import caller_kind, ending, grouped, ringable

LONDON = ZoneInfo("Europe/London")
OUTCOMES = {
    "conversation": "conversation",
    "answered": "conversation",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "no_answer",
    "not-bridged": "no_answer",
    "failed": "failed",
    "unknown": "failed",
    "missing": "failed",
}


@dataclass
class Memory:
    """What the store would know: references by number, and which numbers have asked in this story."""

    references: dict[str, str]
    asked: set[str] = field(default_factory=set)


@dataclass
class Bare:
    """One call."""

    flow: Flow
    memory: Memory
    caller: str
    now: datetime
    transfers: list[str]
    whisper: str = "1"
    heard: list[str] = field(default_factory=list)
    rang: list[str] = field(default_factory=list)
    ended_by: str = ""
    keyed: str = ""
    message: bool = False
    turn: Turn | None = None
    lost: bool = False

    def dial(self):
        self._event(Started(caller_kind(self.caller)), None)

    def press(self, keys):
        listen = self.turn.action
        if isinstance(listen, TakeMessage):
            self._event(NoInput(), self.turn.state)
        elif listen.keys == 0:
            self._entry(keys)
        else:
            heard, rang = len(self.heard), len(self.rang)
            self._event(Pressed(keys[0]), self.turn.state)
            if keys[1:] and isinstance(self.turn.action, Listen) and len(self.rang) == rang:
                # A key typed ahead stops the question before a word of it is said.
                del self.heard[heard:]
                self.press(keys[1:])

    def _entry(self, keys):
        digits = keys.partition("#")[0]
        node = self.flow.nodes[self.turn.state.node]
        if not digits:
            self._event(NoInput(), self.turn.state)
        elif isinstance(node, PhoneNumber) and len(digits) > 1 and digits != "**":
            number = ringable(digits)
            self.keyed = number or self.keyed
            self._event(NumberKeyed(valid=bool(number)), self.turn.state)
        else:
            self._event(Pressed(digits), self.turn.state)

    def say(self, words, confidence=None):
        if isinstance(self.turn.action, TakeMessage):
            self.leave_message(max(1, round(len(words.split()) * 0.4)))
        elif self.turn.action.speech:
            self._event(Said(words, confidence), self.turn.state)
        else:
            self.wait()

    def wait(self):
        self._event(NoInput(), self.turn.state)

    def leave_message(self, seconds):
        self.message = True
        self._event(MessageTaken(seconds), self.turn.state)

    def hang_up(self):
        self.ended_by = "caller"

    def lose_place(self):
        self.lost = True

    def _event(self, event, state):
        if self.lost:
            event, state, self.lost = Lost(caller_kind(self.caller)), None, False
        turn = engine.step(self.flow, state, event, self.now.astimezone(LONDON))
        while isinstance(turn.action, Keep):
            turn = engine.settle(self.flow, turn, self._store(turn.action.promise), self.now.astimezone(LONDON))
        self.turn = turn
        for spoken in turn.speech:
            text = self._text(spoken)
            if text:
                self.heard.append(text)
        self._act(turn.action)

    def _store(self, promise):
        match promise:
            case Confirm(number="own"):
                return self._kept(ringable(self.caller))
            case Confirm() | Draft() if not self.keyed:
                return NotStored()
            case Confirm():
                return self._kept(self.keyed)
            case SendText():
                return NotStored()
            case _:
                return Stored()

    def _kept(self, number):
        merged = number in self.memory.asked
        self.memory.asked.add(number)
        self.number = number
        return Stored(self.memory.references.get(number, "0000"), merged)

    def _text(self, spoken):
        match spoken:
            case Say():
                return text_of(self.flow, spoken, self.turn.state.language)
            case Quiet():
                return ""
            case Spell(digits=digits):
                return self._digits(digits)
            case CallersNumber(which="ending"):
                return self._digits(ending(self.caller))
            case CallersNumber():
                return self._digits(grouped(self.keyed))
            case CallersMessage():
                here = text_of(self.flow, Say(self.flow.line.phrases.message_here), self.turn.state.language)
                return f"{here} (your message)" if self.message else ""

    def _digits(self, digits):
        words = (text_of(self.flow, Say(PromptId(f"digit.{d}")), self.turn.state.language) for d in digits if d != " ")
        return " ".join(words)

    def _act(self, action):
        match action:
            case End():
                self.ended_by = "line"
            case TakeMessage():
                self.heard.append("(beep)")
            case Ring(number=number, whisper=whisper):
                self.rang.append(number)
                self._rung(whisper)
            case Listen():
                return

    def _rung(self, whisper):
        name = self.transfers.pop(0) if len(self.transfers) > 1 else self.transfers[0]
        if name == "caller-leaves":
            self.ended_by = "caller"
            return
        refused = name == "conversation" and whisper is not None and self.whisper != "1"
        self._event(RingEnded("no_answer" if refused else OUTCOMES[name]), self.turn.state)
