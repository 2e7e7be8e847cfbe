"""Only the files of the line are read, and only files."""

from pathlib import Path

import pytest

from ivr.prompts.load import load
from tests.prompts.files import copied, mistakes

STRAY = "a stray file; only line.yaml, facts.yaml, menus/ and words/ belong here"


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("notes.txt", STRAY),
        ("main.yaml", STRAY),
        ("menus/main.yml", "a stray file; only files ending in .yaml belong here"),
        ("menus/Main Menu.yaml", "no name for a node: small letters, digits and - only, at most 24"),
        ("menus/abcdefghijklmnopqrstuvwxy.yaml", "no name for a node: small letters, digits and - only, at most 24"),
        ("words/english.yaml", "no name for a language; write it as en-GB.yaml"),
    ],
)
def test_a_stray_file_is_refused(tmp_path: Path, file: str, wanted: str) -> None:
    prompts = copied(tmp_path)
    (prompts / file).write_text("kind: goodbye\n")

    assert mistakes(prompts) == [f"prompts/{file}:1:1: {wanted}"]


@pytest.mark.parametrize(
    "file",
    ["README.md", "menu.schema.json", "menus/README.md", ".DS_Store", "menus/.main.yaml.swp", "menus/main.yaml~"],
)
def test_readmes_schemas_and_what_editors_leave_are_nobodys_business(tmp_path: Path, file: str) -> None:
    prompts = copied(tmp_path)
    (prompts / file).write_text("anything")

    assert mistakes(prompts) == []


@pytest.mark.parametrize("file", ["line.yaml", "facts.yaml"])
def test_a_missing_file_is_told(tmp_path: Path, file: str) -> None:
    prompts = copied(tmp_path)
    (prompts / file).unlink()

    assert f"prompts/{file}:1:1: this file is missing" in mistakes(prompts)


def test_an_empty_or_missing_folder_is_told(tmp_path: Path) -> None:
    assert [one.split(": ")[1] for one in mistakes(tmp_path / "none")] == ["this file is missing"] * 2


@pytest.mark.parametrize("name", ["menus/main.yaml", "line.yaml", "words"])
def test_a_symbolic_link_is_refused(tmp_path: Path, name: str) -> None:
    prompts = copied(tmp_path)
    (prompts / name).rename(tmp_path / "elsewhere")
    (prompts / name).symlink_to(tmp_path / "elsewhere")

    assert f"prompts/{name}:1:1: a symbolic link; put the file itself here" in mistakes(prompts)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    (prompts / "menus/more.yaml").mkdir()

    wanted = "not a file; only line.yaml, facts.yaml, menus/ and words/ belong here"
    assert mistakes(prompts) == [f"prompts/menus/more.yaml:1:1: {wanted}"]


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    with (prompts / "menus/bye.yaml").open("ab") as file:
        file.truncate(50_000_000)

    assert any("bye.yaml:1:1: larger than 1,000,000 bytes" in one for one in mistakes(prompts))


def test_the_version_is_the_content_wherever_it_lies(tmp_path: Path) -> None:
    one, other = copied(tmp_path / "one"), copied(tmp_path / "other")
    before = load(one).version

    assert load(other).version == before
    (other / "menus/bye.yaml").write_text("kind: goodbye\nsays: [bye]  \n")
    assert load(other).version != before
