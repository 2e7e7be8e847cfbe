"""The environment as it was given, and what is wrong with it: every mistake is noted, none stops the reading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

TOP: Final = Path(__file__).resolve().parents[2]
E164: Final = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
ORIGIN: Final = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?", re.ASCII)
ELSEWHERE: Final = re.compile(rf"(?!http:){ORIGIN.pattern}(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?", re.ASCII)
"""Somebody else's house, in which a part may be ours: `https://storage.example.org/plainline`."""
_WHOLE: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})


class ConfigError(Exception):
    """Settings are missing or wrong; the text names all of them, one a line, each with what to set."""


@dataclass(frozen=True, slots=True)
class Given:
    """The environment, and what was found wrong with it so far."""

    values: Mapping[str, str]
    wrong: list[str]

    def __call__(self, name: str, default: str = "") -> str:
        """The value of a setting, without spaces around it. One that is no text is noted, and as if left out."""
        value = self.values.get(name, "").strip()
        if not is_text(value):
            self._note(name, "not right", "text in UTF-8, or leave it out")
            return default
        return value or default

    def check(self, name: str, what: str, *, right: bool) -> str:
        """The value of a setting; where it is not right, note what to set instead."""
        if not right:
            self._note(name, "not right" if self(name) else "missing", what)
        return self(name)

    def _note(self, name: str, how: str, what: str) -> None:
        """Once for each setting: what is wrong with it first is mended first."""
        if not any(line.startswith(f"{name} is ") for line in self.wrong):
            self.wrong.append(f"{name} is {how}: set it to {what}")

    def whole(self, name: str, default: str, most: int) -> int:
        """A whole number from 1 to `most`; 0 when it is none, which was noted."""
        number = self(name, default)
        right = fits(_WHOLE, number) and 1 <= int(number) <= most
        self.check(name, f"a number from 1 to {most}", right=right)
        return int(number) if right else 0

    def switch(self, name: str, default: str) -> bool:
        """Whether a setting is on."""
        value = self(name, default)
        self.check(name, "on or off", right=value in {"on", "off"})
        return value == "on"

    def folder(self, name: str, default: str) -> Path:
        """A folder; a relative one is taken from where the command runs, the default from the top of the code."""
        return Path(self(name)).absolute() if self(name) else TOP / default

    @property
    def production(self) -> bool:
        """Whether this line answers real callers."""
        return self("ENV").lower() == "production"


def fits(shape: re.Pattern[str], text: str) -> bool:
    """Whether the whole text has this shape."""
    return shape.fullmatch(text) is not None


def is_text(given: str) -> bool:
    """Whether it can be written down: bytes that are no UTF-8 reach us as characters that cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in given)


def parts(url: str) -> SplitResult:
    """The parts of an address; of one that is none, as one whose port is no number, all are empty."""
    try:
        found = urlsplit(url)
        return found if found.port is None or found.port else urlsplit("")
    except ValueError:
        return urlsplit("")


def is_here(url: str) -> bool:
    """Whether an address is on this machine."""
    return fits(ORIGIN, url) and urlsplit(url).hostname in _LOOPBACK
