"""Comparing what was meant with what was heard: the same words, however they are spelled."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ivr.audio.lexicon import DIGITS, Word

TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
TEENS: Final = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
}  # fmt: skip
SAME: Final = {
    "adviser": "advisor", "advisers": "advisors",
    "okay": "ok", "organisation": "organization", "organisations": "organizations", "recognise": "recognize",
    "counsel": "council", "councils": "council", "council's": "council", "counsels": "council", "programme": "program",
    "cheque": "check", "here": "hear", "centre": "center", "hash": "hash", "oh": "0", "nought": "0", "mr": "mister",
}  # fmt: skip
"""Spellings that sound the same."""


def normal(text: str, words: Iterable[Word] = ()) -> list[str]:
    """The words as they sound: lower case, numbers in digits one by one, lexicon words in one spelling."""
    plain = re.sub(r"[’']", "'", text.lower())
    for word in words:
        for spelling in word.heard:
            plain = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", _spelled_together(word.write), plain)
    plain = re.sub(rf"\b({'|'.join(TENS)})-", r"\1 ", plain)
    found = re.findall(r"\d+(?:st|nd|rd|th)?|[a-z]+(?:'[a-z]+)*", plain)
    return _joined_letters([part for word in _numbers(found) for part in _one(word)])


def _spelled_together(written: str) -> str:
    return re.sub(r"[^a-z0-9]", "", written.lower()) if written.isupper() else written.lower()


def _one(word: str) -> list[str]:
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", word)
    if number:
        return list(number[1])
    return [SAME.get(word, word).removesuffix("'s")]


def _numbers(found: Sequence[str]) -> list[str]:
    """Number words as digits; `twenty eight` is 28."""
    kept: list[str] = []
    tens = False
    for word in found:
        value = _value(word)
        if tens and value is not None and 0 < value < TEENS["ten"]:
            kept[-1] = str(int(kept[-1]) + value)
        else:
            kept.append(word if value is None else str(value))
        tens = word in TENS
    return kept


def _value(word: str) -> int | None:
    if word in DIGITS:
        return DIGITS.index(word)
    # "second" is far more often a moment than a place in a row.
    ordinals = {name: number for name, number in ORDINALS.items() if name != "second"}
    return {**TENS, **TEENS, **ordinals}.get(word)


def _joined_letters(found: list[str]) -> list[str]:
    """`e h c` and `ehc` are one word."""
    kept: list[str] = []
    letters = False
    for word in found:
        letter = len(word) == 1 and word.isalpha() and word not in {"a", "i"}
        if letter and letters:
            kept[-1] += word
        else:
            kept.append(word)
        letters = letter
    return kept


def errors(meant: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words put in, left out or changed (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(meant, 1):
        above, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (word != other))
    return row[-1]


def without(terms: Iterable[str], meant: list[str]) -> list[str]:
    """The words without listed terms, which a recogniser cannot be expected to know."""
    listed = set(terms)
    return [word for word in meant if word not in listed]


def digits(heard: Sequence[str]) -> str:
    """All digits in their order."""
    return "".join(word for word in heard if word.isdigit())
