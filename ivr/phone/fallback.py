"""The last words before Twilio's own error message: made once at start, needing neither database nor flow."""

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from ivr.phone.twiml import Place
from ivr.phone.verbs import add, dial, pause, written

VOICE: Final = "Google.en-GB-Neural2-B"
"""Of another maker than the line's first voice: when this is heard, that one may be what failed."""
LANGUAGE: Final = "en-GB"
_RINGING: Final = 30
_WAIT: Final = "45"


@dataclass(frozen=True, slots=True)
class Fallback:
    """Documents that are always ready."""

    place: Place
    number: str
    digits: str
    nobody: bytes
    """The person was not reached: the ways on, and the number twice."""
    after: bytes
    """The person was reached: the ways on."""
    goodbye: bytes
    """The caller chose to finish."""
    over: bytes
    """Nothing to say: the call is over, or a person takes it."""
    refused: bytes
    """The person rung did not take the call."""

    def sorry(self, shown: str) -> bytes:
        """Something broke: say so, and ring a person, who sees the number `shown`."""
        response = ET.Element("Response")
        _say(response, "We are sorry. This line has a fault. You have done nothing wrong.")
        _say(response, "We are ringing a person at the councils for you now. It may ring for half a minute.")
        _say(response, f"If nobody answers, stay on the line. Their number is {self.digits}.")
        rang = self.place.url("/voice/fallback/rang")
        dial(response, self.number, _RINGING, rang, shown)
        return written(response)


def fallback(place: Place, number: str, digits: str) -> Fallback:
    """The documents for a line; `digits` is the number as it is read out, digit by digit."""
    empty, refused, goodbye = (ET.Element("Response") for _ in range(3))
    add(refused, "Hangup")
    _say(goodbye, "Thank you for ringing. Goodbye.")
    add(goodbye, "Hangup")
    ends = (written(goodbye), written(empty), written(refused))
    return Fallback(place, number, digits, _next(place, digits), _next(place), *ends)


def _next(place: Place, digits: str = "") -> bytes:
    """The ways on after a fault, and the number where nobody was reached."""
    response = ET.Element("Response")
    gather = add(
        response,
        "Gather",
        input="dtmf",
        numDigits="1",
        finishOnKey="",
        timeout=_WAIT,
        action=place.url("/voice/fallback/key"),
        method="POST",
        actionOnEmptyResult="true",
    )
    ways = ("To go back to the start of this line, press 1.", "To finish the call, press 2.", "For a person, press 0.")
    numbers = (f"The councils' number is {digits}.", f"Again, the number is {digits}.") if digits else ()
    for text in (*ways, *numbers):
        _say(gather, text)
        pause(gather, 1)
    return written(response)


def _say(parent: ET.Element, text: str) -> None:
    add(parent, "Say", text, voice=VOICE, language=LANGUAGE)
