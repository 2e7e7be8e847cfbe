"""`ivr check` tells of the proof, in a terminal and for a machine."""

import json
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.prompts.commands import check
from tests.check.defects import SPOKEN, STRANDED, WAIVER, WORDS
from tests.check.files import broken

LINE = "line.yaml"


def run(prompts: Path, *words: str) -> Result:
    return CliRunner().invoke(check, ["--prompts", str(prompts), *words])


def test_the_table_comes_first_and_the_verdict_last(tmp_path: Path) -> None:
    result = run(broken(tmp_path))
    lines = result.output.splitlines()

    assert result.exit_code == 0
    assert lines[0].split()[:2] == ["node", "keys"]
    assert {line.split()[0] for line in lines[1:-2]} >= {"main", "advice", "nobody", "number"}
    assert lines[-1].endswith("no mistakes")


def test_a_stranded_caller_is_a_mistake(tmp_path: Path) -> None:
    edits, expected = STRANDED["a goodbye after a leaflet"]
    result = run(broken(tmp_path, *edits))

    assert result.exit_code == 1
    assert expected in result.output
    assert "1 mistake; the line will not take this." in result.output


def test_a_warning_is_told_and_lets_the_line_go_live(tmp_path: Path) -> None:
    edits, expected = SPOKEN["no count of choices"]
    result = run(broken(tmp_path, *edits))

    assert result.exit_code == 0
    assert expected in result.output


def test_a_waived_warning_is_told_with_its_reason_and_date(tmp_path: Path) -> None:
    until = date.today() + timedelta(days=100)
    waiver = WAIVER.format("count-unsaid", "main", "short enough", until)
    result = run(broken(tmp_path, (WORDS, " You have three choices.", ""), (LINE, "guidance_dated", waiver)))

    assert result.exit_code == 0
    assert f"put up with until {until}: short enough [count-unsaid main] (waived)" in result.output


def test_a_machine_gets_findings_and_nodes(tmp_path: Path) -> None:
    edits, _ = STRANDED["a goodbye after a leaflet"]
    result = run(broken(tmp_path, *edits), "--json")
    told = json.loads(result.output)

    assert result.exit_code == 1
    assert [one["file"] for one in told["findings"]] == ["prompts/menus/advice.yaml"]
    assert {"node", "keys", "person", "first", "parts", "level", "kind"} == set(told["nodes"][0])
    assert told["moves"] > told["places"] > 0
