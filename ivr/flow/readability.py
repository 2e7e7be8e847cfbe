"""How hard a text is to follow by ear: words, syllables and school grade, counted without any download."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HARD: Final = 3
"""Syllables from which a word is hard."""
_VOWELS: Final = re.compile(r"[aeiouyàâãäåæéèêëíîïóôõöøúûüýąęăîó]+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_SILENT: Final = re.compile(r"(?<=[^aeiouylr\W])e$|(?<=[aeiouy][lr])e$|(?<=[^aeiouy\Wtd])ed$|(?<=[^aeiouy\Wscxzhg])es$")
_SPLIT: Final = re.compile(r"(?<=[^gqcts])i[aou]|ien(?!d)|eo(?!u)|ual|uou|creat|ying$|[aeou]ing$")
_KNOWN: Final = {
    "area": 3, "being": 2, "business": 2, "every": 2, "everyone": 3, "everything": 3, "idea": 3, "people": 2,
    "different": 3, "evening": 2, "interpreter": 4, "somebody": 3, "something": 2, "someone": 2, "sometimes": 2,
    "usually": 4, "guidance": 2, "quiet": 2, "science": 2, "whenever": 3, "themselves": 2, "ourselves": 2,
    "employed": 2, "used": 1, "called": 1, "council": 2, "councils": 2, "don't": 1, "hear": 1, "really": 2,
}  # fmt: skip
"""English words that the rules below count wrongly."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted. `hard`: the words of three syllables or more, terms of art left out."""

    words: int
    sentences: int
    counted: int
    syllables: int
    hard: tuple[str, ...]

    @property
    def mean(self) -> float:
        """Words a sentence."""
        return self.words / max(self.sentences, 1)

    @property
    def grade(self) -> float:
        """School grade of Flesch and Kincaid; terms of art weigh on the sentence's length only."""
        return 0.39 * self.mean + 11.8 * self.syllables / max(self.counted, 1) - 15.59

    @property
    def hard_share(self) -> float:
        """Hard words among all words, 0 to 1."""
        return len(self.hard) / max(self.words, 1)


def reading(sentences: Iterable[str], terms: Iterable[str] = ()) -> Reading:
    """Count sentences; words inside a term of art are not counted by their syllables."""
    texts = list(sentences)
    plain = [_without(text, terms) for text in texts]
    counted = [word for text in plain for word in words_in(text)]
    sizes = [syllables(word) for word in counted]
    hard = tuple(word for word, size in zip(counted, sizes, strict=True) if size >= HARD)
    words = sum(len(words_in(text)) for text in texts)
    return Reading(words, len(texts), len(counted), sum(sizes), hard)


def _without(text: str, terms: Iterable[str]) -> str:
    for term in sorted(terms, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(term)}(?:'?s)?\b", " ", text, flags=re.IGNORECASE)
    return text


def words_in(text: str) -> list[str]:
    """The words of a text, numbers included."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Syllables of a word, by English spelling; a digit string counts one a digit."""
    low = word.casefold().replace("’", "'")
    if low.isdigit():
        return len(low)
    if low in _KNOWN:
        return _KNOWN[low]
    bare = low.removesuffix("'s")
    trimmed = _SILENT.sub("", bare)
    return max(1, len(_VOWELS.findall(trimmed)) + len(_SPLIT.findall(bare)))
