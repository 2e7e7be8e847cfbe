"""The verbs of TwiML that are written in more than one place, and the one builder that every text passes."""

import re
from typing import Final
from xml.etree import ElementTree as ET

LONGEST_CONVERSATION: Final = 2 * 60 * 60
"""Seconds after which a transfer ends, so that a stuck one cannot cost for ever."""
_PROLOGUE: Final = b'<?xml version="1.0" encoding="UTF-8"?>'
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\ufdd0-\ufdef\ufffe\uffff]")


def dial(response: ET.Element, number: str, seconds: int, action: str, shown: str) -> ET.Element:
    """Ring one number and connect; `shown` is what it sees as the caller, when known."""
    timing = {"timeout": str(seconds), "timeLimit": str(LONGEST_CONVERSATION)}
    caller = {"callerId": shown} if shown else {}
    return add(add(response, "Dial", action=action, method="POST", **timing, **caller), "Number", number)


def connecting(number: str, shown: str) -> bytes:
    """Ring one number and connect; then the call is over."""
    response = ET.Element("Response")
    caller = {"callerId": shown} if shown else {}
    add(add(response, "Dial", timeout="30", timeLimit=str(LONGEST_CONVERSATION), **caller), "Number", number)
    return written(response)


def pause(parent: ET.Element, seconds: int) -> None:
    """Silence of whole seconds."""
    add(parent, "Pause", length=str(seconds))


def written(response: ET.Element) -> bytes:
    """The document as Twilio takes it."""
    document: bytes = ET.tostring(response, encoding="utf-8", xml_declaration=False)
    return _PROLOGUE + document


def clean(text: str) -> str:
    """Text without characters that XML 1.0 cannot hold: one of them would make the whole document unreadable."""
    return _ILLEGAL.sub("", text)


def add(parent: ET.Element, verb: str, text: str = "", /, **attributes: str) -> ET.Element:
    """The one builder: names come from this module, everything else is cleaned, then escaped when written."""
    child = ET.SubElement(parent, verb, {name: clean(value) for name, value in attributes.items()})
    child.text = clean(text) or None
    return child
