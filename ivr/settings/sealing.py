"""The keys with which what is kept is sealed; see `ivr/sealing.py`."""

import re
from typing import Final

from ivr.settings.given import Given, fits

_KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WHAT: Final = "64 hexadecimal digits from: openssl rand -hex 32"


def encryption_keys(given: Given) -> tuple[str, ...]:
    """The key in use, then earlier ones that only open. None where the line is to make one: never in production."""
    key, old = given("ENCRYPTION_KEY").lower(), given("ENCRYPTION_KEY_OLD").lower().replace(",", " ").split()
    given.check("ENCRYPTION_KEY", _WHAT, right=fits(_KEY, key) or not (key or old or given.production))
    what = "the keys used before, with a space between two, or leave it out"
    given.check("ENCRYPTION_KEY_OLD", what, right=all(fits(_KEY, word) for word in old))
    return (key, *old) if key else ()
