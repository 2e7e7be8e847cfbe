"""A caller hears their own message again: our copy of it, at an address that is good for as long as their call.

Twilio's own copy is not played: where its media ask for a password, as they should, <Play> is refused them too.
"""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response

from ivr.config import API
from ivr.sealing import SealError
from ivr.sounds import KIND, NotHereError, Sounds
from ivr.store import Marks, Sound, StoreUnavailable

PATH: Final = "/message/"
GOOD: Final = timedelta(hours=1)
"""How long after it was spoken an address is good at the most; it ends with the call before that."""
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnMessages:
    """The messages of one line, for the caller who spoke them and nobody else."""

    sounds: Sounds
    marks: Marks
    base: str
    now: Callable[[], datetime]

    def address(self, call_sid: str, recording_sid: str) -> str:
        """Where a message of this call can be played; empty while it is not here.

        The same for as long as it is here, so that a request that comes twice is answered twice alike.
        """
        sound = self.sounds.store.sound_of(recording_sid)
        if sound is None or sound.status != "kept" or sound.call_sid != call_sid:
            return ""
        return f"{self.base}{PATH}{sound.id}/{self.marks('message', sound.id)}.wav"

    def good(self, sound_id: str, mark: str) -> Sound | None:
        """The message of an address, while its call goes on; None for any other address."""
        if not hmac.compare_digest(self.marks("message", sound_id).encode(), mark.encode("utf-8", "replace")):
            return None
        sound = self.sounds.store.sound(sound_id)
        if sound is None or self.now() - sound.created > GOOD or self.sounds.store.is_over(sound.call_sid):
            return None
        return sound


def at_twilio(account: str) -> Callable[[str, str], str]:
    """Where a rehearsal, which fetches nothing, has messages played: at the Twilio that it stands in for."""
    return lambda _call_sid, sid: f"{API}/2010-04-01/Accounts/{account}/Recordings/{sid}.wav"


def message_pages(own: OwnMessages) -> Blueprint:
    """`GET /message/…`: the sound, kept by nobody on its way. What cannot be played, for whatever reason, is 404."""
    pages = Blueprint("message", __name__)

    @pages.get(f"{PATH}<sound>/<mark>.wav")
    def play(sound: str, mark: str) -> Response:
        try:
            found = own.good(sound, mark)
            return _heard(own.sounds.whole(found)) if found else _nothing()
        except (NotHereError, SealError, StoreUnavailable) as trouble:
            _log.error("a caller cannot hear their message again: %s", type(trouble).__name__)
            return _nothing()

    return pages


def _heard(data: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return Response(data, HTTPStatus.OK, headers, content_type=KIND)


def _nothing() -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response("There is no such message.\n", HTTPStatus.NOT_FOUND, headers, mimetype="text/plain")
