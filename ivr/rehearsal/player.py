"""Plays the line's documents as Twilio does, until the caller must do something or the call is over."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

from ivr.rehearsal import fields
from ivr.rehearsal.ear import BEEP, Ear, Turn
from ivr.rehearsal.fields import CallStatus, Parties
from ivr.rehearsal.keys import gather, hears_keys, wait_of
from ivr.rehearsal.sounds import Sound
from ivr.rehearsal.transfer import NOT_TAKEN, OUTCOMES, Outcome
from ivr.rehearsal.twiml import Element, TwilioRefuses
from ivr.rehearsal.whisper import Whisper
from ivr.rehearsal.wire import Played, Wire

MOST_REDIRECTS: Final = 10
LONGEST_RECORDING: Final = "3600"
SHORTEST_RECORDING: Final = 1
RINGS_UNLESS_TOLD: Final = "30"
GATHERED: Final = {"msg": "Gather End"}
LEAVES: Final = "caller-leaves"

EndedBy = Literal["", "caller", "line", "document", "rejected"]
"""Who ended the call; empty while it lasts. `document`: the answer was over and Twilio hung up."""


@dataclass(slots=True, kw_only=True)
class Player:
    """The state of one call at Twilio. The last of `transfers` holds for every further one."""

    wire: Wire
    parties: Parties
    ear: Ear
    transfers: deque[str]
    whisper_keys: str
    fallback: str
    status_path: str
    owned: frozenset[str]
    asks_to_ring: bool = False
    """Stop before a transfer rings, until `let_ring`: a caller may leave before anybody answers."""
    path: str = ""
    rest: deque[Element] = field(default_factory=deque)
    waiting: Element | None = None
    nested: list[Sound] = field(default_factory=list)
    ahead: str = ""
    redirects: int = 0
    ended_by: EndedBy = ""
    rang: list[str] = field(default_factory=list)
    rang_at: list[float] = field(default_factory=list)
    """Seconds into the call at which each transfer began to ring."""
    refusals: list[TwilioRefuses] = field(default_factory=list)
    news: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def load(self, path: str, extra: dict[str, str], given: str = "", status: CallStatus = "in-progress") -> None:
        """Ask the line for the next document. A refused answer leads to the fallback address, where there is one."""
        form = {**self.parties.fields(status), **extra}
        try:
            played = self.wire.ask(path, form)
        except TwilioRefuses as refusal:
            played = self._fall_back(path, form, refusal)
        brought = played.exchange
        self.ear.turns.append(Turn(brought.path, given, brought.answer.body.decode(), self.ear.seconds, brought.took))
        self.path, self.rest, self.waiting = brought.path, deque(played.document), None

    def _fall_back(self, path: str, form: dict[str, str], refusal: TwilioRefuses) -> Played:
        if not self.fallback or path == self.fallback:
            raise refusal
        self.refusals.append(refusal)
        trouble = {"ErrorCode": str(refusal.code or 11200), "ErrorUrl": self.wire.public_url.rstrip("/") + path}
        return self.wire.ask(self.fallback, {**form, **trouble})

    def run(self) -> None:
        """Play verb after verb until the line listens or the call is over."""
        while self.rest and self.waiting is None and not self.ended_by:
            self._play(self.rest.popleft())
        if self.waiting is None and not self.ended_by:
            self.finish("document")

    def _play(self, verb: Element) -> None:
        match verb.tag:
            case "Gather":
                self._listen(verb)
            case "Record":
                self.waiting, self.ahead = verb, ""
                if verb.get("playBeep") != "false":
                    self.ear.hear(BEEP)
            case "Dial" if self.asks_to_ring:
                self.waiting = verb
            case "Dial":
                self.let_ring(verb)
            case "Redirect":
                self._redirect(verb)
            case "Hangup":
                self.finish("line")
            case "Reject":
                self.finish("rejected")
            case _:
                self.ear.hear(self.sound(verb))

    def sound(self, verb: Element) -> Sound:
        """What a speaking verb of the document says."""
        return self.ear.sound_of(verb, self.wire.sound_path(verb.text or "", self.path))

    def _redirect(self, verb: Element) -> None:
        self.redirects += 1
        if self.redirects > MOST_REDIRECTS:
            raise TwilioRefuses(f"{MOST_REDIRECTS} redirects in a row without the caller doing anything", 11215)
        self.follow(verb, (verb.text or "").strip(), {})

    def _listen(self, verb: Element) -> None:
        self.waiting, self.nested = verb, [self.sound(child) for child in verb]
        if self.ahead and hears_keys(verb):
            self.take_keys()
        else:
            self.ahead = ""
            self.ear.hear_all(self.nested)

    def take_keys(self) -> None:
        """Give the keys pressed so far to the <Gather> that listens."""
        verb = self.stop_waiting()
        got = gather(verb, self.ahead)
        self.ahead = got.left
        if got.waited:
            self.ear.seconds += wait_of(verb)
        if got.digits:
            self.act(verb, {"Digits": got.digits, **GATHERED}, got.digits)
        else:
            self.take_nothing(verb)

    def take_nothing(self, verb: Element) -> None:
        """A <Gather> got no input: its action only when it asks for that, otherwise the next verb."""
        if verb.get("actionOnEmptyResult") == "true":
            self.act(verb, {"Digits": "", **GATHERED})

    def take_recording(self, verb: Element, seconds: int, key: str = "") -> None:
        """A <Record> ended by a key or by quiet. Without sound there is no request: the next verb is played."""
        length = min(seconds, int(verb.get("maxLength", LONGEST_RECORDING)))
        self.ear.seconds += length + (0 if key else wait_of(verb))
        sid = "RE" + secrets.token_hex(16)
        if length < SHORTEST_RECORDING:
            self._news_of(verb, fields.recording_event(self.parties, sid, 0, "absent"))
            return
        taken = {**fields.recording(self.parties, sid, length), **({"Digits": key} if key else {})}
        self._news_of(verb, fields.recording_event(self.parties, sid, length))
        leaving = key == "hangup"
        self.act(verb, taken, "(message)", status="completed" if leaving else "in-progress")
        self._tell_news(late=False)

    def _news_of(self, verb: Element, form: dict[str, str]) -> None:
        address, faults = verb.get("recordingStatusCallback"), self.wire.faults
        wanted = verb.get("recordingStatusCallbackEvent", "completed").split()
        if not address or form["RecordingStatus"] not in wanted or faults.strikes(faults.recording_lost):
            return
        self.news.append((self.wire.path_of(address, self.path), form))
        if faults.strikes(faults.recording_first):
            self._tell_news(late=True)

    def _tell_news(self, *, late: bool) -> None:
        faults = self.wire.faults
        if late or not faults.strikes(faults.recording_late):
            while self.news:
                self.wire.tell(*self.news.pop(0))

    def let_ring(self, verb: Element) -> None:
        """Ring, and tell the line how it ended."""
        numbers = list(verb) or [verb]
        self.rang += [(number.text or "").strip() for number in numbers]
        self.rang_at += [self.ear.seconds] * len(numbers)
        self._may_show(verb.get("callerId", ""))
        name = self.transfers.popleft() if len(self.transfers) > 1 else self.transfers[0]
        child = "CA" + secrets.token_hex(16)
        outcome = self._whispered(numbers[0], child) if name == "conversation" else OUTCOMES[name]
        self.ear.ring(name, outcome.seconds(int(verb.get("timeout", RINGS_UNLESS_TOLD))))
        self.ahead = ""
        leaving = name == LEAVES
        if verb.get("action"):
            self.act(verb, outcome.fields(child), f"({name})", status="completed" if leaving else "in-progress")
        if leaving:
            self.finish("caller")

    def _may_show(self, number: str) -> None:
        if number and number not in {self.parties.caller, self.parties.called, *self.owned}:
            raise TwilioRefuses(f"<Dial> may not show {number}: it is neither the caller's nor ours", 13214)

    def _whispered(self, number: Element, child: str) -> Outcome:
        address = number.get("url", "")
        if not address:
            return OUTCOMES["conversation"]
        rung = Parties(
            self.parties.called, (number.text or "").strip(), self.parties.account, child, parent=self.parties.sid
        )
        whisper = Whisper(self.wire, rung, Ear(self.ear.sounds), self.whisper_keys)
        return OUTCOMES["conversation"] if whisper.taken(address, self.path) else NOT_TAKEN

    def act(self, verb: Element, extra: dict[str, str], given: str = "", status: CallStatus = "in-progress") -> None:
        """Ask the verb's action, or this document's own address where it names none."""
        self.follow(verb, verb.get("action") or self.path, extra, given, status)

    def follow(
        self, verb: Element, address: str, extra: dict[str, str], given: str = "", status: CallStatus = "in-progress"
    ) -> None:
        """Ask an address of a document."""
        if verb.get("method", "POST") != "POST":
            raise TwilioRefuses(f"<{verb.tag}> asks by GET, which would put what callers give into addresses and logs")
        self.load(self.wire.path_of(address, self.path), extra, given, status)

    def stop_waiting(self) -> Element:
        """The verb that listened; from now on nothing does."""
        verb, self.waiting = self.waiting, None
        if verb is None:
            raise TwilioRefuses("the line does not listen")
        return verb

    def finish(self, by: EndedBy) -> None:
        """The call is over: late news, then the last status event."""
        self.ended_by, self.waiting = by, None
        self.rest.clear()
        self._tell_news(late=True)
        if self.status_path:
            self.tell_status()
            if self.wire.faults.strikes(self.wire.faults.status_twice):
                self.tell_status()

    def tell_status(self) -> None:
        """Bring the last status event of the call."""
        self.wire.tell(self.status_path, fields.ended(self.parties, self.ear.seconds))
