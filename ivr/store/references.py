"""References: short numbers that are easy to say, hear and write down."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from itertools import count
from typing import Final

SHORTEST: Final = 4
LONGEST: Final = 6
TRIES: Final = 8
"""Draws of one length before a longer reference is used: at half full, one draw in 256 goes on to the next length."""
LAST_TRIES: Final = 200
"""Draws of the longest length."""

_THREE_EQUAL: Final = re.compile(r"(.)\1\1")


def candidates() -> Iterator[str]:
    """References to try, shortest first. Bounded; the caller takes the first that is free."""
    for digits in range(SHORTEST, LONGEST + 1):
        for _ in range(LAST_TRIES if digits == LONGEST else TRIES):
            yield _drawn(digits)


def told_without_database(call_sid: str) -> str:
    """The reference of a call's request while no database says which are free: seven digits, one more than any other.

    Every process on every host tells this call the same one. That two calls are told the same is as likely as one in
    nine million for each pair.
    """
    drawn = (hashlib.blake2b(f"{call_sid} {number}".encode(), digest_size=8).digest() for number in count())
    return next(filter(easy, (str(10**LONGEST + int.from_bytes(some, "big") % (9 * 10**LONGEST)) for some in drawn)))


def easy(reference: str) -> bool:
    """No leading zero, which people drop, and no three equal digits in a row, which people miscount."""
    return not reference.startswith("0") and _THREE_EQUAL.search(reference) is None


def _drawn(digits: int) -> str:
    while True:
        drawn = str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
        if easy(drawn):
            return drawn
