"""Documents that cannot lie: every command, setting, file and make target that they name exists."""

import re
from pathlib import Path

import click
import pytest

from ivr.cli import main
from tests.rules.source import TOP, files, plant

CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
IVR = re.compile(r"(?:^|[\s/(])ivr((?: [a-z][a-z-]*)+)", re.MULTILINE)
DEV = re.compile(r"dev\.py ([a-z]+)")
MAKE = re.compile(r"(?:^|\s)make ([a-z]+)", re.MULTILINE)
SETTING = re.compile(r"\b((?:TWILIO|PUBLIC|SECRET|DATABASE|DATA|AUDIO|PROMPTS)_[A-Z_]+)\b")
PLACE = re.compile(r"(?<![\w/.-])((?:ivr|prompts|audio|tests|docs|requirements)/[\w./-]*[\w/])(?![\w<*…{])")
MADE = ("audio/built", "audio/spoken", "audio/recorded")
"""Folders that exist once there is something to put into them."""


def documents(top: Path) -> list[str]:
    """What people read: the pages at the top and those in docs/, but not what was decided or done once."""
    history = ("CHANGELOG.md", "docs/decisions/")
    return [name for name in files(top) if name.endswith(".md") and not name.startswith((*history, "tests/"))]


def code(text: str) -> str:
    """What a page shows as code, one piece a line."""
    return "\n".join(block or span for block, span in CODE.findall(text))


def lies(top: Path, name: str) -> list[str]:
    """What a page names and is not there."""
    shown = code((top / name).read_text("utf-8"))
    settings = "".join(file.read_text("utf-8") for file in (TOP / "ivr").glob("settings/*.py"))
    settings += (TOP / "ivr" / "config.py").read_text("utf-8")
    return [
        *(f"ivr{words}" for words in IVR.findall(shown) if not _is_command(words.split())),
        *(f"dev.py {word}" for word in DEV.findall(shown) if f"\npython3 dev.py {word} " not in _dev()),
        *(f"make {word}" for word in MAKE.findall(shown) if word not in _targets()),
        *(setting for setting in SETTING.findall(shown) if f'"{setting}"' not in settings),
        *(place for place in PLACE.findall(shown) if not (top / place).exists() and not place.startswith(MADE)),
    ]


def _is_command(words: list[str]) -> bool:
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            return True
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return True


def _dev() -> str:
    return (TOP / "dev.py").read_text("utf-8")


def _targets() -> list[str]:
    return re.findall(r"^\.PHONY: (.*)$", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split()


@pytest.mark.parametrize("name", documents(TOP))
def test_a_page_names_only_what_exists(name: str) -> None:
    assert lies(TOP, name) == []


@pytest.mark.parametrize(
    "lie",
    ["ivr knit", "ivr db downgrade", "dev.py fly", "make coffee", "TWILIO_SECRET_SAUCE", "ivr/flow/magic.py"],
)
def test_a_page_that_lies_is_seen(tmp_path: Path, lie: str) -> None:
    plant(tmp_path, "README.md", f"Type `{lie}`.\n")

    assert lies(tmp_path, "README.md") == [lie]


@pytest.mark.parametrize(
    "truth", ["ivr db upgrade", "python3 dev.py run", "make test", "SECRET_KEY", "ivr queue --json"]
)
def test_the_truth_is_left_alone(tmp_path: Path, truth: str) -> None:
    plant(tmp_path, "README.md", f"Type\n```sh\n{truth}\n```\n")

    assert lies(tmp_path, "README.md") == []


def test_the_makefile_only_hands_on() -> None:
    recipes = [line for line in (TOP / "Makefile").read_text("utf-8").splitlines() if line.startswith("\t")]

    assert recipes == ["\t@python3 dev.py $@"]


def test_the_build_runs_what_a_person_runs() -> None:
    lines = (TOP / ".ci" / "run").read_text("utf-8").splitlines()

    assert lines == ["#!/usr/bin/env bash", "set -eu", 'cd "$(dirname "$0")/.."', "CI=true exec python3 dev.py test"]
