"""How hard words are to follow: sentences, syllables and the Flesch-Kincaid grade, without any download."""

import re
from collections.abc import Iterable

from tests.content.calling import ENGLISH, line

_SYLLABLES = {
    "anything": 3,
    "area": 3,
    "being": 2,
    "council": 2,
    "every": 2,
    "everyone": 3,
    "having": 2,
    "hour": 1,
    "idea": 3,
    "people": 2,
    "quiet": 2,
    "reference": 3,
    "something": 2,
    "someone": 2,
    "once": 1,
    "outcome": 2,
    "somewhere": 2,
    "separate": 3,
    "science": 2,
    "slowly": 2,
    "spoken": 2,
    "sometimes": 2,
    "themselves": 2,
    "likely": 2,
    "safely": 2,
}
"""Words that the rule of vowels gets wrong."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, as a voice reads them."""
    return [one.strip() for one in re.split(r"(?<=[.?!])\s+", text.strip()) if re.search(r"\w", one)]


def words(text: str) -> list[str]:
    """The words of a text; a placeholder such as {days} is one word."""
    return re.findall(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)?", text)


def syllables(word: str) -> int:
    """How many syllables an English word has: by its vowels, with the exceptions above."""
    word = re.sub(r"['’]s?$", "", word.lower())
    if word.isdigit():
        return len(word)
    if word in _SYLLABLES:
        return _SYLLABLES[word]
    count = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouy]e$|[^aeioutdy]ed$|[^aeiouscxz]es$", word) and not re.search(r"[^aeiou]le$", word):
        count -= 1
    count += len(re.findall(r"[aeiou]ing$|[^cst]ia[^n]|[^cstg]io|eo[^u]|ua[lt]", word))
    return max(count, 1)


def without_terms(text: str) -> str:
    """The text with each of the line's terms of art replaced by a short word, so that the rest can be judged."""
    for term in sorted(line().words[ENGLISH].terms, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(term)}\b", "it", text, flags=re.IGNORECASE)
    return text


def grade(texts: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of texts together: 5 is about ten years old."""
    said = [sentence for text in texts for sentence in sentences(text)]
    spoken = [word for sentence in said for word in words(sentence)]
    return 0.39 * len(spoken) / len(said) + 11.8 * sum(map(syllables, spoken)) / len(spoken) - 15.59


def share_of_long_words(texts: Iterable[str]) -> float:
    """The share of words with three syllables or more."""
    spoken = [word for text in texts for word in words(text)]
    return sum(syllables(word) >= 3 for word in spoken) / len(spoken)
