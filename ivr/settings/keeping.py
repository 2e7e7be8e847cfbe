"""How long what callers gave is kept, and whom they may ask about it."""

from dataclasses import dataclass
from typing import Final

from ivr.settings.given import Given

_LONGEST: Final = 3650
_CONTACT: Final = 200


@dataclass(frozen=True, slots=True)
class KeepingSettings:
    """Days from the call of a request that is closed, and from listening; and whom to ask about privacy, if stated."""

    requests: int
    listening: int
    contact: str


def keeping_settings(given: Given) -> KeepingSettings:
    """The settings about keeping and privacy."""
    return KeepingSettings(
        requests=given.whole("KEEP_REQUESTS_DAYS", "90", _LONGEST),
        listening=given.whole("KEEP_LISTENING_DAYS", "365", _LONGEST),
        contact=_contact(given),
    )


def _contact(given: Given) -> str:
    contact = given("PRIVACY_CONTACT")
    right = len(contact) <= _CONTACT and contact.isprintable()
    given.check("PRIVACY_CONTACT", "one line: whom to ask, and how", right=right)
    return contact
