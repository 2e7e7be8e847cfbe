"""What goes wrong on the line when a person at the phone asks for it: real troubles, made where they arise."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from random import Random
from typing import Final
from urllib.parse import urlsplit

from ivr.rehearsal.ear import Ear
from ivr.rehearsal.faults import Faults
from ivr.rehearsal.sounds import Sound
from ivr.rehearsal.transport import PATIENCE, Post
from ivr.rehearsal.twiml import Answer, TwilioRefuses

NEWS: Final = frozenset({"/voice/status", "/voice/recording"})
ALWAYS_READY: Final = "/voice/fallback"

Busy = Callable[[], AbstractContextManager[None]]
"""Keeps the line's database busy for as long as the context lasts."""


def faults_of(names: Collection[str]) -> Faults:
    """The troubles that the stand-in makes itself."""
    chance = 1.0 if "twice" in names else 0.0
    return Faults(Random(0), resend=chance, late=chance)  # noqa: S311 - a rehearsal, not a secret


def troubled(post: Post, names: Collection[str], busy: Busy, ear: Callable[[], Ear]) -> Post:
    """The same way to the line, with troubles. A late answer is heard as quiet, and then it is no use any more."""

    def troubled_post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        place = urlsplit(path).path
        if "lost" in names and place in NEWS:
            return Answer(HTTPStatus.NO_CONTENT, {}, b"")
        with busy() if "busy" in names else nullcontext():
            answer = post(path, form, headers)
        if "late" in names and place not in NEWS and not place.startswith(ALWAYS_READY):
            ear().hear(Sound("", PATIENCE))
            raise TwilioRefuses(f"the line did not answer within {PATIENCE:.0f} seconds", 11200)
        return answer

    return troubled_post
