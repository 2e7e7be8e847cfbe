"""What Twilio is answered at each of its routes: one event, then TwiML. Every signed request gets a spoken way on."""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ivr.flow.events import Event, RingEnded
from ivr.line import Answer, Switchboard
from ivr.phone import requests as reading
from ivr.phone.fallback import Fallback
from ivr.phone.requests import Form, MalformedError
from ivr.phone.twiml import Place, Writer
from ivr.phone.verbs import connecting
from ivr.phone.watchdog import Watchdog
from ivr.promises import Call
from ivr.store import StoreUnavailable

_log: Final = logging.getLogger(__name__)
_TALKED: Final = RingEnded("conversation")
Dialled = Callable[[str], str]
"""The number that a form's token stands for, empty when there is none."""
View = Callable[[Form], bytes]


def nobody(_token: str) -> str:
    """Where no calls are made for staff."""
    return ""


class Desk:
    """One line's answers."""

    def __init__(
        self,
        switchboard: Switchboard,
        writer: Writer,
        fallback: Fallback,
        dialled: Dialled = nobody,
        numbers: frozenset[str] = frozenset(),
    ) -> None:
        self._switchboard = switchboard
        self.watch = switchboard.watch
        self._writer = writer
        self._fallback = fallback
        self._dialled = dialled
        self._numbers = numbers
        self._watchdog = Watchdog()

    def views(self) -> dict[str, View]:
        """Who answers what, by the path below `/voice`."""
        return {
            "": self.begin,
            "/again": self.begin_again,
            "/turn": lambda form: self.turn(form, reading.answered(form)),
            "/message": lambda form: self.turn(form, reading.message(form)),
            "/rang": lambda form: self.turn(form, reading.rang(form)),
            "/whisper": self.whisper,
            "/whisper/answer": self.whisper_answer,
            "/staff": self.staff,
            "/status": self.status,
            "/recording": self.recording,
            "/fallback": self.fault,
            "/fallback/rang": self.fault_rang,
            "/fallback/key": self.fallback_key,
        }

    def answer(self, route: str, view: View, form: Form, connection: socket.socket | None, began: float) -> bytes:
        """What a view says; when it takes too long or breaks in any way, the words that are always ready.

        `began` is of `perf_counter`, when the request was there.
        """
        watch = self.watch
        watch.begin(form.get("CallSid"))
        with self._watchdog.watching(connection, lambda: self.fault(form)):
            spoken = self._spoken(view, form)
        watch.answered(route or "/", began)
        return spoken

    def _spoken(self, view: View, form: Form) -> bytes:
        try:
            return view(form)
        except MalformedError as problem:
            self.watch.fell_back("odd")
            _log.warning("a signed request is not what Twilio sends: %s", problem)
        except Exception:  # noqa: BLE001 (whatever broke, a caller is on the line: they hear words, and staff a log)
            self.watch.fell_back("fault")
            with suppress(Exception):  # a log that breaks, as on a full disk, takes no words from the caller
                _log.exception("a turn failed; the caller hears the fallback")
        return self._sorry(form)

    def _sorry(self, form: Form) -> bytes:
        """The words that are always ready; if even they break, those that were written when the line started."""
        try:
            return self._fallback.sorry(self._place(form).caller_id)
        except Exception:  # noqa: BLE001 (there is nothing behind this but Twilio's own words)
            return self._fallback.nobody

    def begin(self, form: Form) -> bytes:
        """A call reaches the line."""
        if self._numbers and form.get("To") not in self._numbers:
            self._elsewhere()
        return self._document(form, self._switchboard.begin(self._call(form)))

    def _elsewhere(self) -> None:
        """A call for another number of the account. To refuse it would strand a caller because of a wrong setting."""
        self.watch.count("other_numbers")
        _log.warning("a call came for a number that TWILIO_NUMBER and TWILIO_MORE_NUMBERS do not name; it was answered")

    def begin_again(self, form: Form) -> bytes:
        """A call comes back after a fault."""
        return self._document(form, self._switchboard.begin_again(self._call(form)))

    def turn(self, form: Form, event: Event) -> bytes:
        """Anything that a caller did, or that happened to the call."""
        place = reading.state_of(form.query)
        return self._document(form, self._switchboard.answer(self._call(form), place, event))

    def whisper(self, _form: Form) -> bytes:
        """The person rung has answered: tell them who is calling."""
        return self._writer.whisper(self._switchboard.flow)

    def whisper_answer(self, form: Form) -> bytes:
        """1 takes the call; anything else refuses it."""
        return self._fallback.over if form.get("Digits") == "1" else self._fallback.refused

    def staff(self, form: Form) -> bytes:
        """A member of staff has answered the call that they asked for: 1 connects it, anything else ends it."""
        number = self._dialled(reading.state_of(form.query) or "") if form.get("Digits") == "1" else ""
        return connecting(number, self._twilio_number(form)) if number else self._fallback.refused

    def _twilio_number(self, form: Form) -> str:
        return self._place(form).caller_id

    def status(self, form: Form) -> bytes:
        """How a call is getting on, in any order and any number of times."""
        self._tell(
            lambda: self._switchboard.store.call_status(
                form.sid("CallSid"),
                form.get("CallStatus")[:20],
                form.whole("CallDuration"),
                form.whole("SequenceNumber"),
                self._switchboard.time(self._call(form)),
            )
        )
        return self._fallback.over

    def recording(self, form: Form) -> bytes:
        """What became of a recording, before or after the call's own news of it."""
        self._tell(
            lambda: self._switchboard.store.recording_status(
                form.sid("RecordingSid"),
                form.sid("CallSid"),
                form.get("RecordingStatus")[:20],
                form.whole("RecordingDuration"),
                form.whole("ErrorCode"),
                self._switchboard.time(self._call(form)),
            )
        )
        return self._fallback.over

    def fault(self, form: Form) -> bytes:
        """Something broke before: say so, and ring a person."""
        if self._writer.voice.speaker.refused(form.get("ErrorCode")):
            _log.error("Twilio does not have the voice that words/ name: the second voice speaks from now on")
        return self._fallback.sorry(self._place(form).caller_id)

    def fault_rang(self, form: Form) -> bytes:
        """How that ended: after a conversation only what next, else the number too."""
        return self._fallback.after if reading.rang(form) == _TALKED else self._fallback.nobody

    def fallback_key(self, form: Form) -> bytes:
        """After a fault: 0 rings a person again, 1 starts again, 2 is goodbye, silence hears the number again."""
        match form.get("Digits"):
            case "0":
                return self._fallback.sorry(self._place(form).caller_id)
            case "1":
                return self.begin_again(form)
            case "2":
                return self._fallback.goodbye
            case _:
                return self._fallback.nobody

    def _tell(self, store: Callable[[], None]) -> None:
        """News for the store; when it cannot take them they are found again by asking Twilio."""
        try:
            store()
        except StoreUnavailable as trouble:
            _log.error("news of a call not stored: %s", trouble)

    def _call(self, form: Form) -> Call:
        sid = form.sid("CallSid")
        if not sid:
            raise MalformedError("no call id")
        return Call(sid, form.get("From")[:40], form.sid("RecordingSid"), reading.rehearsed_time(form.moment))

    def _document(self, form: Form, answer: Answer) -> bytes:
        place = self._place(form)
        writer = self._writer if place is self._writer.place else replace(self._writer, place=place)
        return writer.document(answer)

    def _place(self, form: Form) -> Place:
        """Where the line is; it shows the number that was rung where its own is not configured."""
        place = self._writer.place
        return place if place.caller_id else replace(place, caller_id=reading.number(form, "To"))
