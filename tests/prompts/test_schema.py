"""The JSON Schemas are current, sound, and agree with the loader about the shipped files."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ivr.prompts.schema import schemas, write
from ivr.prompts.yaml_text import read
from tests.prompts.files import SAMPLE, SHIPPED

MADE = schemas()
FILES = [path for folder in (SAMPLE, SHIPPED) for path in sorted(folder.rglob("*.yaml")) if path.name != "facts.yaml"]


def schema_of(path: Path) -> dict[str, Any]:
    name = {"menus": "menu", "words": "words"}.get(path.parent.name, "line")
    loaded: dict[str, Any] = yaml.safe_load(MADE[f"{name}.schema.json"])
    return loaded


@pytest.mark.parametrize("name", MADE)
def test_the_schema_is_sound_and_the_committed_one_is_current(name: str) -> None:
    Draft202012Validator.check_schema(yaml.safe_load(MADE[name]))

    assert (SHIPPED / name).read_text("utf-8") == MADE[name], "run: ivr check --schema"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_fits_its_schema(path: Path) -> None:
    assert list(Draft202012Validator(schema_of(path)).iter_errors(read(path))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ask": ["main.ask"]},
        {"kind": "meun"},
        {"kind": "goodbye"},
        {"kind": "goodbye", "says": []},
        {"kind": "goodbye", "says": ["Bye now"]},
        {"kind": "goodbye", "says": ["<nothing>"]},
        {"kind": "goodbye", "says": "bye"},
        {"kind": "goodbye", "says": ["bye"], "more": "x"},
        {"kind": "recording", "ask": ["a"], "goto": "b", "empty": "c", "seconds": "soon"},
        {"kind": "recording", "ask": ["a"], "goto": "b", "empty": "c", "seconds": -1},
        {"kind": "menu", "ask": ["a"], "options": [{"key": "9", "says": "a", "goto": "b"}]},
        {"kind": "menu", "ask": ["a"], "options": [{"key": "1", "says": "a", "goto": "B"}]},
        {"kind": "menu", "ask": ["a"], "options": [{"key": "1", "says": "a", "goto": "b"}], "help": "<number>"},
    ],
)
def test_what_the_loader_refuses_does_not_fit(wrong: dict[str, Any]) -> None:
    assert list(Draft202012Validator(schema_of(SAMPLE / "menus/main.yaml")).iter_errors(wrong))


@pytest.mark.parametrize("seconds", [60, "60"])
def test_a_number_fits_as_text_and_as_a_number(seconds: int | str) -> None:
    node = {"kind": "recording", "ask": ["a", "<number>"], "goto": "b", "empty": "c", "seconds": seconds}

    assert not list(Draft202012Validator(schema_of(SAMPLE / "menus/main.yaml")).iter_errors(node))


def test_the_schemas_are_written_where_asked(tmp_path: Path) -> None:
    assert {path.name: path.read_text("utf-8") for path in write(tmp_path)} == MADE
