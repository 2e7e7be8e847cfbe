"""How long what callers gave is kept, and whom they may ask about it."""

from dataclasses import dataclass
from typing import Final

from ivr.settings.given import Given

_LONGEST: Final = 3650
_CONTACT: Final = 200


@dataclass(frozen=True, slots=True)
class KeepingSettings:
    """Days for which each kind is kept, and whom to ask about privacy, if stated.

    `requests`: from the call, once closed; `recordings`: the same for spoken messages; `listening`: what was listened
    to; `erased`: that a number was erased; `audit`: the log of staff, 0 for as long as there is a line.
    """

    requests: int
    recordings: int
    listening: int
    erased: int
    audit: int
    contact: str


def keeping_settings(given: Given) -> KeepingSettings:
    """The settings about keeping and privacy."""
    requests = given.whole("KEEP_REQUESTS_DAYS", "90", _LONGEST)
    return KeepingSettings(
        requests=requests,
        recordings=given.whole("KEEP_RECORDINGS_DAYS", str(requests or 90), requests or _LONGEST),
        listening=given.whole("KEEP_LISTENING_DAYS", "365", _LONGEST),
        erased=given.whole("KEEP_ERASED_DAYS", "365", _LONGEST),
        audit=given.whole("KEEP_AUDIT_DAYS", "365", _LONGEST) if given("KEEP_AUDIT_DAYS") else 0,
        contact=_contact(given),
    )


def _contact(given: Given) -> str:
    contact = given("PRIVACY_CONTACT")
    right = len(contact) <= _CONTACT and contact.isprintable()
    given.check("PRIVACY_CONTACT", "one line: whom to ask, and how", right=right)
    return contact
