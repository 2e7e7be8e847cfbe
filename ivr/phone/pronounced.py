"""The lexicon in Twilio's notation, and which of its voices speaks."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from ivr.audio.lexicon import Word
from ivr.flow.wording import Words

VOICE_REFUSED: Final = frozenset({"13511", "13321"})
"""Twilio's error codes for a voice that is not there: in Say, and in Say within Gather."""


class Speaker:
    """Twilio's voice for a language: the first, until Twilio says that it is not there; from then on the second.

    A withdrawn voice stays withdrawn, so the second is kept until the process ends.
    """

    __slots__ = ("second",)

    def __init__(self) -> None:
        self.second = False

    def name(self, words: Words) -> str:
        """The voice to be asked for."""
        return words.second_voice if self.second and words.second_voice else words.voice

    def refused(self, code: str) -> bool:
        """Take note of an error code; whether it is about a voice that has been the first until now."""
        changes = code in VOICE_REFUSED and not self.second
        self.second = self.second or changes
        return changes


def pronounce(parent: ET.Element, text: str, words: Iterable[Word]) -> None:
    """Put a text into an element: each lexicon word by its sounds in IPA, or by what is read in its place."""
    known = {word.write: word for word in words if word.twilio or word.say}
    child: ET.Element | None = None
    for piece in _pieces(text, known):
        if piece in known:
            child = ET.SubElement(parent, *_notation(known[piece]))
            child.text = piece
        elif child is None:
            parent.text = piece
        else:
            child.tail = piece


def _pieces(text: str, known: dict[str, Word]) -> Iterator[str]:
    if not known:
        return iter([text])
    any_word = "|".join(re.escape(write) for write in known)
    return filter(None, re.split(rf"((?<!\w)(?:{any_word})(?!\w))", text))


def _notation(word: Word) -> tuple[str, dict[str, str]]:
    if word.twilio:
        return "phoneme", {"alphabet": "ipa", "ph": word.twilio}
    return "sub", {"alias": word.say}
