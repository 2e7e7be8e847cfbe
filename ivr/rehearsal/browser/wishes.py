"""What a person chooses before a call: who rings, when it is, how a transfer ends, what goes wrong on the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ivr.line import LONDON
from ivr.rehearsal.browser.gate import Refused
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.transfer import OUTCOMES

CALLERS: Final = {
    "+447700900123": "A mobile: 07700 900123",
    "+441632960123": "A landline: 01632 960123",
    "withheld": "A hidden number",
    "+33199001234": "A number from abroad: +33 1 99 00 12 34",
    "own": "Another number",
}
"""Who may ring. The numbers are kept for drama by those who give numbers out: nobody has them."""
TRANSFERS: Final = {
    "conversation": "Somebody answers, and you talk",
    "busy": "The number is busy",
    "no-answer": "Nobody answers",
    "failed": "The call cannot be connected",
    "not-bridged": "A machine answers, and nobody takes the call",
    "caller-leaves": "You hang up while it rings",
    "canceled": "The ringing is stopped",
    "answered": "Somebody answers, told in another word",
    "unknown": "It ends in a way that nobody knows",
    "missing": "It ends, and nobody says how",
}
"""How a transfer may end, in the words of the page; the names are those of the stand-in."""
RANG: Final = {
    "conversation": "it rang, somebody answered, and you talked",
    "busy": "the number was busy",
    "no-answer": "it rang, and nobody answered",
    "failed": "the call could not be connected",
    "not-bridged": "it rang, a machine answered, and nobody took the call",
    "caller-leaves": "it rang, and you hung up",
    "canceled": "it rang, and the ringing was stopped",
    "answered": "it rang, somebody answered, and you talked; the line was told so in another word",
    "unknown": "it rang, and ended in a way that nobody knows",
    "missing": "it rang, and nobody said how it ended",
}
"""How it ended, told afterwards."""
FAULTS: Final = {
    "late": "The line answers too late",
    "twice": "Each request arrives twice, and an old one once more",
    "lost": "News of a message, and of the end of the call, is lost",
    "busy": "The database is busy",
}
"""What may go wrong on the line, in the words of the page."""

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_LONGEST: Final = 40
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Wishes:
    """The choices for one call. `caller` is a number or a word for a hidden one; `now` is None for the real time."""

    caller: str
    transfer: tuple[str, ...]
    whisper: str = "1"
    now: datetime | None = None


def wishes(data: Mapping[str, Any]) -> Wishes:
    """The choices as the page sends them. Raises Refused with what to write instead."""
    transfer = text(data, "transfer", "conversation")
    if transfer not in OUTCOMES:
        raise Refused("Choose how ringing a person ends.")
    return Wishes(_caller(data), (transfer,), now=_moment(text(data, "now")))


def faults(data: Mapping[str, Any]) -> frozenset[str]:
    """What goes wrong in this step. Raises Refused for a fault that there is not."""
    named = data.get("faults", [])
    if not isinstance(named, list) or not all(isinstance(name, str) and name in FAULTS for name in named):
        raise Refused("Choose what goes wrong on the line.")
    return frozenset(named)


def text(data: Mapping[str, Any], name: str, default: str = "", longest: int = _LONGEST) -> str:
    """A piece of text that the page sent, without space around it. Raises Refused for anything else."""
    value = data.get(name, default)
    if not isinstance(value, str) or len(value) > longest:
        raise Refused(f"Write at most {longest} letters.")
    return value.strip() or default


def amount(data: Mapping[str, Any], name: str, most: int) -> float:
    """Seconds that the page measured, from 0 to `most`. Raises Refused for anything else."""
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Refused(f"Write a number from 0 to {most}.")
    return float(value)


def _caller(data: Mapping[str, Any]) -> str:
    caller = text(data, "caller", "+447700900123")
    if caller in WITHHELD or (caller in CALLERS and caller != "own"):
        return caller
    number = international(text(data, "number") if caller == "own" else caller)
    if not _NUMBER.fullmatch(number):
        raise Refused("Write the number that rings, such as 07700 900123 or +33 1 99 00 12 34.")
    return number


def international(typed: str) -> str:
    """A number as people type it, in international form; one without a country is British."""
    digits = re.sub(r"[\s().-]", "", typed)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+44{digits[1:]}" if digits.startswith("0") else digits


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused("Write a day and a time, such as 25 December 2026, 10:30.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Refused(f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
