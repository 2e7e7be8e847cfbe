"""Which wording of the privacy notice a caller was told: decided as it is said, and carried with the call from then on.

A deploy in mid-call changes the words, not what was heard: so the version is that of the flow that said them.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.spoken import text_of
from ivr.flow.turn import Say, Turn

_BYTES: Final = 4
"""Enough to tell apart the wordings that one line ever has."""


@dataclass(frozen=True, slots=True)
class Told:
    """The notice as it was said: its words in one language, and the version that those words make."""

    version: str
    language: str
    words: str


def told_in(flow: Flow, turn: Turn) -> Told | None:
    """The notice that a turn says; None where it says none."""
    prompt = flow.line.privacy
    said = next((word for word in turn.speech if type(word) is Say and word.prompt == prompt), None)
    if said is None:
        return None
    language = said.language or turn.state.language
    words = text_of(flow, said, language)
    digest = hashlib.blake2b(f"{language}\0{words}".encode(), digest_size=_BYTES)
    return Told(digest.hexdigest(), language, words)


def noted(turn: Turn, told: Told) -> Turn:
    """The turn with that version in its state: what is promised from here on is promised to who was told it."""
    return replace(turn, state=turn.state._replace(notice=told.version))
