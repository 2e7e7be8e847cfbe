"""Calls that staff ask for by click: Twilio rings the member of staff, and once they press 1, the caller.

A request to make a call that was not clearly answered is never repeated: the call may have been made. It is looked
for instead.
"""

import logging
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from ivr.config import Config
from ivr.phone.rest import client, refused

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]

_log: Final = logging.getLogger(__name__)
RING: Final = 30
"""Seconds for which the member of staff is rung. Ofcom asked for at least 15 of whoever rings people."""
WAIT: Final = 15
"""Seconds in which to press 1."""
SKEW: Final = timedelta(minutes=1)
LISTED: Final = 20
READY: Final = "This is your call from the queue. To ring the caller now, press 1."


@dataclass(frozen=True, slots=True)
class Rung:
    """What asking for a call came to. `unknown`: no answer came, so it may ring yet."""

    status: Literal["ringing", "refused", "unknown"]
    sid: str = ""


class Calls:
    """Calls through Twilio's own client, which is loaded with the first of them."""

    def __init__(self, config: Config) -> None:
        self._config: Final = config
        self._client: Client | None = None

    def ring(self, own: str, form: str, now: datetime) -> Rung:
        """Ring a member of staff about the request of a form. Never raises, and never asks twice."""
        calls = self._calls()
        given = {"to": own, "from_": self._config.caller_id, "twiml": self._asks(form), "timeout": RING}
        try:
            made = calls.create(**given, time_limit=3600)
        except Exception as error:  # noqa: BLE001 - libraries below raise of many kinds, with the number in their words
            _log.error("a call for staff was not made: %s", refused(error))
            return Rung("refused") if _certainly_not(error) else self._found(own, now)
        return Rung("ringing", made.sid) if made.sid else self._found(own, now)

    def _found(self, own: str, now: datetime) -> Rung:
        """Whether Twilio has the call of which it gave no answer."""
        try:
            listed = self._calls().list(to=own, limit=LISTED)
        except Exception as error:  # noqa: BLE001 - as above; not knowing is an answer
            _log.error("a call for staff cannot be looked for: %s", refused(error))
            return Rung("unknown")
        new = [one for one in listed if one.date_created and one.date_created >= now - SKEW]
        return Rung("ringing", new[0].sid) if new else Rung("unknown")

    def _asks(self, form: str) -> str:
        """Nobody is rung until a person presses 1: a voicemail never does."""
        response = ET.Element("Response")
        action = f"{self._config.public_url}/voice/staff?s={form}"
        how = {"input": "dtmf", "numDigits": "1", "finishOnKey": "", "timeout": str(WAIT)}
        inside = ET.SubElement(response, "Gather", how | {"action": action, "method": "POST"})
        ET.SubElement(inside, "Say", language="en-GB", voice="Polly.Amy-Neural").text = READY
        ET.SubElement(response, "Hangup")
        return ET.tostring(response, "unicode")

    def _calls(self) -> Any:
        if self._client is None:
            self._client = client(self._config)
        return self._client.calls


def _certainly_not(error: Exception) -> bool:
    """Whether Twilio itself said that it made no call."""
    status = getattr(error, "status", 0)
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT


def calls(config: Config) -> Calls | None:
    """Who makes calls for staff; None where no telephone is: in a rehearsal, or without a number of the line's own."""
    return None if config.rehearsal or not config.caller_id else Calls(config)
