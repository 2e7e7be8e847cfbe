"""`ivr check` in a terminal and for a machine."""

import json
from pathlib import Path
from shutil import copytree

from click.testing import CliRunner, Result

from ivr.prompts.commands import check
from tests.prompts.files import copied, edit
from tests.prompts.test_authors import GUIDE

SOUND = Path(__file__).parents[1] / "check" / "sample"
"""A small flow that the check finds nothing wrong with."""


def run(*words: str) -> Result:
    return CliRunner().invoke(check, words)


def test_a_good_folder_is_counted() -> None:
    result = run("--prompts", str(SOUND))

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "17 nodes, 50 prompts, 5 facts: no mistakes")


def test_every_mistake_is_told_and_counted(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, "menus/main.yaml", "goto: advice", "goto: advcie")
    edit(prompts, "line.yaml", "seconds: 30", "seconds: 3")

    result = run("--prompts", str(prompts))

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "prompts/line.yaml:7:45: 'seconds' is 20 to 60, found 3",
        "prompts/menus/main.yaml:7:11: no node called 'advcie'; did you mean 'advice'?",
        "2 mistakes; the line will not take this.",
    ]


def test_a_machine_gets_findings(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, "line.yaml", "seconds: 30", "seconds: 3")

    result = run("--prompts", str(prompts), "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)["findings"] == [
        {
            "file": "prompts/line.yaml",
            "line": 7,
            "column": 45,
            "text": "'seconds' is 20 to 60, found 3",
            "severity": "error",
        }
    ]


def test_schemas_and_the_guide_are_written_anew(tmp_path: Path) -> None:
    prompts, guide = Path(copytree(SOUND, tmp_path / "prompts")), tmp_path / "authors.md"
    guide.write_text(GUIDE.read_text("utf-8").replace("## Every kind of node", "## Old"), "utf-8")

    result = run("--prompts", str(prompts), "--schema", "--guide", str(guide))

    assert result.exit_code == 0, result.output
    assert (prompts / "menu.schema.json").exists()
    assert guide.read_text("utf-8") == GUIDE.read_text("utf-8")
    assert run("--prompts", str(prompts)).exit_code == 0
