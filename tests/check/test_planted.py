"""Every planted defect is told of at the author's line, and the sound sample is not."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.check.defects import SPOKEN, STRANDED
from tests.check.files import broken, told
from tests.check.more_defects import MORE

PLANTED = {**STRANDED, **SPOKEN, **MORE}
LEAST = 30


def test_nothing_is_wrong_with_the_sample(tmp_path: Path) -> None:
    assert told(broken(tmp_path)) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_told_of_at_its_line(tmp_path: Path, name: str) -> None:
    edits, expected = PLANTED[name]
    lines = told(broken(tmp_path, *edits))

    assert any(line.startswith(f"prompts/{expected}") for line in lines), lines


@pytest.mark.parametrize(("today", "tells"), [("2050-11-30", 0), ("2050-12-01", 1), ("2051-06-01", 1)])
def test_that_bank_holidays_are_known_no_longer_is_told_30_days_before(tmp_path: Path, today: str, tells: int) -> None:
    lines = told(broken(tmp_path), date.fromisoformat(today))

    ends = [line for line in lines if "warning: no bank holiday after 2050-12-31 is known" in line]
    assert len(ends) == tells
    assert all(re.match(r"prompts/line\.yaml:\d+:\d+: ", line) for line in ends)


def test_each_place_that_is_named_is_in_a_file(tmp_path: Path) -> None:
    edits, _ = STRANDED["0 leads to a leaflet"]
    prompts = broken(tmp_path, *edits)

    for line in told(prompts):
        file, number, column = re.match(r"prompts/([^:]+):(\d+):(\d+): ", line).groups()  # type: ignore[union-attr]
        text = (prompts / file).read_text("utf-8").splitlines()[int(number) - 1]
        assert 1 <= int(column) <= len(text) + 1


def test_there_are_many_kinds_of_defects() -> None:
    assert len(PLANTED) >= LEAST
    assert len(STRANDED) >= LEAST - 5
