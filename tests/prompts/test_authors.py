"""The guide for authors tells the truth: its list of keys, its examples, and what the checker says."""

import re
from pathlib import Path

import pytest

from ivr.prompts import guide
from tests.prompts.files import copied, edit, mistakes

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "authors.md"
ROW = re.compile(r"\| `(?P<new>[^`]+)` \| `(?P<old>[^`]+)` \| `prompts/(?P<file>[^:]+):(?P<rest>[^`]+)` \|")
ROWS = [found.group("file", "old", "new", "rest") for found in ROW.finditer(GUIDE.read_text("utf-8"))]


def test_the_list_of_kinds_and_keys_is_current() -> None:
    document = GUIDE.read_text("utf-8")

    assert guide.renewed(document) == document, "run: ivr check --guide docs/authors.md"


def test_a_document_without_its_marks_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="unpack"):
        guide.renewed("# Mine\n")


def test_there_are_examples_of_mistakes() -> None:
    assert len(ROWS) > 10


@pytest.mark.parametrize(("file", "old", "new", "rest"), ROWS)
def test_the_checker_says_what_the_guide_says(tmp_path: Path, file: str, old: str, new: str, rest: str) -> None:
    prompts = copied(tmp_path)
    edit(prompts, file, old, new)

    assert f"prompts/{file}:{rest}" in mistakes(prompts)


def test_the_menu_of_the_guide_can_be_added(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    menu, words = re.findall(r"```yaml\n((?:kind: menu|  lunch).*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (prompts / "menus/lunch.yaml").write_text(menu, "utf-8")
    for language in ("en-GB", "pl-PL"):
        with (prompts / f"words/{language}.yaml").open("a", encoding="utf-8") as file:
            file.write(words)
    edit(prompts, "menus/main.yaml", "goto: bye", "goto: lunch")

    assert mistakes(prompts) == []
