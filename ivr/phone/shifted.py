"""Fields that were shifted under a good signature: names and values are signed without anything between them.

So a signed `Digits=12&From=+1` is good as `Digits1=2&From=+1` too. What cannot be Twilio's is told by four traits, of
which none is a real request's, whatever names Twilio may add: a name that no parameter has; one of our names with a
digit behind it; the beginning of one of our names with the rest of it in the value; and a field that every request of
a call has, missing, with its name in the value of another.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

READ: Final = (
    *("AccountSid", "CallSid", "CallStatus", "CallDuration", "SequenceNumber", "From", "To"),
    *("Digits", "SpeechResult", "Confidence", "DialCallStatus", "DialCallDuration", "DialBridged", "ErrorCode"),
    *("RecordingSid", "RecordingStatus", "RecordingDuration"),
)
"""What the line reads of a request."""
_ALWAYS: Final = ("AccountSid", "CallSid", "CallStatus", "From", "To")
"""What every request of a call has; the news of a recording lacks the last three, and has no value that names them."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_NUMBERED: Final = re.compile(rf"(?:{'|'.join(READ)})[0-9]", re.ASCII)
_BEGUN: Final = frozenset(name[:end] for name in READ for end in range(1, len(name))) - frozenset(READ)
_KEYED: Final = re.compile(r"Digits[0-9*#]{1,20}(?:$|[A-Z][a-z])", re.ASCII | re.MULTILINE)
"""Keys, at the end of the value that swallowed them, or before another name that it swallowed as well."""


def is_shifted(fields: Mapping[str, str]) -> bool:
    """Whether these fields are another request's, cut elsewhere. No real request is taken for one."""
    odd, begun, missing = _names(tuple(fields))
    if odd or any(_is_begun(name, fields[name]) for name in begun):
        return True
    if not missing:
        return False
    values = "\n".join(fields.values())
    return any(_KEYED.search(values) if name == "Digits" else name in values for name in missing)


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...]) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Of the names of a request: whether one is no parameter's, which begin one of ours, which of ours are missing.

    Twilio sends the same names in the same order with each request of a kind.
    """
    odd = any(not _NAME.fullmatch(name) or _NUMBERED.match(name) for name in names)
    wanted = (*_ALWAYS, "Digits", *(("RecordingSid",) if "RecordingDuration" in names else ()))
    missing = (name for name in wanted if name not in names)
    return odd, tuple(name for name in names if name in _BEGUN), tuple(missing)


def _is_begun(name: str, value: str) -> bool:
    return any((name + value).startswith(whole) for whole in READ if len(whole) > len(name))
