"""A strict stand-in for Twilio: one call, played against the line's real answers. What Twilio refuses, it refuses.

line = wsgi(app)
call = Call(line.post, token=token, public_url="https://line.example")
call.dial()
call.press("1")
assert call.heard[-1] == "…"
"""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from ivr.rehearsal import fields
from ivr.rehearsal.ear import Ear, Turn
from ivr.rehearsal.faults import Faults
from ivr.rehearsal.fields import Parties
from ivr.rehearsal.keys import ANY_KEY, ends_recording, hears_keys, hears_words, wait_of
from ivr.rehearsal.player import LEAVES, EndedBy, Player
from ivr.rehearsal.sounds import WORDS_A_MINUTE, Sounds, silent_library
from ivr.rehearsal.transport import Post
from ivr.rehearsal.twiml import Element, TwilioRefuses
from ivr.rehearsal.wire import Exchange, Wire

NOW: Final = "X-Plainline-Now"
"""Header by which a rehearsal line is told the time. A line with a real token does not read it."""


class NotNow(Exception):  # noqa: N818 - a state of the call, read aloud: raise NotNow
    """The caller cannot do this now: the call is over, has not begun, or the line does not listen for it."""


@dataclass(slots=True)
class Call:
    """One call. Actions: dial, press, say, wait, leave_message, hang_up; each raises TwilioRefuses or NotNow.

    `transfer`: how ringing a person ends, one name of transfer.OUTCOMES each time; the last one holds from then on.
    `whisper`: keys of the person answering, where the line asks them to take the call.
    `now`: the time at which the call starts; the line is told it, moved on by the call's simulated seconds.
    `asks_to_ring`: a transfer rings only with `let_ring`, so that the caller may hang up before.
    `fallback`: path asked after a refused answer, as Twilio asks the number's fallback address; "" raises instead.
    """

    post: Post
    _: KW_ONLY
    token: str
    public_url: str
    caller: str = "+447700900123"
    called: str = "+441604367125"
    account: str = "AC" + "0" * 32
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    sounds: Sounds = silent_library
    transfer: tuple[str, ...] = ("conversation",)
    whisper: str = "1"
    faults: Faults = field(default_factory=Faults)
    now: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    voice_path: str = "/voice"
    status_path: str = "/voice/status"
    fallback: str = ""
    owned: frozenset[str] = frozenset()
    asks_to_ring: bool = False
    player: Player = field(init=False)

    def __post_init__(self) -> None:
        wire = Wire(self.post, self.token, self.public_url, self._headers, self.faults)
        self.player = Player(
            wire=wire,
            parties=Parties(self.caller, self.called, self.account, self.sid),
            ear=Ear(self.sounds),
            transfers=deque(self.transfer),
            whisper_keys=self.whisper,
            fallback=self.fallback,
            status_path=self.status_path,
            owned=self.owned,
            asks_to_ring=self.asks_to_ring,
        )

    def _headers(self) -> dict[str, str]:
        if self.now is None:
            return dict(self.headers)
        return {**self.headers, NOW: (self.now + timedelta(seconds=self.seconds)).isoformat()}

    @property
    def heard(self) -> list[str]:
        """Every sentence of the call so far."""
        return self.player.ear.heard

    @property
    def turns(self) -> list[Turn]:
        """What each answer of the line said, and how long it took to say."""
        return self.player.ear.turns

    @property
    def seconds(self) -> float:
        """Simulated length of the call so far."""
        return self.player.ear.seconds

    @property
    def rang(self) -> list[str]:
        """Numbers that transfers rang, in order."""
        return self.player.rang

    @property
    def rang_at(self) -> list[float]:
        """Seconds into the call at which each of these began to ring."""
        return self.player.rang_at

    @property
    def ended_by(self) -> EndedBy:
        """Who ended the call; empty while it lasts."""
        return self.player.ended_by

    @property
    def listens(self) -> Element | None:
        """The <Gather>, <Record> or <Dial> that waits for the caller now."""
        return self.player.waiting

    @property
    def refusals(self) -> list[TwilioRefuses]:
        """Answers that were refused and replaced by the fallback's."""
        return self.player.refusals

    @property
    def exchanges(self) -> list[Exchange]:
        """Every request of this call and its answer."""
        return self.player.wire.exchanges

    def dial(self) -> Self:
        """Ring the line."""
        if self.turns:
            raise NotNow("this call has begun already")
        self.player.load(self.voice_path, fields.first(self.player.parties), status="ringing")
        self.player.run()
        return self

    def press(self, keys: str, after: float | None = None) -> Self:
        """Press keys, one after the other; `after` so many seconds of the words being said, None after all of them."""
        if not keys or not set(keys) <= set(ANY_KEY):
            raise NotNow(f"a telephone has no keys {keys!r}")
        verb = self._listening()
        if verb.tag == "Record":
            return self._press_in_recording(verb, keys)
        if not hears_keys(verb):
            return self.wait()
        self._interrupt(after)
        self.player.ahead = keys
        self.player.take_keys()
        return self._go_on()

    def _press_in_recording(self, verb: Element, keys: str) -> Self:
        ending = next((key for key in keys if ends_recording(verb, key)), "")
        return self.leave_message(0, ending)

    def say(self, words: str, confidence: float | None = 0.9, after: float | None = None) -> Self:
        """Say something; the line hears it where it listens for words. In a recording it is the message."""
        verb = self._listening()
        if verb.tag == "Record":
            return self.leave_message(max(1, round(len(words.split()) * 60 / WORDS_A_MINUTE)), "")
        if not hears_words(verb):
            return self.wait()
        self._interrupt(after)
        self.player.stop_waiting()
        sure = {} if confidence is None else {"Confidence": str(confidence)}
        self.player.act(verb, {"SpeechResult": words, **sure}, words)
        return self._go_on()

    def wait(self) -> Self:
        """Stay silent until the line goes on by itself."""
        verb = self._listening()
        self.player.stop_waiting()
        if verb.tag == "Record":
            self.player.take_recording(verb, 0)
        else:
            self.player.ear.seconds += wait_of(verb)
            self.player.take_nothing(verb)
        self.player.run()
        return self

    def leave_message(self, seconds: int, key: str = "#") -> Self:
        """Speak for whole `seconds` into a recording, then press `key`; "" for quiet at the end."""
        verb = self._listening()
        if verb.tag != "Record":
            raise NotNow("the line does not record")
        self.player.stop_waiting()
        self.player.take_recording(verb, seconds, key if ends_recording(verb, key) else "")
        return self._go_on()

    def hang_up(self, spoken: int = 3) -> Self:
        """End the call, now. In a recording, `spoken` seconds of message were left."""
        verb = self._listening()
        if verb.tag == "Dial":
            self.player.transfers.appendleft(LEAVES)
            return self.let_ring()
        early = self.status_path and self.faults.strikes(self.faults.status_early)
        if early:
            self.player.tell_status()
        if verb.tag == "Record":
            self.player.stop_waiting()
            self.player.take_recording(verb, spoken, "hangup")
        self.player.finish("caller")
        return self

    def let_ring(self) -> Self:
        """Ring the person whom the line transfers to, where `asks_to_ring` made it wait for that."""
        verb = self._listening()
        if verb.tag != "Dial":
            raise NotNow("the line rings nobody")
        self.player.let_ring(self.player.stop_waiting())
        return self._go_on()

    def lose_place(self) -> Self:
        """Make the line forget where the call is: the state in the address that it listens at means nothing to it."""
        verb = self._listening()
        verb.set("action", verb.get("action", "").partition("?")[0] + "?s=forgotten")
        return self

    def _listening(self) -> Element:
        if self.ended_by:
            raise NotNow(f"the call is over, ended by the {self.ended_by}")
        if self.listens is None:
            raise NotNow("the call has not begun: dial first")
        return self.listens

    def _interrupt(self, after: float | None) -> None:
        if after is not None:
            self.player.ear.unhear(self.player.nested, after)

    def _go_on(self) -> Self:
        self.player.redirects = 0
        self.player.run()
        return self
