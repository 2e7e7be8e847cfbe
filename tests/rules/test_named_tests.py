"""Every test that a page of docs/ names exists; the pages speak of every fault and of every requirement of security."""

import ast
import re
from pathlib import Path

import pytest

from tests.rules.source import TOP, plant

NAMED = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)+)`")
FAULT = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)

REQUIREMENT = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
FIELDS = ("Digits", "SpeechResult", "CallSid", "From", "RecordingUrl", "AccountSid", "CallStatus", "the body")


def missing(top: Path, page: Path) -> list[str]:
    """Tests that a page names and nobody has written."""
    return [
        f"{file}{names}" for file, names in NAMED.findall(page.read_text("utf-8")) if not _written(top, file, names)
    ]


def _written(top: Path, file: str, names: str) -> bool:
    if not (top / file).exists():
        return False
    body = ast.parse((top / file).read_text("utf-8")).body
    for name in names.removeprefix("::").split("::"):
        found = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
        if not found:
            return False
        body = found[0].body
    return True


@pytest.mark.parametrize("page", sorted((TOP / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_named_test_exists(page: Path) -> None:
    assert missing(TOP, page) == []


@pytest.mark.parametrize("name", ["::test_of_nothing", "::test_every_named_test_exists::test_inside"])
def test_a_test_that_is_not_there_is_seen(tmp_path: Path, name: str) -> None:
    plant(tmp_path, "docs/page.md", f"`tests/rules/test_named_tests.py{name}`, `tests/nowhere.py::test_x`")

    assert len(missing(TOP, tmp_path / "docs/page.md")) == 2


def test_every_fault_is_spoken_of_and_shown_or_said_to_be_open() -> None:
    rows = FAULT.findall((TOP / "docs/reliability.md").read_text("utf-8"))

    assert [int(number) for number, *_ in rows] == list(range(1, 58))
    assert [number for number, _, _, shown, rest in rows if shown == "–" and not rest] == []


def test_every_requirement_of_security_is_spoken_of_and_shown_or_said_not_to_apply() -> None:
    rows = REQUIREMENT.findall((TOP / "docs/security.md").read_text("utf-8"))

    assert [int(number) for number, *_ in rows] == list(range(1, 61))
    assert [number for number, _, _, shown, rest in rows if not NAMED.search(shown) and not rest] == []


@pytest.mark.parametrize("field", FIELDS)
def test_bad_input_of_every_field_is_spoken_of(field: str) -> None:
    page = (TOP / "docs/security.md").read_text("utf-8")

    assert re.search(rf"^\| `?{field}`?.*\| `tests/.*\|$", page, re.MULTILINE)
