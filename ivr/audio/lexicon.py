"""How words are pronounced: `audio/lexicon.toml`, applied to every voice in its own notation."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ivr.flow.state import Pace

DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SENTENCE_END: Final = re.compile(r"(?<=[.?!])\s+(?=[\"'“‘]?[A-Z0-9])")
_DIGIT: Final = rf"(?:{'|'.join(DIGITS)})"
ALONE: Final = "spelling-4"
SPELLING: Final = "spelling-2"
"""Part of the hash of digits said alone, and of files with spelled groups: changed when they are said otherwise."""
ASKING: Final = "asking-2"
"""Part of the hash of files that hold a question or an exclamation: changed when these are said otherwise."""
DIGIT_GROUP: Final = re.compile(rf"(\b{_DIGIT}(?: {_DIGIT}){{2,}}\b)")
GROUP_PAUSE: Final = 0.45
"""Seconds before each group of digits: time to write the last one down."""
AFTER_GROUP: Final = 0.35
NOTATIONS: Final = frozenset({"write", "say", "kokoro", "twilio", "heard"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase and how to say it. `heard`: spellings that a recogniser may write for it."""

    write: str
    say: str = ""
    kokoro: str = ""
    twilio: str = ""
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
        raise LexiconError(f"{file}: word {number} {named}; it has write, say, kokoro, twilio, heard")
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
    """The sentences of a text."""
    return [part for part in SENTENCE_END.split(text.strip()) if re.search(r"\w", part)]


@dataclass(frozen=True, slots=True)
class Piece:
    """What a voice says in one breath. `pause`: silence before it. `spelled`: a group of digits."""

    text: str
    pause: float = 0.0
    spelled: bool = False


def pieces(script: str, between: float) -> list[Piece]:
    """The sentences of a script, `between` seconds apart, and in them each group of digits by itself."""
    spoken: list[Piece] = []
    for sentence in sentences(script):
        for number, piece in enumerate(_groups(sentence)):
            pause = piece.pause if number else between * bool(spoken)
            spoken.append(Piece(piece.text, pause, piece.spelled))
    return spoken


def spelled(group: str, pace: Pace) -> tuple[str, Pace]:
    """A group of digits and its pace. Drawn-out digits are misheard: the slow pace has pauses between them instead."""
    return (group if pace == "normal" else re.sub(r"(?<=\w) (?=\w)", ", ", group), "normal")


def _groups(sentence: str) -> list[Piece]:
    """A sentence cut at its groups of digits: `01604, 367, 125` is heard as three groups that can be written down."""
    found: list[Piece] = []
    for part in DIGIT_GROUP.split(sentence):
        spelled = bool(DIGIT_GROUP.fullmatch(part))
        text = part if spelled else part.strip().lstrip(",;:. ")
        if re.search(r"\w", text):
            pause = GROUP_PAUSE if spelled else AFTER_GROUP
            found.append(Piece(text, pause, spelled))
    # A comma keeps the voice up until the last piece, which ends as the sentence does.
    ending = sentence[-1] if sentence[-1] in ".?!" else ""
    ends = ["," for _ in found[1:]] + [ending]
    return [replace(piece, text=piece.text.rstrip(",;:.?!") + end) for piece, end in zip(found, ends, strict=True)]


def digits_as_words(text: str) -> str:
    """Single digits as words: voices read a row of them as one number otherwise."""
    return re.sub(r"(?<![\w.,:/-])\d(?![\w:/-]|[.,]\d)", lambda found: DIGITS[int(found[0])], text)


def respell(text: str, words: Iterable[Word]) -> str:
    """For voices that only read letters: each lexicon word as `say` spells it."""
    return digits_as_words(_replace(plain(text), {word.write: word.say for word in words if word.say}))


def phonemes(text: str, words: Iterable[Word]) -> str:
    """For the neural voice: each lexicon word as a link to its phonemes, `[EHC](/…/)`, or respelled."""
    said = {
        word.write: f"[{word.say or word.write}](/{word.kokoro}/)" if word.kokoro else word.say
        for word in words
        if word.kokoro or word.say
    }
    return digits_as_words(_replace(plain(text), said))


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
