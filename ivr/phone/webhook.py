"""`/voice` and all below it: signature first, then one event, then TwiML. Every signed request gets a spoken way on."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Request, Response, abort, request
from werkzeug.exceptions import HTTPException

from ivr.flow.events import Event, RingEnded
from ivr.line import Answer, Switchboard
from ivr.phone import requests as reading
from ivr.phone.fallback import Fallback
from ivr.phone.requests import Form, MalformedError
from ivr.phone.signature import is_signed
from ivr.phone.twiml import Place, Writer, connecting
from ivr.phone.watchdog import Watchdog
from ivr.promises import Call
from ivr.store import StoreUnavailable

_log: Final = logging.getLogger(__name__)
_FORM: Final = "application/x-www-form-urlencoded"
_TALKED: Final = RingEnded("conversation")
Dialled = Callable[[str], str]
"""The number that a form's token stands for, empty when there is none."""
XML: Final = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Twilio:
    """What makes a request Twilio's own: the account, its tokens, and the address that it signs."""

    account: str
    tokens: tuple[str, ...]
    public_url: str
    rehearsal: bool


def nobody(_token: str) -> str:
    """Where no calls are made for staff."""
    return ""


def voice_pages(
    switchboard: Switchboard, writer: Writer, fallback: Fallback, twilio: Twilio, dialled: Dialled = nobody
) -> Blueprint:
    """The routes that Twilio calls. `dialled` tells whom a member of staff asked to be connected with."""
    pages = Blueprint("voice", __name__, url_prefix="/voice")
    desk, watchdog = _Desk(switchboard, writer, fallback, twilio), Watchdog()
    routes: dict[str, Callable[[Form], bytes]] = {
        "": desk.begin,
        "/again": desk.begin_again,
        "/turn": lambda form: desk.turn(form, reading.answered(form)),
        "/message": lambda form: desk.turn(form, reading.message(form)),
        "/rang": lambda form: desk.turn(form, reading.rang(form)),
        "/whisper": desk.whisper,
        "/whisper/answer": desk.whisper_answer,
        "/staff": lambda form: desk.staff(form, dialled),
        "/status": desk.status,
        "/recording": desk.recording,
        "/fallback": desk.fault,
        "/fallback/rang": desk.fault_rang,
        "/fallback/key": desk.fallback_key,
    }
    for path, view in routes.items():
        name = f"voice{path}".replace("/", "_")
        pages.add_url_rule(path, name, _signed(desk, view, watchdog), methods=["POST"], provide_automatic_options=False)
    return pages


def _signed(desk: "_Desk", view: Callable[[Form], bytes], watchdog: Watchdog) -> Callable[[], Response]:
    """A route: refuse what Twilio did not sign; answer everything else, whatever breaks."""

    def answer() -> Response:
        form = desk.check()
        with watchdog.watching(request.environ.get("gunicorn.socket"), lambda: desk.fault(form)):
            return Response(desk.spoken(view, form), HTTPStatus.OK, content_type=XML)

    return answer


def _is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == _FORM


class _Desk:
    """One line's routes."""

    def __init__(self, switchboard: Switchboard, writer: Writer, fallback: Fallback, twilio: Twilio) -> None:
        self._switchboard = switchboard
        self._writer = writer
        self._fallback = fallback
        self._twilio = twilio

    def check(self) -> Form:
        """The form of a request that Twilio signed. Aborts with 403, 413 or 415; reads the body, stores nothing."""
        asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - looked up once only
        signature = asked.environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        if not signature:
            abort(HTTPStatus.FORBIDDEN)
        asked.max_content_length = reading.LARGEST_BODY
        body = asked.get_data(cache=False)
        try:
            form = reading.read_form(body) if _is_form(asked.content_type or "") else None
        except MalformedError:
            abort(HTTPStatus.FORBIDDEN)
        fields = form.fields if form else ()
        if not is_signed(self._url(asked), fields, signature, self._twilio.tokens):
            abort(HTTPStatus.FORBIDDEN)
        if form is None:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if form.get("AccountSid") != self._twilio.account:
            abort(HTTPStatus.FORBIDDEN)
        return form

    def _url(self, asked: Request) -> str:
        """The address as Twilio signed it: ours by configuration, never by what the request says of its host."""
        query = asked.query_string.decode("latin-1")
        return f"{self._twilio.public_url}{asked.path}" + (f"?{query}" if query else "")

    def spoken(self, view: Callable[[Form], bytes], form: Form) -> bytes:
        """What a view says; when it breaks in any way, the words that are always ready."""
        try:
            return view(form)
        except HTTPException:
            raise
        except MalformedError as problem:
            _log.warning("a signed request is not what Twilio sends: %s", problem)
        except Exception:  # noqa: BLE001 (whatever broke, a caller is on the line: they hear words, and staff a log)
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
        return self._document(form, self._switchboard.begin(self._call(form)))

    def begin_again(self, form: Form) -> bytes:
        """A call comes back after a fault."""
        return self._document(form, self._switchboard.begin_again(self._call(form)))

    def turn(self, form: Form, event: Event) -> bytes:
        """Anything that a caller did, or that happened to the call."""
        place = reading.state_of(request.query_string)
        return self._document(form, self._switchboard.answer(self._call(form), place, event))

    def whisper(self, _form: Form) -> bytes:
        """The person rung has answered: tell them who is calling."""
        return self._writer.whisper(self._switchboard.flow)

    def whisper_answer(self, form: Form) -> bytes:
        """1 takes the call; anything else refuses it."""
        return self._fallback.over if form.get("Digits") == "1" else self._fallback.refused

    def staff(self, form: Form, dialled: Dialled) -> bytes:
        """A member of staff has answered the call that they asked for: 1 connects it, anything else ends it."""
        number = dialled(reading.state_of(request.query_string) or "") if form.get("Digits") == "1" else ""
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
        moment = reading.rehearsed_time(request.headers.get("X-Plainline-Now", "")) if self._twilio.rehearsal else None
        return Call(sid, form.get("From")[:40], form.sid("RecordingSid"), moment)

    def _document(self, form: Form, answer: Answer) -> bytes:
        place = self._place(form)
        writer = self._writer if place is self._writer.place else replace(self._writer, place=place)
        return writer.document(answer)

    def _place(self, form: Form) -> Place:
        """Where the line is; it shows the number that was rung where its own is not configured."""
        place = self._writer.place
        return place if place.caller_id else replace(place, caller_id=reading.number(form, "To"))
