"""UK phone numbers: which of them staff may ring back, and how they are read out."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from ivr.flow.events import CallerKind

_UK: Final = 44
_RINGABLE: Final = re.compile(r"(?!1481|1534|1624|7624)(?:1[0-9]{8,9}|2[0-9]{9}|3[0-9]{9}|7[1-57-9][0-9]{8})", re.ASCII)
"""National numbers: 01, 02, 03 and mobiles 071-075, 077-079; not 070 (personal), 076 (pagers), 08 or 09 (dear)."""
_ISLANDS: Final = frozenset({"GG", "JE", "IM"})
"""Jersey, Guernsey and the Isle of Man share +44 but cost more to ring, and are a known way to defraud."""
_SENT: Final = re.compile(r"\+44[1237][0-9]{9}", re.ASCII)
"""As a network sends almost every number of the United Kingdom, and as the library would write it too."""
_LONGEST: Final = 20
_KINDS: Final = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
"""What the library calls the kinds of numbers: it takes a number for an island's when it is of one of these there."""
_IN_HAND: Final = 512
"""Numbers of which a worker keeps what they are: each is asked for several times in every turn of its call."""


@lru_cache(maxsize=_IN_HAND)
def ringable(raw: str) -> str | None:
    """The number as +44…, if it is one that staff may ring back; None for anything else.

    Takes what a caller keys (`07700 900123`) or what a network sends (`+447700900123`). Numbers that are possible but
    not yet in the library's tables are taken: new ranges open before tables are renewed, and the caller hears the
    number read back.
    """
    if _SENT.fullmatch(raw) and not _island_numbers().fullmatch(raw, 3):
        return raw if _RINGABLE.fullmatch(raw, 3) else None
    text = raw.strip()
    if not text.isascii() or len(text) > _LONGEST or not re.fullmatch(r"(\+44|0(?!0))[0-9 ]+", text):
        return None
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if number.country_code != _UK or not _RINGABLE.fullmatch(national) or not phonenumbers.is_possible_number(number):
        return None
    return None if phonenumbers.region_code_for_number(number) in _ISLANDS else f"+{_UK}{national}"


@lru_cache(maxsize=1)
def _island_numbers() -> re.Pattern[str]:
    """National numbers that the library knows of an island, of whatever kind. All others are none of an island's.

    Whether one of these is, depends on which countries it tries first: that is left to the library.
    """
    islands = [phonenumbers.PhoneMetadata.metadata_for_region(region) for region in sorted(_ISLANDS)]
    kinds = [getattr(island, kind) for island in islands if island for kind in _KINDS]
    patterns = {kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern}
    begun = {f"(?:{island.leading_digits})[0-9]*" for island in islands if island and island.leading_digits}
    return re.compile("|".join(f"(?:{pattern})" for pattern in sorted(patterns | begun)), re.ASCII)


def caller_kind(raw: str) -> CallerKind:
    """What kind of number a call comes from; withheld and foreign ones are unknown."""
    number = ringable(raw)
    if number is None:
        return "unknown"
    return "mobile" if number.startswith("+447") else "landline"


def grouped(number: str) -> str:
    """A ringable number in the groups in which it is said: `07700 900 123`, `01604 367 125`, `020 7946 0018`."""
    national = "0" + number.removeprefix("+44")
    if national.startswith("02"):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if national.startswith("03"):
        return f"{national[:4]} {national[4:7]} {national[7:]}"
    return f"{national[:5]} {national[5:8]} {national[8:]}"


def ending(number: str) -> str:
    """The last three digits, enough for a caller to know their own number by."""
    return number[-3:]
