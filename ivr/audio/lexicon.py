"""How words are pronounced: `audio/lexicon.toml`, applied to every voice in its own notation."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SENTENCE_END: Final = re.compile(r"(?<=[.?!])\s+(?=[\"'“‘]?[A-Z0-9])")
NOTATIONS: Final = frozenset({"write", "say", "kokoro", "heard"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase and how to say it. `heard`: spellings that a recogniser may write for it."""

    write: str
    say: str = ""
    kokoro: str = ""
    heard: tuple[str, ...] = ()


class LexiconError(ValueError):
    """The lexicon says something that cannot be understood."""


def read_lexicon(path: Path) -> tuple[Word, ...]:
    """The words of the lexicon; none when there is no file. Raises LexiconError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise LexiconError(f"{path.name}: {problem}") from problem
    words = tuple(_word(path.name, number, row) for number, row in enumerate(raw.get("word", []), 1))
    # Longest first: a phrase ("read it again") wins over a word in it.
    return tuple(sorted(words, key=lambda word: (-len(word.write), word.write)))


def _word(file: str, number: int, row: dict[str, object]) -> Word:
    unknown = set(row) - NOTATIONS
    if unknown or not row.get("write"):
        named = f"does not know {', '.join(sorted(unknown))}" if unknown else "lacks `write`"
        raise LexiconError(f"{file}: word {number} {named}; it has write, say, kokoro, heard")
    heard = row.get("heard", [])
    if not isinstance(heard, list):
        raise LexiconError(f"{file}: `heard` of {row['write']} is a list of spellings")
    texts = {key: str(value) for key, value in row.items() if key != "heard"}
    return Word(**texts, heard=tuple(str(spelling) for spelling in heard))


def plain(text: str) -> str:
    """Words only. Voices obey tags and links in a text, and one of them writes files when told to."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(re.sub(r"[<>\[\]{}|\\^~`]", " ", kept).split())


def sentences(text: str) -> list[str]:
    """The sentences of a text, as they are spoken one by one."""
    return [part for part in SENTENCE_END.split(text.strip()) if re.search(r"\w", part)]


def digits_as_words(text: str) -> str:
    """Single digits as words: voices read a row of them as one number otherwise."""
    return re.sub(r"(?<![\w.,:/-])\d(?![\w:/-]|[.,]\d)", lambda found: DIGITS[int(found[0])], text)


def respell(text: str, words: Iterable[Word]) -> str:
    """For voices that only read letters: each lexicon word as `say` spells it."""
    return _replace(digits_as_words(plain(text)), {word.write: word.say for word in words if word.say})


def phonemes(text: str, words: Iterable[Word]) -> str:
    """For the neural voice: each lexicon word as a link to its phonemes, `[EHC](/…/)`, or respelled."""
    said = {
        word.write: f"[{word.say or word.write}](/{word.kokoro}/)" if word.kokoro else word.say
        for word in words
        if word.kokoro or word.say
    }
    return _replace(digits_as_words(plain(text)), said)


def _replace(text: str, said: dict[str, str]) -> str:
    if not said:
        return text
    any_word = "|".join(re.escape(write) for write in said)
    return re.sub(rf"(?<!\w)(?:{any_word})(?!\w)", lambda found: said[found[0]], text)


def in_use(texts: Iterable[str], words: Iterable[Word]) -> dict[str, int]:
    """How many texts hold each lexicon word; 0 means that the line does not say it now."""
    held = list(texts)
    return {
        word.write: sum(bool(re.search(rf"(?<!\w){re.escape(word.write)}(?!\w)", text)) for text in held)
        for word in words
    }
