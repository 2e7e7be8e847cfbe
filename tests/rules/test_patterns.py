"""No pattern of ours takes long over anything: each is tried against long words made to hurt it."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import ivr

LONG = 50_000
"""Characters; a signed body has at most 64 KiB."""
SLOW = 0.5
"""Seconds of processor: a linear search takes a few thousandths of one."""
HURTING = ("a", "0", " ", "a.", "0-", "a~", "<", "\\n", "aA0_", ".-", "('", '"\\\\', "+44 ", "/../")
LEFT_OUT = ("ivr.store.migrations", "ivr.audio.recogniser", "ivr.audio.kokoro")
"""Scripts that run against a database, and modules that load models."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of ours has compiled at its top, alone or in a table."""
    for module in pkgutil.walk_packages(ivr.__path__, "ivr."):
        if module.name.startswith(LEFT_OUT):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:  # of another system, or of an extra that is not installed
            continue
        for name, value in vars(loaded).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
            for number, one in enumerate(held):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    yield f"{module.name}.{name}[{number}]", one


def slowest(pattern: re.Pattern[str], units: tuple[str, ...] = HURTING) -> float:
    """Most seconds of processor that one word takes."""
    worst = 0.0
    for unit in units:
        word = (unit * LONG)[:LONG] + "!"
        for use in (pattern.match, pattern.fullmatch, pattern.search):
            begun = time.process_time()
            use(word)
            worst = max(worst, time.process_time() - begun)
    return worst


FOUND = dict(patterns())


def test_there_are_patterns_to_look_at() -> None:
    assert len(FOUND) > 40


@pytest.mark.parametrize("name", FOUND)
def test_s43_no_pattern_is_slow_over_long_words(name: str) -> None:
    assert slowest(FOUND[name]) < SLOW


def test_a_slow_pattern_is_seen() -> None:
    assert slowest(re.compile(r"[a-z]+\.json"), ("a",)) > SLOW
