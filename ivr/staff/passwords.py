"""Passwords: long, not easily guessed, any characters; kept only as argon2id hashes."""

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
ADVISED: Final = 15
LONGEST: Final = 256
"""Characters; a longer one is refused before any work is done for it."""
MEMORY: Final = 19 * 1024
"""KiB for one hash: with 2 passes and 1 lane the least that OWASP advises for argon2id (Password Storage, 2024)."""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=MEMORY, parallelism=1)
_GUESSES: Final = 9.0
"""A password that is found within 10 to the power of so many guesses is refused."""
_LOOKED_AT: Final = 72
LOCAL: Final = (
    *("plainline", "northampton", "northamptonshire", "council", "send", "ehcp", "mediation", "callback", "education"),
    *("kettering", "corby", "wellingborough", "daventry", "brackley", "towcester", "rushden", "staff", "helpline"),
)
"""Words that somebody who knows where we work would try first."""


def hashed(password: str) -> str:
    """The hash to keep. Raises ValueError for one that is too long."""
    if len(password) > LONGEST:
        raise ValueError("a password is at most 256 characters")
    return _HASHER.hash(_plain(password))


def matches(kept: str, password: str) -> bool:
    """Whether this is the password. Takes as long where there is none to compare with, unless it is too long."""
    if len(password) > LONGEST:
        return False
    try:
        return _HASHER.verify(kept or _nobodys(), _plain(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was made with less work than is asked for now."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, *about: str) -> str:
    """What is wrong with a new password, in a sentence; nothing when it will do. `about`: its person."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters, such as four words that have nothing to do with each other"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    if _guesses(password, about) < _GUESSES:
        return "This would be guessed too soon. Add another word or two that have nothing to do with you or your work"
    return ""


def _guesses(password: str, about: tuple[str, ...]) -> float:
    """How many guesses it takes, as a power of 10, beginning with what most people choose."""
    from zxcvbn import zxcvbn  # its lists of words take a tenth of a worker's start

    own = [word for text in about for word in text.lower().replace("@", " ").replace(".", " ").split()]
    found: float = zxcvbn(password[:_LOOKED_AT], user_inputs=[*LOCAL, *own])["guesses_log10"]
    return float(found)


def _plain(password: str) -> str:
    """One spelling for what two keyboards send differently."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
