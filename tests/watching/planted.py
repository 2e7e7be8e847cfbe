"""Words that belong to somebody, planted in a line, and every spelling in which they might be found again."""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

NUMBER = "+447700900123"
"""Ofcom keeps it for drama."""
MOBILE = "+447700900777"
"""Of somebody who works here."""
SPELLINGS = ("07700900123", "07700 900123", "+44 7700 900 123", "(07700) 900-123", "00447700900123")
NAME = "Quillonia Marchbanks"
SPEECH = "my daughter tamsin has not been to school since the zebra assembly"
ADDRESS = "17 Wexcombe Larches NN15 7QX"
EMAIL = "quillonia.m@family.example"
NOTE = "Grandmother Ottoline collects from the kestrel gate"
PASSWORD = "plinth-gabardine-ostrich-41"


NUMERIC = re.compile(r"[+\d\s().-]{9,}")


def spellings(word: str) -> set[bytes]:
    """A word as it is, in URLs, in JSON, in hexadecimal, in base64 wherever it begins; digits in groups, and back."""
    plain = {
        word,
        word.lower(),
        word.replace(" ", ""),
        quote(word),
        quote_plus(word),
        word.encode("unicode_escape").decode(),
    }
    plain.add(word.encode().hex())
    digits = re.sub(r"\D", "", word)
    if NUMERIC.fullmatch(word):
        tail = digits[-10:]
        plain |= {tail, tail[::-1], f"{tail[:4]} {tail[4:]}", f"{tail[:4]}-{tail[4:]}", " ".join(tail), ".".join(tail)}
    return {form.encode() for form in plain} | set(_base64(word.encode()))


def _base64(word: bytes) -> Iterator[bytes]:
    """The middle of its base64, at each of three places where it may begin."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + word)
        inner = coded[(shift * 8 + 5) // 6 : len(coded) // 4 * 4 - 4]
        if len(inner) > 7:
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")


def found(words: Iterable[str], text: bytes) -> list[str]:
    """Which of these words are in a text, in any spelling."""
    lower = text.lower()
    return [word for word in words if any(form in text or form.lower() in lower for form in spellings(word))]
