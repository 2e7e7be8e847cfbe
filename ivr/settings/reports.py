"""Whom to tell of a weakness in this line."""

import re
from typing import Final

from ivr.settings.given import Given, fits

_CONTACT: Final = re.compile(
    r"mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}"
    r"|https://[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}(/[A-Za-z0-9._~/-]{0,200})?"
    r"|tel:\+[1-9][0-9-]{6,20}[0-9]",
    re.ASCII,
)
_WHAT: Final = (
    "mailto:name@example.org, https://example.org/report or tel:+44-1604-000000, with a space between two,"
    " or leave it out: no security.txt is served"
)


def security_contacts(given: Given) -> tuple[str, ...]:
    """Where to send what somebody has found, the first to be tried first. None unless the operator says so."""
    contacts = given("SECURITY_CONTACT").split()
    given.check("SECURITY_CONTACT", _WHAT, right=all(fits(_CONTACT, contact) for contact in contacts))
    return tuple(contacts)
