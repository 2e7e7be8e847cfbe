"""A TwiML document for a TwiML Bin: what a number answers when every machine of ours is down.

It asks nothing of us: no address of ours is in it. The person is rung, the number is said, and silence never hangs up.
"""

from xml.etree import ElementTree as ET

from ivr.flow.line import Flow
from ivr.flow.spoken import digits_of
from ivr.phone.fallback import LANGUAGE, VOICE
from ivr.phone.verbs import LONGEST_CONVERSATION, add, written


def static_document(flow: Flow) -> bytes:
    """The document. Any key after the call to the person begins it again."""
    ringing, digits = flow.line.ringing, digits_of(flow.line.ringing.number)
    response = ET.Element("Response")
    _say(response, "Hello. We are sorry. This line is not working as it should. You have done nothing wrong.")
    _say(response, "We are ringing a person at the councils for you now. It may ring for half a minute.")
    timing = {"timeout": str(ringing.seconds), "timeLimit": str(LONGEST_CONVERSATION)}
    add(add(response, "Dial", **timing), "Number", ringing.number)
    gather = add(response, "Gather", input="dtmf", numDigits="1", finishOnKey="", timeout="10")
    text = (
        f"If nobody answered, we are sorry. Their number is {digits}. To ring them again, press 1. To finish, hang up."
    )
    add(add(gather, "Say", text, voice=VOICE, language=LANGUAGE, loop="0"), "break", time="9s")
    return written(response)


def _say(parent: ET.Element, text: str) -> None:
    add(parent, "Say", text, voice=VOICE, language=LANGUAGE)
