"""The last words before Twilio's own error message: made once at start, needing neither database nor flow."""

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from ivr.phone.twiml import Place, add, pause, written

VOICE: Final = "Polly.Brian-Neural"
"""The second voice: when this is heard, the first may be what failed."""
LANGUAGE: Final = "en-GB"
_RINGING: Final = "30"
_WAIT: Final = "45"


@dataclass(frozen=True, slots=True)
class Fallback:
    """Documents that are always ready."""

    sorry: bytes
    """Something broke: says so, and rings a person."""
    nobody: bytes
    """That person was not reached: gives the number, and two ways on."""
    over: bytes
    """Nothing to say: the call is over, or a person takes it."""
    refused: bytes
    """The person rung did not take the call."""


def fallback(place: Place, number: str, digits: str) -> Fallback:
    """The documents for a line; `digits` is the number as it is read out, digit by digit."""
    empty, refused = ET.Element("Response"), ET.Element("Response")
    add(refused, "Hangup")
    return Fallback(_sorry(place, number, digits), _nobody(place, digits), written(empty), written(refused))


def _sorry(place: Place, number: str, digits: str) -> bytes:
    response = ET.Element("Response")
    _say(response, "We are sorry. This line has a fault. You have done nothing wrong.")
    _say(response, "We are ringing a person at the councils for you now. It may ring for half a minute.")
    _say(response, f"If nobody answers, stay on the line. Their number is {digits}.")
    dial = add(response, "Dial", action=place.url("/voice/fallback/rang"), method="POST", timeout=_RINGING)
    add(dial, "Number", number)
    return written(response)


def _nobody(place: Place, digits: str) -> bytes:
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
    _say(gather, "To ring a person, press 0.")
    pause(gather, 1)
    _say(gather, "To go back to the start of this line, press 1.")
    pause(gather, 1)
    for start in ("The councils' number is", "Again, the number is"):
        _say(gather, f"{start} {digits}.")
        pause(gather, 1)
    return written(response)


def _say(parent: ET.Element, text: str) -> None:
    add(parent, "Say", text, voice=VOICE, language=LANGUAGE)
